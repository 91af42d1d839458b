/**
 * How far apart three players of a group are when they change, each in a Chromium of its own whose clock is wrong by
 * minutes; `node test/bench/sign-group.ts`. Changes are timed by the one clock of this machine, from the second that
 * each page shows: the first is its start.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { build } from 'vite'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { type Figure, quantile, rounded } from '../support/figure.ts'
import { changesOf, skewedPage, skews } from '../support/sign-group.ts'
import { startBox } from './ours.ts'

const WEB = resolve(import.meta.dirname, '../../runtime/web')
/** What a person does not see as two changes. */
const BUDGET_MILLISECONDS = 100
const WRONG_MILLISECONDS = { left: 0, middle: 98_000, right: -41_000 }
const SECONDS = 12
const config = 'plugins:\n  ble: { enabled: false }\n  mqtt: { enabled: false }\n'
const shop = {
  name: 'Bench',
  timezone: 'Europe/Berlin',
  floor: { width: 9, depth: 6 },
  zones: [],
  receivers: [],
  staff: [],
  screens: Object.keys(WRONG_MILLISECONDS).map((id) => ({ id, name: id, group: 'window' })),
}
const items = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, seconds: 2, content: { layout: 'message', title: id } }))
const playlists = { playlists: [{ id: 'loop', name: 'Loop', groups: ['window'], items }] }

export async function signGroupFigures(port: number, say: (text: string) => void): Promise<Figure[]> {
  if (!existsSync(CHROMIUM)) {
    say('  skipped: chromium is not installed (apt install chromium)')
    return []
  }
  await build({ configFile: resolve(WEB, 'vite.config.ts'), logLevel: 'error' })
  const box = await startBox(config, port)
  const browsers: Awaited<ReturnType<typeof openBrowser>>[] = []
  try {
    await box.ask('PUT', '/api/v1/shop.yaml', JSON.stringify(shop), 'text/yaml')
    await box.ask('PUT', '/api/v1/playlists.yaml', JSON.stringify(playlists), 'text/yaml')
    const pages = await Promise.all(
      Object.entries(WRONG_MILLISECONDS).map(async ([id, wrong]) => {
        const browser = await openBrowser({ width: 640, height: 360 })
        browsers.push(browser)
        const page = await skewedPage(browser, wrong)
        const { url } = await box.ask<{ url: string }>('POST', '/api/v1/links', { role: 'screen', id })
        await page.goto(url)
        await page.locator('.stage__act').first().waitFor()
        return page
      }),
    )
    await new Promise((wait) => setTimeout(wait, SECONDS * 1000))
    const [left = [], middle = [], right = []] = await Promise.all(pages.map(changesOf))
    const apart = [skews(left, middle), skews(left, right), skews(middle, right)].flat()
    say(`  apart by ${apart.map((one) => one.toFixed(1)).join(', ')} ms`)
    const figure = (name: string, value: number, reference?: number): Figure => ({
      name: `sign group skew ${name}`,
      value: rounded(value),
      unit: 'ms',
      better: 'lower',
      n: apart.length,
      ...(reference === undefined ? {} : { reference }),
    })
    return [
      figure('p50', quantile(apart, 0.5)),
      figure('p95', quantile(apart, 0.95), BUDGET_MILLISECONDS),
      figure('worst', quantile(apart, 1), BUDGET_MILLISECONDS),
    ]
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()))
    await box.stop()
  }
}

if (import.meta.main)
  for (const figure of await signGroupFigures(28_890, (text) => void process.stderr.write(`${text}\n`)))
    process.stdout.write(`${JSON.stringify(figure)}\n`)
