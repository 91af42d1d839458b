import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { CHROMIUM } from '../support/browser.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { keptFor, openBrowserBox } from '../web/browser-box.ts'
import { png } from '../web/png.ts'

interface Shown {
  data: { content: string; play: string; shownSeconds?: number }
}

test('a sign keeps its content without the box, over a reload too, and tells later what it showed', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1280, height: 720 })
  const page = await box.page()
  const hash = await box.upload(png([217, 152, 47]), 'image/png')
  const told = async () =>
    (await box.manager.call<Shown[]>('GET', '/api/v1/events?type=sign.shown')).body.map(({ data }) => data).toReversed()

  await box.signInTo(page, 'screen', 'entrance')
  await until('the fallback is told as shown', async () => (await told()).at(0))
  await box.showOn('entrance', { layout: 'split', title: 'bread', media: hash, alt: 'A loaf' })
  await page.getByRole('heading', { name: 'bread' }).waitFor()
  await page.getByRole('img', { name: 'A loaf' }).waitFor()
  const plays = await until('two beginnings and an end', async () => {
    const all = await told()
    return all.filter(({ shownSeconds }) => shownSeconds === undefined).length === 2 ? all : undefined
  })
  t.match(
    plays.map(({ content }) => content),
    ['fallback', 'fallback', 'bread'],
  )
  t.equal(plays[0]?.play, plays[1]?.play, 'the end of a play carries the id of its beginning')
  t.type(plays[1]?.shownSeconds, 'number')

  await keptFor(page, 'endcap-sign')
  await box.down()
  await page.getByText('The box is away').waitFor({ state: 'attached' })
  t.ok(await page.getByRole('heading', { name: 'bread' }).isVisible(), 'the last content stays')
  await page.reload()
  await page.getByRole('heading', { name: 'bread' }).waitFor()
  const width = await page
    .getByRole('img', { name: 'A loaf' })
    .evaluate((image: HTMLImageElement) => image.naturalWidth)
  t.equal(width, 8, 'with its picture, after a reload without the box')

  await box.up()
  await page.getByText('The box is away').waitFor({ state: 'detached' })
  const later = await until('what was shown meanwhile', async () => {
    const all = await told()
    return all.length >= plays.length + 2 ? all : undefined
  })
  const meanwhile = later.slice(plays.length)
  t.match(
    meanwhile[0],
    { content: 'bread', play: plays[2]?.play, shownSeconds: Number },
    'the play that the reload ended',
  )
  t.match(meanwhile[1], { content: 'bread' }, 'and the one after it')
  t.same(new Set(later.map((one) => JSON.stringify(one))).size, later.length, 'each is told once')
  t.same(box.complaints, [], 'the browser had nothing to complain about')
})

test('a sign never goes blank for a picture that cannot be shown', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 720, height: 1280 })
  const page = await box.page()
  await box.signInTo(page, 'screen', 'entrance')
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()

  const hash = await box.upload(png([12, 90, 60]), 'image/png')
  writeFileSync(join(box.root, 'media', hash), 'the card was pulled out')
  const asked = page.waitForResponse((response) => response.url().endsWith(hash))
  await box.showOn('entrance', { layout: 'picture', title: 'damaged', media: hash })
  await (await asked).finished()
  t.ok(await page.getByRole('heading', { name: 'Welcome' }).isVisible(), 'what showed before stays')
  await box.showOn('entrance', { layout: 'message', title: 'whole' })
  await page.getByRole('heading', { name: 'whole' }).waitFor()
  const seen = (await box.manager.call<Shown[]>('GET', '/api/v1/events?type=sign.shown')).body
  t.notOk(
    seen.some(({ data }) => data.content === 'damaged'),
    'what could not be shown is not told as shown',
  )
  rmSync(join(box.root, 'media', hash))
})

/** True where every word of the sign stands within the screen. */
function standsWhole(): boolean {
  const words = [...document.querySelectorAll('.stage__act:last-child .face__words > *, .face__title, .face__text')]
  return (
    words.length > 4 &&
    words.every((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect()
      return left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1
    })
  )
}

test('a sign fits any text on any screen, and says which it is', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1920, height: 1080 })
  const page = await box.page()
  await box.signInTo(page, 'screen', 'entrance')
  const long = 'Every word of a long text is drawn, and none of it is cut at the edge of a screen. '.repeat(3).trim()
  await box.showOn('entrance', {
    layout: 'message',
    kicker: 'To all',
    title: 'x'.repeat(80),
    text: long,
    figure: 'CHF 1299.00',
  })
  for (const [width, height] of [
    [1920, 1080],
    [1080, 1920],
    [1920, 360],
    [320, 240],
  ] as const) {
    await page.setViewportSize({ width, height })
    await until(`all of it stands on ${width} × ${height}`, () => page.evaluate(standsWhole))
    t.pass(`all of it stands on ${width} × ${height}`)
  }
  await box.identify('entrance')
  await page.getByText('screen/entrance').waitFor()
  const flashes = await page.locator('.identify').evaluate((element) => getComputedStyle(element).animationDuration)
  t.equal(flashes, '1s', 'one flash a second, where three could harm')
})
