import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { createBoard, createDs18b20 } from '../../devices/twin/firmata/index.ts'
import { runPlugin } from '../plugins/run.ts'
import { peer } from '../support/peer.ts'
import { boardOnPty } from './firmata-peer.ts'

void test('a DS18B20 on a board with ConfigurableFirmata: below zero, garbled, gone and back', async (t) => {
  if (!peer(t, 'socat', '/usr/bin/socat')) return
  const folder = await mkdtemp(path.join(tmpdir(), 'endcap-board-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const probe = createDs18b20(0x0316a2795fb1, -18.5)
  const other = createDs18b20(0x0316a2795fff, 4)
  const port = path.join(folder, 'board')
  await boardOnPty(t, createBoard({ oneWire: new Map([[2, [probe, other]]]) }), port)
  const profile: unknown = JSON.parse(await readFile('devices/maxim/ds18b20.json', 'utf8'))
  const plugin = await runPlugin(t, 'fridge-probe', {
    config: { folder, everySeconds: 0.05 },
    devices: [{ id: 'freezer', config: { probe: 'freezer-air', rom: '28-0316a2795fb1', port } }],
    profiles: [profile],
  })
  t.match(await plugin.event('probe.temperature', undefined, true), { data: { probe: 'freezer-air', celsius: -18.5 } })
  t.match(await plugin.event('device.discovered', undefined, true), {
    data: { device: '28-0316a2795fff', adopt: { config: { rom: '28-0316a2795fff', port, pin: 2 } } },
  })
  const suspect = plugin.event('device.suspect')
  probe.garbled = true
  t.match(await suspect, { data: { device: 'freezer', reason: /checksum/ } })
  const online = plugin.event('device.online')
  probe.garbled = false
  await online
  const offline = plugin.event('device.offline')
  probe.gone = true
  t.match(await offline, { data: { reason: /plugged in/ } })
})
