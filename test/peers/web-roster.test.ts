import { test } from 'tap'
import type { Page } from 'playwright-core'
import { until } from '../support/box.ts'
import { CHROMIUM } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { openBrowserBox, seriousFaults } from '../web/browser-box.ts'

const picture = async (page: Page, name: string) => {
  const folder = process.env['ENDCAP_PICTURES']
  if (!folder) return
  for (const [device, width, height] of [
    ['phone', 390, 844],
    ['tablet', 820, 1180],
    ['desk', 1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.screenshot({ path: `${folder}/roster-${name}-${device}.png` })
  }
  await page.setViewportSize({ width: 390, height: 844 })
}

test('a manager adds an associate with a night shift on a phone, and is told when somebody was faster', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 390, height: 844 })
  const { team } = box.shop
  const page = await box.page()
  await page.goto(`${box.address}/sign-in#${await box.api.signInSecret()}`)
  await page.getByRole('heading', { name: 'Floor plan' }).waitFor()
  await page.goto(`${box.address}/#/staff`)
  await page.getByRole('button', { name: 'Add an associate' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Omar Said')
  await page.getByLabel('Id', { exact: true }).fill('omar')
  await page.getByLabel('Skills').fill('cheese, first aid')
  await page.getByRole('button', { name: 'Add a shift' }).click()
  for (const day of ['Monday', 'Tuesday', 'Wednesday']) await page.getByRole('checkbox', { name: day }).uncheck()
  await page.getByLabel('From').fill('22:00')
  await page.getByLabel('To', { exact: true }).fill('06:00')
  await page.getByText('Ends at 06:00 on the next day').waitFor()
  await page.getByText('16 hours a week').waitFor()
  t.same(await seriousFaults(page), [], 'axe finds nothing serious')
  await picture(page, 'edit')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Th–Fr 22:00–06:00').waitFor()
  t.same(team.get('omar').entry, {
    id: 'omar',
    name: 'Omar Said',
    skills: ['cheese', 'first aid'],
    shifts: [{ days: ['thu', 'fri'], from: '22:00', to: '06:00' }],
  })
  await picture(page, 'staff')

  const card = page.getByRole('listitem').filter({ hasText: 'Omar Said' })
  await card.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Roles').fill('lead')
  await team.put({ ...team.get('omar').entry, groups: ['night'] }, 'manager')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else has changed associate omar meanwhile').waitFor()
  t.match(team.get('omar').entry, { groups: ['night'], roles: undefined }, 'nothing was overwritten')
  await page.getByRole('button', { name: 'Take out' }).click()
  await page.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Import' }).click()
  await page.locator('input[type=file]').setInputFiles({
    name: 'team.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('id,name,shifts\nkim,Kim,daily 06:00-14:00\n'),
  })
  await page.getByText('Keep what is not in the file').click()
  await page.locator('.goods-share--added').waitFor()
  await picture(page, 'import')
  await page.getByRole('button', { name: 'Import now' }).click()
  await until('Kim is there', () => team.list().find(({ id }) => id === 'kim'))
  t.equal(team.list().length, 4)
  t.same(box.complaints, [])
})
