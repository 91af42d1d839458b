/** What a screen shows that comes back, and what two screens with one link do. */
import type { Page } from 'playwright-core'
import { test } from 'tap'
import { until } from '../support/box.ts'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { changesOf, skewedPage } from '../support/sign-group.ts'
import { openBrowserBox } from '../web/browser-box.ts'

test('screens that were away, and two with one link', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1280, height: 720 })
  const second = await openBrowser({ width: 720, height: 1280 })
  t.teardown(() => second.close())
  const command = (name: string, params = {}) =>
    box.manager.call('POST', '/api/v1/commands', { name, to: 'screen/+', params })
  const players = async (count: number) =>
    until(`${count} players`, async () => {
      const { body } = await box.manager.call<{ players: number }>('GET', '/api/v1/screens/entrance')
      return body.players === count || undefined
    })
  const title = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
  const { body: link } = await box.manager.call<{ url: string }>('POST', '/api/v1/links', {
    role: 'screen',
    id: 'entrance',
  })
  const one = await skewedPage(box.browser, 0)
  const other = await second.newPage()
  for (const page of [one, other]) {
    await page.goto(link.url)
    await title(page, 'Welcome')
  }
  const sign = one.url()

  await t.test('two screens with one link show the same, and one may go', async () => {
    await players(2)
    await box.showOn('entrance', { layout: 'message', title: 'both' })
    await Promise.all([title(one, 'both'), title(other, 'both')])
    await other.goto('about:blank')
    await players(1)
    await command('sign.clear', { key: 'both' })
    await title(one, 'Welcome')
  })

  await t.test('an emergency that was raised while it was away shows as soon as it is back', async () => {
    await one.goto('about:blank')
    await players(0)
    await command('sign.emergency', { title: 'Leave now' })
    await one.goto(sign)
    await title(one, 'Leave now')
  })

  await t.test('one that was over meanwhile does not, not for a moment', async (t) => {
    await one.goto('about:blank')
    await command('sign.all-clear')
    // The box answers the stream late, so that what the page remembers would be seen.
    await one.route('**/stream', async (route) => {
      await new Promise((late) => setTimeout(late, 500))
      await route.continue()
    })
    await one.goto(sign)
    await title(one, 'Welcome')
    t.same(
      (await changesOf(one)).map(([, key]) => key),
      ['fallback'],
    )
  })

  await t.test('what looks like HTML is text, on the screen and in its picture', async (t) => {
    const html = (field: string) => `<img src=x onerror=alert(1)>${field}`
    const content = {
      layout: 'message',
      title: html('title'),
      text: html('text &amp; more'),
      kicker: html(''),
      figure: '<b>1&2</b>',
    }
    t.equal((await command('sign.show', { key: 'html', content })).status, 200)
    for (const words of [html('title'), html('text &amp; more'), html(''), '<b>1&2</b>'])
      await one.getByText(words, { exact: true }).waitFor()
    t.equal(await one.locator('.stage img, .stage b').count(), 0)
    const picture = await fetch(`${box.address}/api/v1/screens/entrance/screenshot`, {
      headers: { cookie: box.manager.cookie },
    })
    t.equal(picture.headers.get('content-type'), 'image/jpeg')
  })
  t.same(box.complaints, [])
})
