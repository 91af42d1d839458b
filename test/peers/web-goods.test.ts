import { test } from 'tap'
import { sampleEvent } from '../support/events.ts'
import { CHROMIUM } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { openBrowserBox, seriousFaults } from '../web/browser-box.ts'

const wrong = 'id;gtin;name;price;currency\noat-milk;4006381333932;Oat milk;2,49;EUR\nyoghurt;96385074;;0,89;EUR\n'
const right = wrong.replace('4006381333932', '4006381333931').replace('96385074;;', '96385074;Yoghurt;')

test('a manager imports a catalogue, mends its mistakes, and sees the shelf run empty', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1440, height: 900 })
  const page = await box.page()
  await page.goto(`${box.address}/sign-in#${await box.api.signInSecret()}`)
  await page.waitForURL(`${box.address}/`)

  await page.getByRole('link', { name: 'Products' }).click()
  await page.getByText('Import your catalogue').waitFor()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Import products' })
  const choose = (text: string) =>
    dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await choose(wrong)
  const faults = dialog.getByRole('alert')
  await faults.waitFor()
  t.match(
    await faults.innerText(),
    /2 things are wrong with mine\.csv[\s\S]*line 2, gtin[\s\S]*should be 1[\s\S]*line 3, name/i,
  )
  t.ok(await dialog.getByRole('button', { name: 'Import now' }).isDisabled())
  await choose(right)
  await dialog.getByText('added').waitFor()
  t.match(await dialog.getByRole('status').innerText(), /2\s*added\s*oat-milk, yoghurt/)
  await dialog.getByRole('button', { name: 'Import now' }).click()
  await page.getByRole('button', { name: /Oat milk/ }).waitFor()

  await page.getByLabel('Find').fill('yog')
  await page.getByRole('button', { name: /Oat milk/ }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /Yoghurt/ }).click()
  const form = page.getByRole('dialog', { name: 'Yoghurt' })
  await form.getByLabel('Bar code (GTIN)').fill('96385075')
  await form.getByText('one of its digits is wrong').waitFor()
  await form.getByLabel('Bar code (GTIN)').fill('96385074')
  await form.getByLabel('Brand').fill('Hofgut')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Hofgut').waitFor()
  t.match(box.shop.knowledge.products.get('yoghurt'), { brand: 'Hofgut', price: { amount: 0.89 } })
  t.same(await seriousFaults(page), [])

  await page.getByRole('link', { name: 'Shelves' }).click()
  await page.getByRole('button', { name: 'Add a fixture' }).click()
  const fixture = page.getByRole('dialog', { name: 'A new fixture' })
  await fixture.getByLabel('Id', { exact: true }).fill('A')
  await fixture.getByLabel('Zone', { exact: true }).selectOption('dairy')
  await fixture.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Add a slot' }).click()
  const slot = page.getByRole('dialog', { name: 'A new slot' })
  await slot.getByLabel('Slot', { exact: true }).fill('A/3/2')
  await slot.getByLabel('Products', { exact: true }).fill('butter')
  await slot.getByLabel('How many fit', { exact: true }).fill('12')
  await slot.getByRole('button', { name: 'Save' }).click()
  await slot.getByText('there is no butter in the catalogue').waitFor()
  await slot.getByLabel('Products', { exact: true }).fill('4006381333931')
  await slot.getByRole('button', { name: 'Save' }).click()
  const tile = page.getByRole('button', { name: /Oat milk.*A\/3\/2/ })
  await tile.getByText('not counted').waitFor()
  const count = (pieces: number) =>
    box.bus.publish(
      sampleEvent('shelf.counted', {
        subject: 'slot/A/3/2',
        data: { slot: 'A/3/2', product: 'oat-milk', count: pieces },
      }),
    )
  count(7)
  await tile.getByText('7 there').waitFor()
  count(2)
  await tile.getByText('2 left').waitFor()
  count(0)
  await tile.getByText('Empty').waitFor()
  t.same(await seriousFaults(page), [])

  await page.getByRole('link', { name: 'Orders' }).click()
  await page.getByRole('button', { name: 'Open an order' }).click()
  const order = page.getByRole('dialog', { name: 'A new order' })
  await order.getByLabel('Number').fill('w-1')
  await order.getByLabel('What, a line each').fill('2 oat-milk\n96385074')
  await order.getByRole('button', { name: 'Open it' }).click()
  await page.getByText('0 of 2').waitFor()
  await box.manager.call('POST', '/api/v1/orders/w-1/pick', { product: 'oat-milk', count: 2 })
  await page.getByText('2 of 2').waitFor()

  await page.getByRole('link', { name: 'Cabinets' }).click()
  await page.getByText('No cabinet is known yet').waitFor()
  t.same(await seriousFaults(page), [])
  t.same(box.complaints, [], 'no page complained')
})
