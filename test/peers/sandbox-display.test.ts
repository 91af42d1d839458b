/** The plugin display as a box runs it: in bubblewrap, with a backlight that is a folder of ours. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { openBox } from '../host/box.ts'
import { findProgram, peer } from '../support/peer.ts'

test('in bubblewrap an emergency from before the start switches a display on, and a command off', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '' })
  const backlight = await mkdtemp(path.join(tmpdir(), 'endcap-backlight-'))
  t.teardown(() => rm(backlight, { recursive: true, force: true }))
  await writeFile(path.join(backlight, 'bl_power'), '4')
  const power = () => readFile(path.join(backlight, 'bl_power'), 'utf8')
  const place = path.join(box.folders[0], 'display')
  await cp(path.resolve(import.meta.dirname, '../../plugins/display'), place, {
    recursive: true,
    filter: (file) => !file.includes('node_modules'),
  })
  // The one thing that is not as it is shipped: a backlight may lie outside /sys.
  const schema = path.join(place, 'device.schema.json')
  await writeFile(schema, (await readFile(schema, 'utf8')).replace('/sys/class/backlight/[A-Za-z0-9:._-]+', '/.+'))
  box.settings['display'] = {
    devices: [
      { id: 'window', config: { way: 'backlight', backlight, screen: 'entrance' } },
      { id: 'tv', config: { way: 'cec' } },
    ],
  }
  const give = (name: string, to: string, params: object) => box.commands.call({ name, to, params, source: 'test' })
  await give('sign.emergency', 'screen/+', { title: 'Please leave the building' })
  await box.host.start()
  t.match(box.host.plugin('display'), { state: 'running', sandbox: 'bubblewrap' })
  t.equal(await power(), '0', 'who starts late learns of the emergency')
  await give('display.power', 'display/window', { on: false })
  t.equal(await power(), '4')
  t.match(await give('device.test', 'display/tv', {}), { works: false, said: [/cec-ctl/] })
})
