import { test } from 'tap'
import { CHROMIUM } from '../support/browser.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { openBrowserBox } from '../web/browser-box.ts'

/** Notes what a page asks the device to do, in a list that the test reads. */
const spies = `
  self.asked = []
  navigator.vibrate = (pattern) => asked.push('vibrate ' + pattern.length) > 0
  navigator.setAppBadge = async (count) => { asked.push('badge ' + count) }
  navigator.clearAppBadge = async () => { asked.push('badge none') }
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (when) { asked.push('tone ' + this.frequency.value); start.call(this, when) }
`

test('an alert sounds, shakes and counts on the icon, an urgent one more, and a calm one makes no sound', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 390, height: 844 }, { everybodyOnShift: true })
  const page = await box.page()
  await page.addInitScript(spies)
  await box.signInTo(page, 'staff', 'anna')
  await page.getByRole('heading', { name: 'All quiet' }).click()
  const asked = () => page.evaluate<string[]>('asked')
  const tones = async () => (await asked()).filter((one) => one.startsWith('tone')).length
  const told = async (what: string) => until(what, async () => (await asked()).includes(what) || undefined)

  await box.open({ title: 'Front the shelf', kind: 'front', urgency: 'normal' })
  await page.getByRole('heading', { name: 'Front the shelf' }).waitFor()
  for (const what of ['badge 1', 'vibrate 3', 'tone 660']) await told(what)

  await box.open({ title: 'Glass on the floor', kind: 'spill', urgency: 'urgent' })
  await told('badge 2')
  await told('vibrate 5')
  await until('three tones more', async () => (await tones()) === 4 || undefined)

  await box.open({ title: 'Water the plants', kind: 'plants', urgency: 'calm' })
  await told('vibrate 1')
  t.equal(await tones(), 4, 'no tone for a calm one')
  for (const { id } of box.shop.tasks.list()) await box.shop.tasks.close(id, 'not needed', 'manager')
  await until('nothing waits', async () => (await asked()).findLast((one) => one.startsWith('badge')) === 'badge none')
  t.same(box.complaints, [])
})
