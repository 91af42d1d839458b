/**
 * The plugin display as a box runs it, in bubblewrap. A backlight may lie under /sys alone, which no test may write to; so
 * this one is told what became of a television that is not there.
 */
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'tap'
import { openBox } from '../host/box.ts'
import { findProgram, peer } from '../support/peer.ts'

const shipped = path.resolve(import.meta.dirname, '../../plugins/display')

test('in bubblewrap an emergency from before the start reaches a display, and what is missing is said in words', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '' })
  await cp(shipped, path.join(box.folders[0], 'display'), {
    recursive: true,
    filter: (file) => path.basename(file) !== 'node_modules',
  })
  box.settings['display'] = { devices: [{ id: 'tv', config: { way: 'cec', screen: 'entrance' } }] }
  const give = (name: string, to: string, params: object) => box.commands.call({ name, to, params, source: 'test' })
  await give('sign.emergency', 'screen/+', { title: 'Please leave the building' })
  const tried = box.next('device.offline', ({ source }) => source === 'display/tv')
  await box.host.start()
  t.match(box.host.plugin('display'), { state: 'running', sandbox: 'bubblewrap' })
  t.match((await tried).data, { reason: /cec-ctl/ }, 'nobody else told it to be on')
  t.match(await give('device.test', 'display/tv', {}), { works: false, said: [/cec-ctl/] })
})
