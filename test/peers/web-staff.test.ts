import { test } from 'tap'
import { CHROMIUM } from '../support/browser.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { keptFor, openBrowserBox } from '../web/browser-box.ts'

test('an associate is told, feels it, and acknowledges with one tap', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 160, height: 160 })
  await box.browser.addInitScript('self.buzzes = []; navigator.vibrate = (pattern) => self.buzzes.push(pattern)')
  const page = await box.page()
  const anna = await box.signInTo(page, 'staff', 'anna')
  await page.getByRole('heading', { name: 'All quiet' }).click()

  await anna.notify('Somebody waits at the cheese', 'dairy')
  await page.getByRole('heading', { name: 'Somebody waits at the cheese' }).waitFor()
  t.match(await page.locator('.card__where').innerText(), /dairy[\s\S]*just now/i, 'where, and how long ago')
  t.equal(await page.evaluate('self.buzzes.length'), 1, 'the watch buzzed once')
  const button = await page.getByRole('button', { name: 'Got it' }).boundingBox()
  t.ok(button && button.height >= 44 && button.width >= 120, 'a big target')
  t.ok(button && button.y + button.height <= 160, 'within reach on the smallest watch')

  await page.getByRole('button', { name: 'Got it' }).click()
  await page.getByRole('heading', { name: 'All quiet' }).waitFor()
  const done = await until('the box knows', () => box.shop.notices.list('anna').find((one) => one.acknowledgedAt))
  t.equal(done.title, 'Somebody waits at the cheese')
  await page.reload()
  await page.getByText('done').waitFor({ state: 'attached' })
  t.equal(await page.evaluate('self.buzzes.length'), 0, 'what was there before does not buzz again')
  t.same(box.complaints, [], 'the browser had nothing to complain about')
})

test('a staff device acknowledges without the network, and works again by itself', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 390, height: 844 })
  const page = await box.page()
  const anna = await box.signInTo(page, 'staff', 'anna')
  await anna.notify('First', 'dairy')
  await page.getByRole('heading', { name: 'First' }).waitFor()
  await keptFor(page, 'endcap-staff')

  await box.down()
  await page.getByText('reconnecting').waitFor()
  await page.getByRole('button', { name: 'Got it' }).click()
  await page.getByRole('heading', { name: 'All quiet' }).waitFor()
  await page.getByText('sending').waitFor()
  t.equal(box.shop.notices.list('anna')[0]?.acknowledgedAt, undefined, 'the box cannot know yet')
  await page.reload()
  await page.getByText('sending').waitFor()
  t.pass('a reload without the box forgets nothing')

  await box.up()
  await until('the acknowledgement arrives', () => box.shop.notices.list('anna')[0]?.acknowledgedAt)
  await page.getByText('done').waitFor()
  await anna.notify('Second', 'entrance')
  await page.getByRole('heading', { name: 'Second' }).waitFor()
  t.pass('and the next notice comes in')
  t.same(box.complaints, [], 'the browser had nothing to complain about')
})

test('a revoked device says so', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 390, height: 844 })
  const page = await box.page()
  await box.signInTo(page, 'staff', 'anna')
  await page.getByRole('heading', { name: 'All quiet' }).waitFor()
  const { body } = await box.manager.call<{ id: string; role: string }[]>('GET', '/api/v1/links')
  for (const { id, role } of body) if (role === 'staff') await box.manager.call('DELETE', `/api/v1/links/${id}`)
  await page.getByRole('heading', { name: 'This device is not linked' }).waitFor()
  t.pass('with what to do')
})
