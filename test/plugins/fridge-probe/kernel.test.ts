import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'tap'
import { listProbes, readProbe } from '../../../plugins/fridge-probe/kernel.ts'
import { readKernelText, readScratchpad, readThousandths, romName } from '../../../plugins/fridge-probe/scratchpad.ts'
import { runPlugin } from '../run.ts'
import { oneWireTree, scratchpad, slaveText } from './one-wire-tree.ts'

const profile: unknown = JSON.parse(readFileSync('devices/maxim/ds18b20.json', 'utf8'))
const rom = '28-0316a2795fb1'

void test('what the kernel shows is believed only where it can be true', async (t) => {
  const good = scratchpad(-18.5)
  t.strictSame(readKernelText(rom, slaveText(good, -18500)), { celsius: -18.5 })
  t.match(readKernelText(rom, slaveText(good, -18500, 'NO')), { doubt: /checksum/ })
  t.match(readKernelText(rom, slaveText(scratchpad(85, { powerOn: true }), 85000)), { doubt: /85 °C/ })
  t.strictSame(
    readKernelText(rom, slaveText(scratchpad(85), 85000)),
    { celsius: 85 },
    'a real 85 °C has another byte 6',
  )
  t.match(readKernelText(rom, slaveText(new Uint8Array(9), 0)), { doubt: /held low/ }, 'zeros have a right checksum')
  t.match(readKernelText(rom, slaveText(new Uint8Array(9).fill(255), -62, 'NO')), { doubt: /unplugged/ })
  t.match(readKernelText(rom, ''), { doubt: String })
  t.strictSame(
    readKernelText('3b-0316a2795fb1', slaveText(good, 3812)),
    { celsius: 3.812 },
    'the kernel decodes others',
  )
  t.strictSame(readThousandths('-18437\n'), { celsius: -18.437 })
  t.match(readThousandths('85000'), { doubt: /85 °C/ })
  t.match(readThousandths(''), { doubt: String })
  const bent = scratchpad(4)
  bent[0] = (bent[0] ?? 0) ^ 1
  t.match(readScratchpad(rom, bent), { doubt: /checksum/ })
  t.equal(romName([0x28, 0xb1, 0x5f, 0x79, 0xa2, 0x16, 0x03, 0x00]), rom)
})

void test('probes of the kernel: found, adopted, doubted, unplugged, and none holds up another', async (t) => {
  const tree = await oneWireTree(t)
  await tree.measures(rom, 3.8125)
  await tree.put('28-0316a2795fb2', 'temperature', '-18437\n')
  await tree.measures('28-0316a2795fff', 20)
  const stuck = path.join(tree.folder, '28-0000000000aa')
  await mkdir(stuck)
  execFileSync('mkfifo', [path.join(stuck, 'w1_slave')])
  const device = (id: string, address: string, offsetCelsius = 0) => ({
    id,
    config: { probe: `${id}-air`, rom: address, offsetCelsius },
  })
  const plugin = await runPlugin(t, 'fridge-probe', {
    config: { folder: tree.folder, everySeconds: 0.05 },
    devices: [
      device('stuck', '28-0000000000aa'),
      device('dairy', rom, -0.5),
      device('freezer', '28-0316a2795fb2'),
      device('gone', '28-000000000001'),
    ],
    profiles: [profile],
  })
  const dairy = await plugin.event('probe.temperature', ({ probe }) => probe === 'dairy-air', true)
  t.match(dairy, { device: 'dairy', subject: 'probe/dairy-air', data: { celsius: 3.313 } }, 'with its correction')
  t.match(await plugin.event('probe.temperature', ({ probe }) => probe === 'freezer-air', true), {
    data: { celsius: -18.437 },
  })
  t.match(await plugin.event('device.offline', ({ device: id }) => id === 'gone', true), {
    data: { reason: /plugged/ },
  })
  t.match(await plugin.event('device.discovered', undefined, true), {
    data: {
      device: '28-0316a2795fff',
      kind: 'thermometer',
      name: 'Maxim (Analog Devices) DS18B20',
      profile: 'maxim/ds18b20',
      adopt: { config: { rom: '28-0316a2795fff' } },
    },
  })
  t.equal(plugin.emitted.filter(({ type }) => type === 'device.discovered').length, 1)

  const celsius = () =>
    plugin.emitted.flatMap(({ type, device: id, data }) =>
      type === 'probe.temperature' && id === 'dairy' ? [(data as { celsius: number }).celsius] : [],
    )
  const suspect = plugin.event('device.suspect', ({ reason }) => /85/.test(String(reason)))
  await tree.put(rom, 'w1_slave', slaveText(scratchpad(85, { powerOn: true }), 85000))
  t.match(await suspect, { data: { device: 'dairy', kind: 'thermometer' } })
  const online = plugin.event('device.online', ({ device: id }) => id === 'dairy')
  await tree.measures(rom, 4)
  await online
  t.notOk(
    celsius().some((value) => value > 5),
    'the 85 °C reached nobody',
  )

  t.match(await plugin.command('device.test', 'dairy', {}), { works: true, said: [/28-0316a2795fb1/, /4 °C/] })
  t.match(await plugin.command('device.test', 'gone', {}), { works: false, said: [String, /plugged in/] })
  await t.rejects(plugin.command('device.identify', 'dairy', {}), /warm it in your hand/)

  const offline = plugin.event('device.offline', ({ device: id }) => id === 'dairy')
  await tree.unplug(rom)
  t.match(await offline, { data: { reason: /no 28-0316a2795fb1 on the 1-wire bus/ } })
  const pipe = await plugin.event('device.suspect', ({ device: id }) => id === 'stuck', true)
  t.match(pipe.data, { reason: /not a file as the kernel writes it/ }, 'a pipe is not waited for')
})

void test('a bus that is not one: each thing that is wrong is said as what it is', async (t) => {
  const tree = await oneWireTree(t)
  const secret = path.join(path.dirname(tree.folder), `${path.basename(tree.folder)}-secret`)
  await writeFile(secret, slaveText(scratchpad(4), 4000))
  t.teardown(() => rm(secret))
  await mkdir(path.join(tree.folder, '28-0000000000bb'))
  await symlink(secret, path.join(tree.folder, '28-0000000000bb', 'w1_slave'))
  await tree.put('28-0000000000cc', 'w1_slave', 'x'.repeat(1_000_000))
  await tree.put('28-0000000000dd', 'temperature', '-127000\n')
  await tree.measures('28-0000000000ee', -18.5)
  const said = (rom: string) => readProbe(tree.folder, rom)
  t.match(await said('28-0000000000bb'), { doubt: /leads out of/ })
  t.match(await said('28-0000000000cc'), { doubt: /checksum/ })
  t.match(await said('29-0000000000aa'), { gone: /is no thermometer/ })
  t.match(await said('28-00000000ffff'), { gone: /no 28-00000000ffff on the 1-wire bus/ })
  t.match(await listProbes(path.join(tree.folder, 'missing')), { gone: /dtoverlay=w1-gpio/ })
  t.match(await listProbes(secret), { gone: /is a file, not the folder/ })

  const device = (id: string, rom_: string) => ({ id, config: { probe: `${id}-air`, rom: rom_ } })
  const plugin = await runPlugin(t, 'fridge-probe', {
    config: { folder: tree.folder, everySeconds: 0.05 },
    devices: [device('minus', '28-0000000000dd'), device('replaced', '28-00000000ffff')],
    profiles: [profile],
  })
  t.match((await plugin.event('device.suspect', ({ device: id }) => id === 'minus', true)).data, {
    reason: /-127\.0 °C, which it cannot measure/,
  })
  t.match((await plugin.event('device.offline', ({ device: id }) => id === 'replaced', true)).data, {
    reason: /There is no 28-00000000ffff.*nobody's yet.*Replace/,
  })
  t.notOk(plugin.emitted.some(({ type }) => type === 'probe.temperature'))
})

void test('another probe on the only place of a bus is told of, also when it came while the power was off', async (t) => {
  const tree = await oneWireTree(t)
  await tree.measures(rom, 4)
  const kept = new Map<string, unknown>()
  const run = () =>
    runPlugin(t, 'fridge-probe', {
      config: { folder: tree.folder, everySeconds: 0.05 },
      devices: [{ id: 'only', config: { probe: 'only-air', rom: '' } }],
      profiles: [profile],
      kept,
    })
  const before = await run()
  await before.event('probe.temperature', undefined, true)
  await before.stop()
  await tree.unplug(rom)
  await tree.measures('28-0316a2795fb2', -18)
  const after = await run()
  t.match((await after.event('device.suspect', undefined, true)).data, {
    reason: /Another probe answers: it is 28-0316a2795fb2 and was 28-0316a2795fb1/,
  })
  t.match((await after.event('probe.temperature', undefined, true)).data, { celsius: -18 }, 'and then it is believed')
})
