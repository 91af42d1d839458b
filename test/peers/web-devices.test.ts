import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { openDeviceBox } from '../support/device-box.ts'
import { peer } from '../support/peer.ts'
import { seriousFaults } from '../web/browser-box.ts'
import { buildPages } from '../web/build.ts'

/** Where pictures are wanted: a folder. */
const pictures = process.env['ENDCAP_PICTURES']
const views = [
  ['phone', 390, 844],
  ['full-hd', 1920, 1080],
  ['tablet', 820, 1180],
] as const

test('a technician adopts a thermometer found over MQTT, names it, tests it and replaces it', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const folder = await mkdtemp(join(tmpdir(), 'endcap-pages-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const box = await openDeviceBox(t, [], await buildPages(folder))
  const browser = await openBrowser({ width: 820, height: 1180 })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const picture = async (name: string) => {
    for (const [view, width, height] of pictures ? views : []) {
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: join(pictures ?? '', `${name}-${view}.png`) })
    }
  }
  const card = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

  await page.goto(`${box.api.address}/sign-in#${await box.api.signInSecret()}`)
  await page.getByRole('link', { name: 'Floor plan' }).waitFor()
  await page.goto(`${box.api.address}/#/devices`)
  await page.getByText('Nothing new.').waitFor()
  box.says('a4:c1:38:00:12:34', 1, 4.5)
  const found = card('Shelly BLU H&T')
  await found.getByText('4.5 °C, −60 dBm at till').waitFor()
  await picture('found')
  t.same(await seriousFaults(page), [], 'axe finds nothing on the page')

  await found.getByRole('button', { name: 'Adopt' }).click()
  const adopt = page.getByRole('dialog', { name: 'Adopt Shelly BLU H&T' })
  await adopt.getByLabel('Name').fill('Milk upper shelf')
  t.equal(await adopt.getByLabel('Id').inputValue(), 'milk-upper-shelf', 'an id is suggested from the name')
  await adopt.getByLabel('Zone').selectOption({ label: 'Entrance' })
  await adopt.getByLabel('Correction').fill('-0.5')
  await picture('adopt-dialog')
  t.same(await seriousFaults(page), [], 'nor in the dialog')
  await adopt.getByRole('button', { name: 'Adopt it' }).click()
  const milk = card('Milk upper shelf')
  await milk.waitFor()
  box.says('a4:c1:38:00:12:34', 2, 5.5)
  await milk.getByText('Milk upper shelf: 5.0 °C').waitFor()
  await milk.getByText('Answers').waitFor()

  await milk.getByRole('button', { name: 'Test' }).click()
  const tested = page.getByRole('dialog', { name: 'Test of Milk upper shelf' })
  await tested.getByText('It works.').waitFor()
  await tested.getByText(/It says: 5\.5 °C/).waitFor()
  await picture('test-dialog')
  await page.keyboard.press('Escape')

  await milk.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings of Milk upper shelf' })
  const correction = settings.getByLabel('Correction')
  await correction.waitFor()
  t.equal(await settings.getByLabel('Name').inputValue(), 'Milk upper shelf')
  t.equal(await correction.inputValue(), '-0.5', 'as it was adopted')
  await picture('settings-dialog')
  t.same(await seriousFaults(page), [], 'nor in the settings')
  await settings.getByLabel('Name').fill('Milk lower shelf')
  await correction.fill('0.5')
  await settings.getByRole('button', { name: 'Save' }).click()
  await settings.waitFor({ state: 'detached' })
  const lower = card('Milk lower shelf')
  const corrected = box.next('probe.temperature', ({ data }) => (data as { celsius: number }).celsius === 6.5)
  box.says('a4:c1:38:00:12:34', 3, 6)
  await corrected
  await lower.getByText('Milk lower shelf: 6.5 °C').waitFor()
  await page.goto(`${box.api.address}/#/plugins`)
  const runs = page.getByRole('listitem').filter({ hasText: '@endcap/mqtt' })
  await runs.getByRole('button', { name: 'Configure' }).click()
  const whole = page.getByRole('dialog', { name: 'Configuration of mqtt' })
  await whole.getByRole('link', { name: 'Devices' }).waitFor()
  t.equal(await whole.getByText('milk-upper-shelf').count(), 0, 'a device has one place where it is set up')
  await picture('plugin-configuration')
  await whole.getByRole('link', { name: 'Devices' }).click()
  await lower.getByRole('button', { name: 'Settings' }).click()
  const again = page.getByRole('dialog', { name: 'Settings of Milk lower shelf' })
  await again.getByLabel('Name').fill('Milk upper shelf')
  await again.getByRole('button', { name: 'Save' }).click()
  await again.waitFor({ state: 'detached' })
  // What was measured before does not count for the new settings.
  const settled = box.next('probe.temperature')
  box.says('a4:c1:38:00:12:34', 4, 6)
  await settled

  const suspect = box.next('device.suspect')
  box.says('a4:c1:38:00:12:34', 5, 60)
  await suspect
  await milk.getByText('Not believed').waitFor()
  await milk.getByText('Its reading jumped.').waitFor()

  box.says('a4:c1:38:00:56:78', 1, 6)
  await found.waitFor()
  await picture('used')
  await milk.getByRole('button', { name: 'Replace' }).click()
  const replace = page.getByRole('dialog', { name: 'Replace Milk upper shelf' })
  t.equal(await replace.getByLabel('Correction').inputValue(), '', 'the correction of the old one is not the new one’s')
  await picture('replace-dialog')
  await replace.getByRole('button', { name: 'Put it in its place' }).click()
  await replace.waitFor({ state: 'detached' })
  const next = box.next('probe.temperature')
  box.says('a4:c1:38:00:56:78', 2, 6)
  t.match(await next, { source: 'mqtt/milk-upper-shelf', data: { probe: 'milk-upper-shelf', celsius: 6 } })
  await milk.getByText('Milk upper shelf: 6.0 °C').waitFor()

  await card('Gateway till').getByRole('button', { name: 'Adopt' }).click()
  const gateway = page.getByRole('dialog', { name: 'Adopt Gateway till' })
  await gateway.getByLabel('Name').fill('Above the till')
  await gateway.getByRole('img', { name: 'Floor plan' }).click()
  await picture('gateway-dialog')
  await gateway.getByRole('button', { name: 'Adopt it' }).click()
  await gateway.waitFor({ state: 'detached' })
  const placed = box.shop.plan().receivers.find(({ id }) => id === 'till')
  t.match(placed, { name: 'Above the till' })
  t.ok(placed && Math.abs(placed.x - box.shop.plan().floor.width / 2) < 0.2, 'where the plan was tapped')
})
