import { test } from 'tap'
import type { Event } from '../../runtime/contract/index.ts'
import { createReceived } from '../../runtime/host/received.ts'
import { waitFor } from '../support/events.ts'
import { counter, openBox, writePlugin } from './box.ts'

const weights = (grams: number) => ({ plates: [{ slot: 'A', grams }] })
const shelf = { produces: ['shelf.*'] }

test('what a plugin did not declare, or does not fit, is refused, counted and told', async (t) => {
  const box = await openBox(t)
  const heard: Event[] = []
  box.bus.subscribe({ name: 'test', consumes: [{ type: '*' }], deliver: (event) => Boolean(heard.push(event)) })
  const code = `
    ctx.emit('probe.temperature', { data: { probe: 'p', celsius: 4 } })
    ctx.emit('shelf.weights', { data: { plates: [{ slot: 'A', grams: 'heavy' }] } })
    ctx.emit('shelf.weights', { device: 'other/plugin', data: { plates: [] } })
    ctx.emit('shelf.weights', { because: ['018f0000-0000-7000-8000-000000000000'], data: { plates: [] } })
    ctx.emit('acme.nothing', { data: {} })
    await ctx.emit.committed('shelf.weights', { data: { plates: 7 } }).catch((error) => ctx.log.error({ code: error.code }, error.message))
    const { id } = await ctx.emit.committed('shelf.taken', { subject: 'slot/A', data: { slot: 'A', count: 1, grams: 9, confidence: 1 } })
    await ctx.state.set('id', id)`
  await writePlugin(box.folders[0], 'scale', shelf, code)
  await box.host.start()
  t.same(
    heard.filter(({ source }) => source.startsWith('scale')).map(({ type }) => type),
    ['shelf.taken'],
  )
  const status = box.host.plugin('scale')
  t.match(status, { refused: 6, emitted: 1 })
  const lines = status.lines.map(({ text }) => text).join('\n')
  t.match(lines, /scale emitted probe.temperature, which its manifest does not list under produces. Add the type/)
  t.match(lines, /does not fit its schema at \/plates\/0\/grams: must be number/)
  t.match(lines, /There is no event type acme.nothing/)
  t.match(lines, /an event that it never received/)
  t.match(lines, /ENDCAP_EVENT_INVALID/, 'who asks for an answer is told')
  const id = await box.ledger.documents.get<string>('state/scale', 'id')
  t.match(await box.ledger.query({ type: 'shelf.taken' }), [{ id, source: 'scale' }], 'committed is on disk')
})

test('a plugin hears what its manifest lists, names it as a cause, and nothing else', async (t) => {
  const box = await openBox(t)
  const code = `
    ctx.on('*', (event) => ctx.emit('shelf.taken', { subject: 'slot/A', because: [event.id], data: { slot: 'A', count: 1, grams: event.data.plates[0].grams, confidence: 1 } }))`
  const manifest = { ...shelf, kind: 'inference', consumes: [{ type: 'shelf.weights', subject: 'device/+' }] }
  await writePlugin(box.folders[0], 'thinker', manifest, code)
  await box.host.start()
  const answer = box.next('shelf.taken')
  await box.host.emit('endcap/test', {
    type: 'device.online',
    subject: 'device/x',
    data: { device: 'x', kind: 'scale' },
  })
  await box.host.emit('endcap/test', { type: 'shelf.weights', subject: 'elsewhere', data: weights(1) })
  const cause = await box.host.emit('endcap/test', { type: 'shelf.weights', subject: 'device/x', data: weights(2) })
  t.match(await answer, { because: [cause], source: 'thinker', data: { grams: 2 } })
  t.equal(box.host.plugin('thinker').received, 1)
})

test('radio identities reach only who may see them; the others get tokens', async (t) => {
  const box = await openBox(t)
  const emitter = `
    ctx.on('beacon.sighted', (event) => ctx.state.set('saw', event.data.tag))
    ctx.command('device.identify', 'hci0', () => ctx.emit('beacon.sighted', { device: 'hci0', subject: 'radio/aa:bb:cc:dd:ee:ff/at/door', data: { tag: 'radio/aa:bb:cc:dd:ee:ff', receiver: 'door', rssi: -60, format: 'ibeacon' } }))`
  const consumes = [{ type: 'beacon.sighted' }]
  const commands = ['device.identify']
  const radio = { permissions: ['radio-address'], produces: ['beacon.sighted'], consumes, commands }
  await writePlugin(box.folders[0], 'ble', radio, emitter)
  await writePlugin(
    box.folders[0],
    'presence',
    { consumes },
    `ctx.on('beacon.sighted', (event) => ctx.state.set('saw', event.data.tag))`,
  )
  const forge = `ctx.emit('beacon.sighted', { data: { tag: 'radio/aa:bb:cc:dd:ee:ff', receiver: 'door', rssi: -60, format: 'ibeacon' } })
    ctx.emit('presence.moved', { subject: 'person/k3v9', data: { who: 'person/k3v9', kind: 'customer', x: 1, y: 1, accuracyMetres: 1, confidence: 1, evidence: [] } })`
  await writePlugin(box.folders[0], 'forger', { produces: ['beacon.sighted', 'presence.*'] }, forge)
  const sighted = box.next('beacon.sighted')
  const heard: string[] = []
  box.bus.subscribe({ name: 'test', consumes: [{ type: '*' }], deliver: ({ source }) => Boolean(heard.push(source)) })
  await box.host.start()

  await box.commands.call({ name: 'device.identify', to: 'ble/hci0', params: {}, source: 'test' })
  const event = await sighted
  t.match(event, { source: 'ble/hci0', privacy: 'visit', data: { tag: /^visit\/[0-9a-f]{16}$/ } })
  t.match(event.subject, /^visit\/[0-9a-f]{16}\/at\/door$/)
  const seen = (plugin: string) => waitFor(() => box.ledger.documents.get<string>(`state/${plugin}`, 'saw'))
  t.match(await seen('ble'), 'radio/aa:bb:cc:dd:ee:ff')
  t.match(await seen('presence'), /^visit\//)
  t.match(box.host.plugin('forger'), { refused: 2, emitted: 0 })
  t.notOk(heard.includes('forger'), 'neither a radio identity without permission nor a person without consent')
  t.equal(box.host.plugin('ble').received, 1, 'once, not by both ways')
})

test('consent makes an event about a person, and its withdrawal stops the next one', async (t) => {
  const box = await openBox(t)
  const person = await box.shop.people.add({ name: 'Kim', tags: ['ibeacon:1'] }, 'manager')
  await box.shop.people.give(person.id, 'recognition', 'manager')
  const sight = () =>
    box.host.emit('mqtt/gateway', {
      type: 'beacon.sighted',
      subject: 'radio/ibeacon:1/at/door',
      data: { tag: 'radio/ibeacon:1', receiver: 'door', rssi: -60, format: 'ibeacon' },
    })
  const first = box.next('beacon.sighted')
  await sight()
  t.match(await first, { privacy: 'person', data: { tag: `person/${person.id}` } })
  await box.shop.people.withdraw(person.id, 'recognition', 'manager')
  const second = box.next('beacon.sighted')
  await sight()
  t.match(await second, { privacy: 'visit', data: { tag: /^visit\// } })
  const who = `person/${person.id}`
  const data = { who, kind: 'customer', x: 1, y: 1, accuracyMetres: 1, confidence: 1, evidence: [] }
  await t.rejects(box.host.emit('presence', { type: 'presence.moved', subject: who, data }), {
    code: 'ENDCAP_CONSENT_MISSING',
  })
})

test('commands reach the device of a plugin and are answered; a plugin gives only what it may', async (t) => {
  const box = await openBox(t)
  const code = `
    ctx.command('scale.tare', 'left', async (params, call) => { await ctx.state.set('by', call.source) })
    ctx.command('device.identify', '+', () => { throw new Error('no lamp') })`
  await writePlugin(box.folders[0], 'scale', { commands: ['scale.tare', 'device.identify'] }, code)
  const giver = `
    ctx.on('shop.changed', async () => {
      await ctx.call('scale.tare', 'scale/left', {})
      await ctx.call('sign.clear', 'screen/entrance', {}).catch((error) => ctx.state.set('refused', error.code))
      ctx.emit('device.online', { subject: 'device/done', device: 'done', data: { device: 'done', kind: 'test' } })
    })`
  await writePlugin(box.folders[0], 'giver', { gives: ['scale.tare'], consumes: [{ type: 'shop.changed' }] }, giver)
  await box.host.start()
  await box.commands.call({ name: 'scale.tare', to: 'scale/left', params: {}, source: 'api/manager' })
  t.equal(await box.ledger.documents.get('state/scale', 'by'), 'api/manager')
  await t.rejects(
    box.commands.call({ name: 'device.identify', to: 'scale/left', params: {}, source: 'api' }),
    /no lamp/,
  )
  await t.rejects(box.commands.call({ name: 'scale.tare', to: 'scale/right', params: {}, source: 'api' }), {
    code: 'ENDCAP_TARGET_UNKNOWN',
  })

  const done = box.next('device.online')
  await box.host.emit('endcap/test', { type: 'shop.changed', subject: 'shop', data: { version: 1 } })
  await done
  t.equal(await box.ledger.documents.get('state/scale', 'by'), 'giver')
  t.equal(await box.ledger.documents.get('state/giver', 'refused'), 'ENDCAP_PLUGIN_DENIED')

  process.kill(box.host.plugin('scale').pid ?? 0, 'SIGKILL')
  await box.state('scale', 'restarting')
  await t.rejects(box.commands.call({ name: 'scale.tare', to: 'scale/left', params: {}, source: 'api' }), {
    code: 'ENDCAP_CHILD_GONE',
  })
})

test('a slow consumer is held in its own queue; what is urgent reaches it', async (t) => {
  const box = await openBox(t)
  const sleeper = `
    let urgent = 0
    ctx.on('shelf.weights', () => { if (!urgent++) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200) })
    ctx.on('shelf.empty', () => ctx.emit('shelf.restocked', { subject: 'slot/A', data: { slot: 'A', count: 1 } }))`
  const consumes = [{ type: 'shelf.weights' }, { type: 'shelf.empty' }]
  await writePlugin(box.folders[0], 'sleeper', { produces: ['shelf.restocked'], consumes }, sleeper)
  await box.host.start()
  const plates = Array.from({ length: 400 }, () => ({ slot: 'a-slot-with-a-long-name', grams: 1 }))
  const alive = box.next('shelf.restocked')
  let waiting = 0
  for (let batch = 0; batch < 60; batch++) {
    for (let i = 0; i < 10; i++)
      await box.host.emit('endcap/test', { type: 'shelf.weights', subject: `device/d${i}`, data: { plates } })
    await new Promise(setImmediate)
    waiting = Math.max(waiting, box.host.plugin('sleeper').waiting)
  }
  await box.host.emit('endcap/test', { type: 'shelf.empty', subject: 'slot/A', data: { slot: 'A', count: 0 } })
  t.ok(waiting > 0 && waiting <= 10, 'of each subject only the newest waits')
  t.match(await alive, { source: 'sleeper' })
  t.match(box.host.plugin('sleeper'), { state: 'running', restarts: 0 })
})

test('a producer above its rate is paused at its socket, the others are not', async (t) => {
  const box = await openBox(t)
  const flood = `
    const more = () => { for (let i = 0; i < 200; i++) ctx.emit('shelf.weights', { device: 'left', data: { plates: [] } }); if (!ctx.signal.aborted) setTimeout(more, 1) }
    more()`
  await writePlugin(box.folders[0], 'flood', { ...shelf, eventsPerSecond: 500 }, flood)
  await writePlugin(box.folders[0], 'calm', shelf, counter(5))
  await box.host.start()
  const begin = performance.now()
  const before = box.host.plugin('flood').emitted
  for (let i = 0; i < 200; i++) await box.next('shelf.weights', ({ source }) => source === 'calm/left')
  const perSecond = ((box.host.plugin('flood').emitted - before) / (performance.now() - begin)) * 1000
  t.ok(perSecond < 5000, `of tens of thousands a second, ${Math.round(perSecond)} came through`)
  t.match(box.host.plugin('flood'), { state: 'running', restarts: 0 }, 'being paused is not being hung')
})

test('a child that does not speak the protocol is ended, not the host', async (t) => {
  const box = await openBox(t, { timing: { firstPause: 60_000 } })
  const code = `
    const { writeSync } = await import('node:fs')
    setTimeout(() => writeSync(3, ctx.config.frame), 20)`
  const frames = {
    text: 'not a frame at all',
    nothing: Buffer.from([2, 0, 0, 0, 0x91, 0xc0]),
    log: Buffer.from([8, 0, 0, 0, 0x91, 0x81, 0xa1, 0x74, 0xa3, 0x6c, 0x6f, 0x67]),
  }
  for (const [name, frame] of Object.entries(frames)) {
    await writePlugin(box.folders[0], name, {}, code)
    box.settings[name] = { config: { frame } }
  }
  const told = Promise.all(
    Object.keys(frames).map((name) =>
      box.next('plugin.failed', ({ data }) => (data as { plugin: string }).plugin === name),
    ),
  )
  await box.host.start()
  for (const { data } of await told) t.match(data, { reason: /carried a frame that is not of the protocol/ })
})

test('a child remembers at least as many causes as promised, and not for ever', (t) => {
  const received = createReceived(3)
  for (let i = 0; i < 8; i++) received.add(`e${i}`)
  t.ok([5, 6, 7].every((i) => received.has(`e${i}`)))
  t.notOk(received.has('e0'))
  t.end()
})
