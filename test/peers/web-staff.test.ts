import { test } from 'tap'
import { CHROMIUM } from '../support/browser.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { keptFor, openBrowserBox, seriousFaults } from '../web/browser-box.ts'

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

test('any title fits a watch: nothing scrolls sideways, and the button covers no words', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 200, height: 200 })
  const page = await box.page()
  const anna = await box.signInTo(page, 'staff', 'anna')
  const titles = [
    'Somebody has been waiting at the cheese counter for four minutes and would like to taste the old Gruyère, please',
    'Lebensmittelunverträglichkeitsberatung am Käsefachverkäuferinnentresen: Kundschaftsbetreuungsbedarf, Nahrungsergänzung',
    'شخص ما ينتظر عند قسم الأجبان منذ أربع دقائق ويريد تذوق الجبن القديم، من فضلك اذهب إلى هناك الآن وساعده في الاختيار',
    'W'.repeat(120),
    '<img src=x onerror=alert(1)><script>document.title = 1</script> 🧀🥛 &amp; more',
    'Short',
  ]
  for (const title of titles) {
    await anna.notify(title, 'dairy')
    await page.getByRole('heading', { name: title }).waitFor()
    for (const size of [200, 160]) {
      await page.setViewportSize({ width: size, height: size })
      const name = `${title.slice(0, 12)} at ${size}`
      const seen = await page.evaluate(look)
      t.ok(seen.pageWidth <= size, `${name}: the page is not wider than the watch, ${seen.pageWidth}`)
      t.ok(seen.wordsScrollWidth <= seen.wordsWidth, `${name}: nor are the words than their place`)
      t.ok(seen.words.bottom <= seen.button.top, `${name}: the words end above the button`)
      t.ok(seen.words.height >= 30, `${name}: a line and a half at least, ${seen.words.height}`)
      t.ok(seen.button.top >= 0 && seen.button.bottom <= size, `${name}: the button is on the first view`)
      t.ok(seen.button.height >= 44, `${name}: and large`)
      t.ok(seen.first >= seen.words.top - 1, `${name}: the first line is in view`)
      t.ok(seen.last <= seen.words.bottom + 1, `${name}: the last line can be scrolled to, above the button`)
      if (process.env['ENDCAP_PICTURES'])
        await page.screenshot({ path: `${process.env['ENDCAP_PICTURES']}/staff-${titles.indexOf(title)}-${size}.png` })
    }
  }
  t.same(await seriousFaults(page), [], 'axe finds nothing serious')
  t.same(box.complaints, [], 'the browser had nothing to complain about')
})

/** Measures the card as it stands, and where its title begins and, scrolled to the end, ends. */
function look() {
  const find = (selector: string): Element => {
    const found = document.querySelector(selector)
    if (!found) throw new Error(`no ${selector}`)
    return found
  }
  const boxOf = (element: Element) => {
    const { top, bottom, height } = element.getBoundingClientRect()
    return { top, bottom, height }
  }
  const words = find('.card__words')
  const title = find('.card__title')
  words.scrollTop = 0
  const first = boxOf(title).top
  words.scrollTop = words.scrollHeight
  const last = boxOf(title).bottom
  words.scrollTop = 0
  return {
    first,
    last,
    words: boxOf(words),
    button: boxOf(find('.card__button')),
    pageWidth: document.scrollingElement?.scrollWidth ?? 0,
    wordsWidth: words.clientWidth,
    wordsScrollWidth: words.scrollWidth,
  }
}

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
