import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { createBoard, createDs18b20 } from '../../devices/twin/firmata/index.ts'
import { runPlugin } from '../plugins/run.ts'
import { peer } from '../support/peer.ts'
import { boardOnPty } from './firmata-peer.ts'

void test('door contacts on a board: as they are found, bounced, unplugged and plugged again', async (t) => {
  if (!peer(t, 'socat', '/usr/bin/socat')) return
  const folder = await mkdtemp(path.join(tmpdir(), 'endcap-door-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const probe = createDs18b20(0x0316a2795fb1, -18.5)
  const board = createBoard({ oneWire: new Map([[2, [probe]]]) })
  board.ground(3, true)
  const port = path.join(folder, 'board')
  const cable = await boardOnPty(t, board, port)
  const door = (id: string, pin: number, openWhenHigh = true) => ({
    id,
    config: { probe: `${id}-door`, measures: 'door', port, pin, openWhenHigh },
  })
  const plugin = await runPlugin(t, 'fridge-probe', {
    config: { folder, everySeconds: 1 },
    devices: [
      door('dairy', 3),
      door('freezer', 4, false),
      door('nowhere', 90),
      { id: 'air', config: { probe: 'air', rom: '28-0316a2795fb1', port } },
    ],
  })
  const says = (id: string, past = false) =>
    plugin.event('probe.door', ({ probe: name }) => name === `${id}-door`, past)
  t.match(await says('dairy', true), { device: 'dairy', subject: 'probe/dairy-door', data: { open: false } })
  t.match(await says('freezer', true), { data: { open: false } }, 'a contact that closes with an open door')
  t.match(await plugin.event('device.offline', ({ device }) => device === 'nowhere', true), {
    data: { kind: 'contact', reason: /Pin 90 .* cannot read a contact/ },
  })

  const opened = says('dairy')
  for (const joined of [false, true, false, true, false]) board.ground(3, joined)
  t.match(await opened, { data: { open: true } })
  const shut = says('freezer')
  board.ground(4, true)
  t.match(await shut, { data: { open: true } })
  const states = plugin.emitted.filter(({ type, device }) => type === 'probe.door' && device === 'dairy')
  t.equal(states.length, 2, 'bouncing is one opening, and the other pin of the port says nothing of this one')
  t.match(await plugin.command('device.test', 'dairy', {}), { works: true, said: ['The door is open.', String] })

  t.match(await plugin.event('probe.temperature', undefined, true), { data: { celsius: -18.5 } })
  t.match(await plugin.command('device.test', 'air', {}), { works: true, said: ['It measured -18.5 °C.', String] })
  const jumped = plugin.event('device.suspect', ({ reason }) => /jumped to 60.0/.test(String(reason)))
  probe.celsius = 60
  t.match(await jumped, { data: { device: 'air' } })
  t.notOk(
    plugin.emitted.some(({ type, data }) => type === 'probe.temperature' && (data as { celsius: number }).celsius > 0),
    'a jump reaches nobody',
  )
  probe.celsius = -18.5

  const gone = plugin.event('device.offline', ({ device }) => device === 'dairy')
  await cable.unplug()
  t.match(await gone, { data: { reason: /unplugged/ } })
  t.match(await plugin.command('device.test', 'dairy', {}), { works: false, said: [/unplugged/, String] })
  board.ground(3, true)
  const again = says('dairy')
  await cable.plug()
  t.match(await again, { data: { open: false } }, 'shut while the board was away')
})
