import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { isOn } from '../../../plugins/display/hours.ts'
import { runPlugin } from '../run.ts'

const folderOf = (t: { teardown(handler: () => void): void }) => {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-display-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
const plan = { zones: [], receivers: [], timezone: 'Europe/Berlin' }

test('a panel that is built in goes dark and comes back', async (t) => {
  const backlight = folderOf(t)
  const power = () => readFileSync(join(backlight, 'bl_power'), 'utf8')
  writeFileSync(join(backlight, 'bl_power'), '0')
  const plugin = await runPlugin(t, 'display', {
    plan,
    devices: [{ id: 'window', config: { way: 'backlight', backlight } }],
  })
  t.same(await plugin.command('display.power', 'window', { on: false }), {})
  t.equal(power(), '4', 'FB_BLANK_POWERDOWN')
  await plugin.command('display.power', 'window', { on: true })
  t.equal(power(), '0')
  t.match(plugin.emitted.at(-1), { type: 'device.online', device: 'window' })
})

test('a television is told over HDMI, and what is wrong is said in words', async (t) => {
  const folder = folderOf(t)
  const calls = join(folder, 'calls')
  writeFileSync(
    join(folder, 'cec-ctl'),
    `#!/bin/sh\necho "$@" >> ${calls}\n[ ! -e ${folder}/broken ] || { echo "no such adapter" >&2; exit 1; }\n`,
  )
  chmodSync(join(folder, 'cec-ctl'), 0o755)
  const env = { PATH: `${folder}:/usr/bin:/bin` }
  const plugin = await runPlugin(t, 'display', {
    plan,
    env,
    devices: [
      { id: 'tv', config: { way: 'cec' } },
      { id: 'wall', config: { way: 'wayland' } },
    ],
  })
  await plugin.command('display.power', 'tv', { on: false })
  await plugin.command('display.power', 'tv', { on: true })
  t.same(readFileSync(calls, 'utf8').trim().split('\n'), [
    '-d /dev/cec0 --playback --to 0 --standby',
    '-d /dev/cec0 --playback --to 0 --image-view-on',
  ])
  writeFileSync(join(folder, 'broken'), '')
  await t.rejects(plugin.command('display.power', 'tv', { on: true }), {
    message: /cec-ctl ended with 1: no such adapter/,
  })
  t.match(await plugin.command('device.test', 'wall', {}), { works: false, said: [/apt install wlr-randr/] })
  t.match(plugin.emitted.at(-1), { type: 'device.offline', data: { reason: /wlr-randr is not installed/ } })
})

test('an emergency that was raised before the plugin started switches the display on', async (t) => {
  const backlight = folderOf(t)
  writeFileSync(join(backlight, 'bl_power'), '4')
  await runPlugin(t, 'display', {
    plan: { ...plan, emergency: true },
    devices: [{ id: 'window', config: { way: 'backlight', backlight, screen: 'entrance' } }],
  })
  t.equal(readFileSync(join(backlight, 'bl_power'), 'utf8'), '0')
})

test('the socket of the compositor is the one that is configured', async (t) => {
  const folder = folderOf(t)
  writeFileSync(join(folder, 'wlr-randr'), `#!/bin/sh\necho "$XDG_RUNTIME_DIR $WAYLAND_DISPLAY $*" > ${folder}/said\n`)
  chmodSync(join(folder, 'wlr-randr'), 0o755)
  const plugin = await runPlugin(t, 'display', {
    plan,
    env: { PATH: `${folder}:/usr/bin:/bin` },
    devices: [{ id: 'wall', config: { way: 'wayland', runtimeFolder: '/run/user/1000', socket: 'wayland-1' } }],
  })
  await plugin.command('display.power', 'wall', { on: true })
  t.equal(readFileSync(join(folder, 'said'), 'utf8').trim(), '/run/user/1000 wayland-1 --output HDMI-A-1 --on')
})

test('hours switch it off at night, over midnight and over a change of the clocks', (t) => {
  const hours = [
    { days: ['sat'], from: '18:00', to: '03:30' },
    { from: '08:00', to: '12:00' },
  ]
  const on = (instant: string) => isOn(hours, 'Europe/Berlin', Date.parse(instant))
  t.ok(on('2026-06-10T06:00:00Z'))
  t.notOk(on('2026-06-10T10:00:00Z'))
  t.ok(on('2026-06-13T23:00:00Z'), 'Saturday night')
  t.notOk(on('2026-06-12T23:00:00Z'))
  t.notOk(on('2026-06-14T01:30:00Z'))
  t.ok(on('2026-10-25T02:29:00Z'), 'in autumn the night is longer')
  t.notOk(on('2026-03-29T01:30:00Z'), 'and in spring shorter')
  t.ok(isOn([], 'Europe/Berlin', 0), 'always on where there are no hours')
  t.end()
})
