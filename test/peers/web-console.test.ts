import { test } from 'tap'
import { CHROMIUM } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { openBrowserBox, seriousFaults } from '../web/browser-box.ts'

const evidence = [{ receiver: 'fridge', rssi: -58.4, metres: 1.2 }]
const visitor = { who: 'visit/5b1f0a77c2d94e10', kind: 'visitor', confidence: 0.86, evidence }

test('a manager signs in, sees who is where, and puts a message on a screen', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1440, height: 900 })
  const page = await box.page()

  await page.goto(`${box.address}/sign-in#${await box.api.signInSecret()}`)
  await page.waitForURL(`${box.address}/`)
  t.notMatch(page.url(), '#', 'the secret is not in the address any more')
  await page.getByRole('note').getByText('Virtual shop').waitFor()
  await page.getByRole('group', { name: /Floor plan of Corner shop/ }).waitFor()

  const move = (x: number, zone: string) =>
    box.host.emit('presence', {
      type: 'presence.moved',
      subject: visitor.who,
      data: { ...visitor, x, y: 3, zone, accuracyMetres: 1.5 },
    })
  await move(2, 'entrance')
  const dot = page.getByRole('button', { name: 'Visitor 5b1f, visitor, in Entrance' })
  await dot.waitFor()
  await page.getByRole('button', { name: 'Entrance 1' }).waitFor()
  await move(8, 'dairy')
  await page.getByRole('button', { name: 'Visitor 5b1f, visitor, in Dairy' }).waitFor()
  await page.getByRole('button', { name: 'Dairy 1' }).waitFor()
  t.pass('the dot and the counts follow the visitor')

  await page.locator('.dot').focus()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('region', { name: 'Evidence for Visitor 5b1f' })
  t.match(await panel.innerText(), /Fridge[\s\S]*−58 dBm[\s\S]*1\.2 m/, 'the keyboard opens what it was decided from')

  await page.getByRole('link', { name: 'Screens' }).click()
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Window' }) })
  await card.getByText('Welcome').waitFor()
  await card.getByRole('button', { name: 'Show a message' }).click()
  await page.getByLabel('Title', { exact: true }).fill('Back in five minutes')
  await page.getByRole('button', { name: 'Show it' }).click()
  await card.getByText('Back in five minutes').waitFor()
  t.match(box.shop.screens.state('entrance'), { key: 'by-hand', content: { title: 'Back in five minutes' } })
  await card.getByRole('button', { name: 'Take it off' }).click()
  await card.getByText('Welcome').waitFor()

  await card.getByRole('button', { name: 'Link' }).click()
  const link = page.getByRole('dialog', { name: 'Link for Window' })
  await link.getByRole('img', { name: /QR code/ }).waitFor()
  t.match(await link.innerText(), /\/sign-in#/)
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Shop file' }).click()
  const editor = page.getByLabel('shop.yaml')
  const yaml = await editor.inputValue()
  await editor.fill(yaml.replace('name: Corner shop', 'name: Corner shop\nnam: oops'))
  await page.getByRole('button', { name: 'Use this' }).click()
  await page.getByRole('alert').filter({ hasText: 'line 2' }).waitFor()
  t.equal(await page.locator('.editor__fault').innerText(), '2', 'a fault is shown at its line')
  t.same(box.complaints, [], 'the browser had nothing to complain about')
})

test('people give and take back consent, and are erased', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 820, height: 1180 })
  const page = await box.page()
  await page.goto(`${box.address}/sign-in#${await box.api.signInSecret()}`)
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByText('Nobody has said yes to anything').waitFor()
  await page.getByRole('button', { name: 'Add somebody' }).click()
  await page.getByLabel('Name, as the person').fill('Elif')
  await page.getByLabel('Tag that').fill('aa:bb:cc:dd:ee:ff')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const recognition = page.getByRole('switch', { name: /recognise my tag/ })
  await recognition.click()
  await page.getByText(/^Given /).waitFor()
  const [person] = box.shop.people.list()
  t.ok(box.shop.people.consents(person?.id ?? '', 'recognition'))
  await recognition.click()
  await page.getByText(/^Taken back /).waitFor()
  t.notOk(box.shop.people.consents(person?.id ?? '', 'recognition'))
  await page.getByRole('button', { name: 'Erase' }).click()
  t.equal(box.shop.people.list().length, 1, 'one press is not enough')
  await page.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByText('Nobody has said yes to anything').waitFor()
  t.same(box.shop.people.list(), [])
})

for (const dark of [false, true]) {
  test(`axe finds nothing serious on any page, ${dark ? 'dark' : 'light'}`, async (t) => {
    if (!peer(t, 'chromium', CHROMIUM)) return
    const box = await openBrowserBox(t, { width: 1280, height: 900, dark })
    const page = await box.page()
    await page.goto(`${box.address}/sign-in`)
    await page.getByRole('heading', { name: 'You need a link to come in' }).waitFor()
    t.same(await seriousFaults(page), [], 'sign-in')

    const staff = await box.signInTo(page, 'staff', 'anna')
    await page.getByRole('heading', { name: 'All quiet' }).waitFor()
    t.same(await seriousFaults(page), [], 'staff at rest')
    await staff.notify('Somebody has come in', 'entrance')
    await page.getByRole('button', { name: 'Got it' }).waitFor()
    await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))')
    t.same(await seriousFaults(page), [], 'staff with a notice')

    await box.signInTo(page, 'screen', 'entrance')
    for (const tone of ['calm', 'fresh', 'warm', 'alert'] as const) {
      await box.showOn('entrance', {
        layout: 'message',
        kicker: 'Today',
        title: tone,
        text: 'Fresh bread',
        figure: '2.20',
        tone,
      })
      await page.locator('.face__title', { hasText: tone }).waitFor()
      await page.locator('.stage__act').nth(1).waitFor({ state: 'detached' })
      t.same(await seriousFaults(page), [], `a ${tone} sign`)
    }

    await page.goto('about:blank')
    await page.goto(`${box.address}/sign-in#${await box.api.signInSecret()}`)
    await box.host.emit('presence', {
      type: 'presence.moved',
      subject: visitor.who,
      data: { ...visitor, x: 2, y: 3, zone: 'entrance', accuracyMetres: 1.5 },
    })
    await page.locator('.dot').first().waitFor()
    for (const place of [
      'floor',
      'screens',
      'staff',
      'people',
      'plugins',
      'devices',
      'heard',
      'events',
      'flows',
      'media',
      'shop',
      'access',
    ]) {
      await page.goto(`${box.address}/#/${place}`)
      await page.locator(`.page--${place} h1`).waitFor()
      while ((await page.locator('.loading').count()) > 0)
        await page.locator('.loading').first().waitFor({ state: 'detached' })
      t.same(await seriousFaults(page), [], place)
    }
    t.same(box.complaints, [], 'the browser had nothing to complain about')
  })
}
