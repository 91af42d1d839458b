import { test } from 'tap'
import type { Page } from 'playwright-core'
import { CHROMIUM } from '../support/browser.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { keptFor, openBrowserBox, seriousFaults } from '../web/browser-box.ts'

const picture = async (page: Page, name: string) => {
  const folder = process.env['ENDCAP_PICTURES']
  if (folder) await page.screenshot({ path: `${folder}/staff-${name}.png` })
}

test('a day on the staff page: claim, pass on, quiet, and work without the box', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 390, height: 844 }, { everybodyOnShift: true })
  const { shop } = box
  const page = await box.page()
  await box.signInTo(page, 'staff', 'anna')
  await page.getByRole('heading', { name: 'All quiet' }).click()
  await page.addInitScript('navigator.setAppBadge = async (count) => { self.badge = count }')

  await t.test('it can be installed', async (t) => {
    const href = await page.locator('link[rel=manifest]').getAttribute('href')
    const manifest = await (await fetch(box.address + href)).json()
    t.match(manifest, { start_url: '/staff', scope: '/staff', display: 'standalone' })
    for (const { src, sizes } of (manifest as { icons: { src: string; sizes: string }[] }).icons) {
      const icon = Buffer.from(await (await fetch(box.address + src)).arrayBuffer())
      t.equal(`${icon.readUInt32BE(16)}x${icon.readUInt32BE(20)}`, sizes)
    }
  })

  await t.test('what is claimed on one phone is gone from the other', async (t) => {
    await box.open({ title: 'Refill oat milk', kind: 'refill', zone: 'dairy', slot: 'A/3/2', text: 'Two left' })
    await page.getByRole('heading', { name: 'Refill oat milk' }).waitFor()
    await picture(page, 'now-phone')
    const bruno = await box.device('staff', 'bruno')
    const task = shop.tasks.list()[0]?.id ?? ''
    await page.getByRole('link', { name: 'Tasks' }).click()
    await page.getByText('Refill oat milk').waitFor()
    await bruno.call('POST', `/api/v1/staff/me/tasks/${task}/claim`)
    await page.getByText('Nothing waits.').waitFor()
    t.equal(await page.getByText('Refill oat milk').count(), 0)
    await bruno.call('POST', `/api/v1/staff/me/tasks/${task}/pass`, { to: 'anna' })
    await page.getByText('passed to you').waitFor()
    await page.getByRole('button', { name: 'I’ll do it' }).click()
    await until('Anna has it', () => shop.tasks.get(task).claimedBy === 'anna' || undefined)
    await page.getByRole('button', { name: 'Pass on' }).click()
    await picture(page, 'tasks-phone')
    await page.getByRole('button', { name: 'Bruno Frei' }).click()
    await until('Bruno is offered it', () => shop.tasks.get(task).offeredTo === 'bruno' || undefined)
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
  })

  await t.test('quiet is one tap, and what is held back says why', async (t) => {
    await page.getByRole('link', { name: 'Me' }).click()
    await page.getByRole('checkbox', { name: /Quiet/ }).click()
    await until('the box knows', () => shop.staff.availability('anna').quiet || undefined)
    await box.open({ title: 'Till 2 needs change', kind: 'help' })
    await page.getByText('you want quiet; only urgent alerts disturb').waitFor()
    await picture(page, 'me-phone')
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
    await page.getByRole('link', { name: 'Now' }).click()
    await page.getByText('No sound: you want quiet').first().waitFor()
  })

  await t.test('a claim without the box is sent when it is back; who was slower is told', async (t) => {
    const [help, refill] = ['Till 2 needs change', 'Refill oat milk'].map(
      (title) => shop.tasks.list().find((task) => task.title === title)?.id ?? '',
    )
    await page.getByRole('link', { name: 'Tasks' }).click()
    await keptFor(page, 'endcap-staff')
    await box.down()
    await page.getByText('reconnecting').waitFor()
    for (const title of ['Till 2 needs change', 'Refill oat milk'])
      await page.locator('.job', { hasText: title }).getByRole('button', { name: 'I’ll do it' }).click()
    await page.getByText('sending').first().waitFor()
    await page.reload()
    await page.getByText('sending').first().waitFor()
    t.equal(shop.tasks.get(help ?? '').state, 'open', 'the box cannot know yet')
    await shop.tasks.claim('bruno', refill ?? '')
    await box.up()
    await until('the claim arrives', () => shop.tasks.get(help ?? '').claimedBy === 'anna' || undefined)
    await page.getByText('Bruno Frei has the task «Refill oat milk»').waitFor()
    await page.locator('.job', { hasText: 'Till 2' }).getByRole('button', { name: 'Done' }).click()
    await until('it is done', () => shop.tasks.get(help ?? '').state === 'done' || undefined)
  })

  await t.test('a product is looked up by its words or as a scanner types it', async (t) => {
    const products = [
      {
        id: 'oat-milk',
        gtin: '4006381333931',
        name: 'Oat milk',
        brand: 'Alpen',
        price: { amount: 2.49, currency: 'EUR' },
      },
      { id: 'cow-milk', name: 'Cow milk' },
    ]
    await shop.knowledge.put(
      'products',
      products.map((one) => ({ ...one, details: { Allergens: 'oats' } })),
      'manager',
    )
    await shop.knowledge.put(
      'planogram',
      { fixtures: [{ id: 'A', zone: 'dairy' }], slots: [{ slot: 'A/3/2', products: ['oat-milk'] }] },
      'manager',
    )
    await page.getByRole('link', { name: 'Products' }).click()
    const field = page.getByRole('searchbox', { name: 'Name or number' })
    await field.fill('milk')
    await page.getByRole('heading', { name: 'Cow milk' }).waitFor()
    t.equal(await page.locator('.product').count(), 2)
    await field.fill('')
    await field.pressSequentially('4006381333931\n')
    await page.getByRole('heading', { name: 'Oat milk' }).waitFor()
    await page.getByRole('img', { name: 'shelf 3, place 2' }).waitFor()
    const seen = await page.locator('.product').innerText()
    t.match(seen, /2[.,]49/)
    t.match(seen, /A\/3\/2/)
    t.match(seen, /nobody counts here/)
    await picture(page, 'products-phone')
    t.ok((await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0)) <= 390, 'nothing scrolls sideways')
    const scan = await page.getByRole('button', { name: 'Scan' }).boundingBox()
    t.ok(scan && scan.x + scan.width <= 390, 'the button to scan is in view')
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
    await page.getByRole('img', { name: 'Map of the shop: belongs in dairy' }).waitFor()
    await field.fill('unicorn')
    await page.getByText('Nothing here is called «unicorn».').waitFor()

    await box.down()
    await page.getByText('reconnecting').waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Products' }).click()
    await field.fill('oat')
    await page.getByText('The box is out of reach. This is what it said last.').waitFor()
    t.match(await page.locator('.product').innerText(), /Oat milk[\s\S]*As it was (just now|\d+ s ago|1 min ago)/)
    await page.getByRole('img', { name: /Map of the shop/ }).waitFor()
    await picture(page, 'products-away-phone')
    await field.fill('unicorn')
    await page.getByText('remembers nothing called «unicorn»').waitFor()
    await box.up()
    await page.getByText('Nothing here is called «unicorn».').waitFor()
  })

  await t.test('it is readable on every size', async (t) => {
    await page.getByRole('link', { name: 'Now' }).click()
    await box.open({
      title: 'Fridge 2 is warm: 9 °C for 20 minutes',
      zone: 'dairy',
      urgency: 'urgent',
      text: 'See whether its door is open.',
    })
    await box.open({ title: 'Bring baskets to the entrance', zone: 'entrance', urgency: 'calm' })
    await page.getByRole('heading', { name: /Fridge 2/ }).waitFor()
    for (const [name, width, height] of [
      ['phone', 390, 844],
      ['tablet', 820, 1180],
      ['full', 1920, 1080],
      ['watch-384', 384, 384],
      ['watch-240', 240, 240],
    ] as const) {
      await page.setViewportSize({ width, height })
      await picture(page, `urgent-${name}`)
      const button = await page.locator('.card__button').boundingBox()
      t.ok(button && button.height >= 44 && button.y + button.height <= height, `${name}: the button is in reach`)
      const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0)
      t.ok(wide <= width, `${name}: nothing scrolls sideways`)
      // On a round face the ends of the button must lie within the circle.
      if (button && width === height && width > 220)
        for (const [x, y] of [
          [button.x, button.y + button.height / 2],
          [button.x + button.width, button.y + button.height / 2],
        ] as const)
          t.ok(Math.hypot(x - width / 2, y - height / 2) <= width / 2, `${name}: within the circle`)
    }
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
  })
  await t.test('five hundred wait: the most pressing first, thirty at a time', async (t) => {
    for (const { id, state } of shop.tasks.list())
      if (state === 'open' || state === 'claimed') await shop.tasks.close(id, 'done with', 'manager')
    const labels = Array.from({ length: 498 }, (_, at) => `Label ${at},calm`)
    const text = ['title,urgency', ...labels, 'Glass on the floor,urgent', 'Till 2,normal'].join('\n')
    await box.manager.call('POST', '/api/v1/tasks/import?name=many.csv', text, { 'content-type': 'text/csv' })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('link', { name: 'Tasks' }).click()
    const jobs = page.getByRole('region', { name: 'Open tasks' }).getByRole('listitem')
    await page.getByRole('button', { name: 'Show more (470)' }).click()
    t.equal(await jobs.count(), 60)
    const first = async () => (await jobs.allInnerTexts()).slice(0, 2).map((words) => words.split('\n')[0])
    t.same(await first(), ['Glass on the floor', 'Till 2'])
    // What is changed last does not go last.
    const { body } = await box.manager.call<{ id: string; title: string }[]>('GET', '/api/v1/tasks')
    const glass = body.find(({ title }) => title === 'Glass on the floor')?.id ?? ''
    await shop.tasks.claim('anna', glass)
    await shop.tasks.pass('anna', glass, undefined)
    await page.getByText('Show more').waitFor()
    await until('it stands first again', async () => (await first())[0] === 'Glass on the floor' || undefined)
  })
  await t.test('the manager opens a task on the console, and sees who has it', async (t) => {
    await page.setViewportSize({ width: 1280, height: 900 })
    const [name = '', value = ''] = box.manager.cookie.split('=', 2)
    await page.context().addCookies([{ name, value, url: box.address }])
    await page.goto(`${box.address}/#/tasks`)
    await page.getByRole('textbox', { name: /Something to do/ }).fill('Sweep the entrance')
    await page.getByRole('button', { name: 'Open task' }).click()
    const card = page.locator('.sheet', { hasText: 'Sweep the entrance' })
    await card.waitFor()
    await shop.tasks.claim('bruno', shop.tasks.list()[0]?.id ?? '')
    await card.getByText('Bruno Frei').waitFor()
    await picture(page, 'console-tasks')
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
  })
  t.same(box.complaints, [], 'the browser had nothing to complain about')
})
