import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { test } from 'tap'
import { createLink, type Emission, faults, Manifest, vocabulary } from '../../../runtime/contract/index.ts'
import { sampleEvent } from '../../support/events.ts'
import { cornerShop } from './shop-radio.ts'

const text = readFileSync('plugins/presence/package.json', 'utf8')
const manifest = (JSON.parse(text) as { endcap: unknown }).endcap
const plan = { name: 'Corner shop', timezone: 'Europe/Berlin', screens: [], ...cornerShop }

/** The plugin as the host runs it: a child that speaks on descriptor 3. The plan it is given can be changed. */
function startPlugin(config: object) {
  const child = spawn(process.execPath, ['runtime/sdk/child.ts', 'plugins/presence'], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  const emitted: Emission[] = []
  const shop = { plan }
  const news = new EventEmitter()
  const started = Promise.withResolvers<void>()
  const link = createLink(child.stdio[3] as Duplex, {
    message(message) {
      if (message.t === 'ready') started.resolve()
      if (message.t !== 'emit') return
      emitted.push(message.e)
      news.emit('emitted')
    },
    request: (name) => (name === 'shop.plan' ? shop.plan : null),
    end: () => {},
  })
  link.send({ t: 'start', start: { plugin: 'presence', version: '0.1.0', config, devices: [] } })
  const sight = (receiver: string, rssi: number) => {
    const data = { tag: 'staff/anna', receiver, rssi, measuredPower: -59 } as const
    link.send({ t: 'event', e: sampleEvent('beacon.sighted', { data }) })
  }
  return {
    emitted,
    shop,
    started: started.promise,
    link,
    /** Lets Anna be heard there until the plugin says what is waited for. */
    async until(receiver: string | undefined, wanted: (emission: Emission) => boolean): Promise<Emission> {
      const found = () => emitted.find(wanted)
      const beacon = setInterval(() => receiver && sight(receiver, -50), 100)
      while (!found()) await once(news, 'emitted')
      clearInterval(beacon)
      const emission = found()
      if (!emission) throw new Error('it was there a moment ago')
      return emission
    },
    async stop() {
      const exit = once(child, 'exit')
      link.send({ t: 'stop' })
      await exit
      return child.exitCode
    },
  }
}

void test('the manifest and the form of its configuration are what the host accepts', async (t) => {
  t.strictSame(faults(Manifest, manifest), [])
})

void test('the plugin turns sightings into events that fit the vocabulary', async (t) => {
  const plugin = startPlugin({ silenceSeconds: 2 })
  await plugin.started

  const entered = await plugin.until('door', ({ type }) => type === 'presence.entered')
  t.equal(entered.subject, 'zone/entrance')
  t.match(entered.data, { who: 'staff/anna', kind: 'staff', zone: 'entrance', evidence: [{ receiver: 'door' }] })

  const left = await plugin.until(undefined, ({ type }) => type === 'presence.left')
  t.match(left, { subject: 'zone/entrance', data: { reason: 'silence' } })

  // The technician renames the zone while the plugin runs.
  plugin.shop.plan = {
    ...plan,
    zones: cornerShop.zones.map((zone) => Object.assign({}, zone, { id: `new-${zone.id}` })),
  }
  plugin.link.send({ t: 'event', e: sampleEvent('shop.changed') })
  const again = await plugin.until('milk', ({ subject }) => subject === 'zone/new-dairy')
  t.equal(again.type, 'presence.entered')

  t.ok(plugin.emitted.some(({ type, subject }) => type === 'presence.moved' && subject === 'staff/anna'))
  for (const { type, data } of plugin.emitted) {
    const definition = vocabulary.get(type)
    t.strictSame(definition && faults(definition.data, data), [], type)
  }
  t.equal(await plugin.stop(), 0, 'and it stops when told')
})
