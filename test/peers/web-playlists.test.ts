import { test } from 'tap'
import { until } from '../support/box.ts'
import { CHROMIUM } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { openBrowserBox, seriousFaults } from '../web/browser-box.ts'

test('a manager makes a playlist, warns everybody, and gives the all-clear', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1280, height: 900 })
  const page = await box.page()
  const [name = '', value = ''] = box.manager.cookie.split('=')
  await box.browser.addCookies([{ name, value, url: box.address }])
  await page.goto(`${box.address}/#/playlists`)
  await page.getByText('No playlist yet').waitFor()
  await page.getByRole('button', { name: 'New playlist' }).click()
  await page.getByLabel('Name').fill('Breakfast')
  await page.getByLabel('Window').check()
  await page.getByRole('button', { name: 'Add hours' }).click()
  await page.getByLabel('From').fill('00:00')
  await page.getByLabel('To', { exact: true }).fill('00:00')
  for (const title of ['Coffee', 'Bread']) {
    await page.getByRole('button', { name: 'Add an item' }).click()
    await page.getByLabel('Title').fill(title)
  }
  await page.getByRole('button', { name: 'Move item 2 up' }).click()
  t.same(await seriousFaults(page), [])
  await page.getByRole('button', { name: 'Use this' }).click()
  await page.getByText('2 items, 20 s a round, on Window').waitFor()
  t.match(box.shop.playlists.list(), [
    {
      id: 'playlist-1',
      name: 'Breakfast',
      screens: ['entrance'],
      hours: [{ from: '00:00', to: '00:00' }],
      items: [{ content: { title: 'Bread' } }, { content: { title: 'Coffee' } }],
    },
  ])
  t.match(box.shop.playlists.exportYaml(), /^playlists:\n {2}- id: playlist-1\n/, 'the file is YAML again')

  await page.goto(`${box.address}/#/screens`)
  await page
    .locator('.screen')
    .getByText(/^(Bread|Coffee)$/)
    .first()
    .waitFor()
  t.same(await seriousFaults(page), [])
  await page.getByRole('button', { name: 'Emergency' }).click()
  await page.getByRole('button', { name: 'Show it on every screen now' }).click()
  await page.getByText('0 of 2 screens have confirmed').waitFor()
  t.equal(box.shop.screens.state('dairy').emergency, true)
  t.same(await seriousFaults(page), [])
  await page.getByRole('button', { name: 'All-clear' }).click()
  t.equal(box.shop.screens.state('dairy').emergency, true, 'one press is not enough')
  await page.getByRole('button', { name: 'Really: give the all-clear' }).click()
  await until('it is over', () => box.shop.screens.state('dairy').emergency === undefined || undefined)
  t.same(box.complaints, [])
})
