/**
 * A screen runs a week alone. The clocks of the box (dated-box.ts) and of the page (playwright's clock, which fires every
 * timer on the way) go through the week in which Zurich leaves summer time: 25 October 2026, 03:00 to 02:00.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Page } from 'playwright-core'
import { test } from 'tap'
import { stringify } from 'yaml'
import { client, plan } from '../api/box.ts'
import { freePort, until } from '../support/box.ts'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { startDatedBox } from '../support/dated-box.ts'
import { peer } from '../support/peer.ts'
import { keptFor } from '../web/browser-box.ts'
import { buildPages } from '../web/build.ts'
import { png } from '../web/png.ts'

const HOUR = 3_600_000
/** Thursday noon in Zurich, still summer time. */
const START = Date.UTC(2026, 9, 22, 10)
const iso = (time: number) => new Date(time).toISOString()
const HALF_HOUR = HOUR / 2
const WEEK = 7 * 24 * HOUR
/** The clock of the player is wrong by so much; nobody shall see it. */
const FAST = 300_000
const none = ['ble', 'bangle', 'camera', 'display', 'infer', 'presence', 'shelf-scale', 'stock', 'mqtt', 'fridge-probe']

const playlists = (loaf: string, pears: string) => `playlists:
  - id: day
    name: Day
    screens: [entrance]
    hours: [{ from: '06:00', to: '22:00' }]
    items:
      - { id: loaf, seconds: 1800, content: { layout: split, title: Loaf, alt: A loaf, media: ${loaf} } }
      - { id: pears, seconds: 1800, content: { layout: picture, alt: Pears, media: ${pears} }, until: 2026-10-26 }
      - { id: milk, seconds: 1800, content: { layout: message, title: Milk } }
  - id: night
    name: Night
    screens: [entrance]
    hours: [{ days: [fri, sat], from: '22:00', to: '06:00' }]
    items:
      - { id: rest, seconds: 1800, content: { layout: message, title: We open at six } }
      - { id: moon, seconds: 1800, content: { layout: message, title: Good night } }`

/** Has the page tell each change of what it shows, `[time by its own clock, key]`, over reloads too. */
async function watch(page: Page): Promise<[number, string][]> {
  const seen: [number, string][] = []
  await page.exposeFunction('tellChange', (time: number, key: string) => void seen.push([time, key]))
  await page.addInitScript(() => {
    let last = ''
    new MutationObserver(() => {
      const key = [...document.querySelectorAll<HTMLElement>('.stage__act')].at(-1)?.dataset['key'] ?? ''
      if (key === '' || key === last) return
      last = key
      const { tellChange } = globalThis as typeof globalThis & { tellChange?(time: number, key: string): void }
      tellChange?.(Date.now(), key)
    }).observe(document, { subtree: true, childList: true, attributes: true })
  })
  return seen
}

test('a screen runs a week alone, through nights and a change of the clocks, and every play is told once', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const home = await mkdtemp(join(tmpdir(), 'endcap-week-'))
  t.teardown(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))
  const plugins = Object.fromEntries(none.map((name) => [name, { enabled: false }]))
  await writeFile(join(home, 'endcap.yaml'), stringify({ network: { port: await freePort() }, plugins }))
  const webRoot = await buildPages(await mkdtemp(join(home, 'pages-')))
  const box = await startDatedBox(t, home, webRoot, START)
  const session = await fetch(`${box.address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret: box.link.split('#')[1] }),
  })
  const manager = client(box.address, (session.headers.get('set-cookie') ?? '').split(';')[0])
  const put = (path: string, body: string | Buffer, type: string) =>
    manager.call<{ hash: string }>('PUT', `/api/v1${path}`, body, { 'content-type': type })
  await put('/shop.yaml', stringify(plan), 'text/yaml')
  const [loaf, pears] = await Promise.all(
    [png([217, 152, 47]), png([90, 152, 47])].map(async (bytes) => (await put('/media', bytes, 'image/png')).body.hash),
  )
  t.match(await put('/playlists.yaml', playlists(loaf ?? '', pears ?? ''), 'text/yaml'), { status: 200 })
  const link = await manager.call<{ url: string }>('POST', '/api/v1/links', { role: 'screen', id: 'entrance' })

  const browser = await openBrowser({ width: 640, height: 360 })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const seen = await watch(page)
  const { body: boxClock } = await manager.call<{ sent: number }>('GET', '/api/v1/clock')
  await page.clock.install({ time: boxClock.sent + FAST })
  await page.goto(link.body.url)
  await page.locator('.stage__act').first().waitFor()
  await until('the media are kept', async () => {
    const { body } = await manager.call<{ pulse?: { mediaReady: number } }>('GET', '/api/v1/screens/entrance')
    return body.pulse?.mediaReady === 2 || undefined
  })
  await keptFor(page, 'endcap-sign')
  await box.kill()
  await page.getByText('The box is away').waitFor({ state: 'attached' })

  // From here on no time goes by but what this test lets go by, however busy the machine is.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 60_000)
  /** By the clock of the shop. */
  const pageTime = async () => (await page.evaluate(() => Date.now())) - FAST
  /** As time goes by, timer after timer; or from half an hour to the next, with what happens around each in between. */
  const runTo = async (time: number, dense = false) => {
    for (let left = time - (await pageTime()); left > 0; left = time - (await pageTime())) {
      const step = Math.min(left, HALF_HOUR - ((await pageTime()) % HALF_HOUR))
      if (!dense) await page.clock.fastForward(Math.max(0, step - 2000))
      await page.clock.runFor(dense ? step : Math.min(left, 8000))
    }
  }
  const nightOfChange = Date.UTC(2026, 9, 24, 23, 50)
  await runTo(nightOfChange)
  await runTo(nightOfChange + 2.2 * HOUR, true)
  await page.reload()
  await until('it shows again', async () => {
    await page.clock.runFor(100)
    return page.getByRole('heading').isVisible()
  })
  await page.clock.runFor(2000)
  await runTo(START + WEEK)

  const times = new Map(seen.map(([time, key]) => [Math.round((time - FAST) / 60_000) * 60_000, key]))
  const zurich = (text: string) => Temporal.ZonedDateTime.from(`${text}[Europe/Zurich]`).epochMilliseconds
  for (const [moment, key] of [
    ['2026-10-22T21:30', /^day\/(loaf|pears|milk)$/],
    ['2026-10-22T22:00', /^fallback$/],
    ['2026-10-23T06:00', /^day\/loaf$/],
    ['2026-10-23T22:00', /^night\/rest$/],
    ['2026-10-24T05:30', /^night\/moon$/],
    ['2026-10-24T06:00', /^day\/loaf$/],
    ['2026-10-25T00:00', /^night\/rest$/],
    ['2026-10-25T02:00+02:00', /^night\/rest$/],
    ['2026-10-25T02:30+01:00', /^night\/moon$/],
    ['2026-10-25T05:30', /^night\/moon$/],
    ['2026-10-25T06:00', /^day\/loaf$/],
    ['2026-10-25T22:00', /^fallback$/],
  ] as const)
    t.match(times.get(zurich(moment)), key, `${moment} in Zurich`)

  // The answer to the first batch is lost on the way, so the page tells it again.
  let lost = 0
  await page.route(/\/plays$/, async (route) => {
    const answer = await route.fetch()
    if (lost++ === 0) await route.abort('connectionreset')
    else await route.fulfill({ response: answer })
  })
  const back = await startDatedBox(t, home, webRoot, START + WEEK + 5000)
  t.equal(back.address, box.address)
  const toldOf = async () => {
    const { body } = await manager.call<string>('GET', `/api/v1/plays.csv?from=${iso(START - HOUR)}&screen=entrance`)
    return parse<Record<string, string>>(body, { columns: true })
  }
  const standing = seen.at(-1)?.[1]
  const told = await until('all plays are told', async () => {
    await page.clock.runFor(20_000)
    const rows = await toldOf()
    return rows.length >= seen.length - 1 ? rows : undefined
  })
  t.ok(lost > 1, 'an answer was lost')
  const ended = told
    .filter(({ ended: end }) => end !== '')
    .toSorted((a, b) => (a['began'] ?? '').localeCompare(b['began'] ?? ''))
  t.same(
    ended.map(({ content }) => content),
    seen.map(([, key]) => key).slice(0, ended.length),
    'what was shown, in this order, each once',
  )
  t.equal(new Set(told.map(({ play }) => play)).size, told.length, 'each play has an id of its own')
  t.same(
    ended.filter(({ began }, index) => Math.abs(Date.parse(began ?? '') - ((seen[index]?.[0] ?? 0) - FAST)) > 10_000),
    [],
    'each at its time, by the clock of the box',
  )
  const nights = ended
    .filter(({ content }) => content?.startsWith('night/'))
    .map(({ shown_seconds }) => Number(shown_seconds))
  t.equal(nights.length, 16 + 18 + 1, 'eight hours on Friday, nine on Saturday, and the one that the reload cut in two')
  t.ok(Math.abs(nights.reduce((sum, one) => sum + one, 0) - 17 * 3600) < 60, 'seventeen hours of night in all')
  t.comment(`${seen.length} changes, ${told.length} plays told`, standing)
})
