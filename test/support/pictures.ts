/**
 * Makes the pictures of README.md and docs/flows.md from a box with the virtual shop that runs already:
 *
 *   ENDCAP_HOME=/tmp/pictures ENDCAP_PORT=8236 npm start          prints a sign-in link
 *   node test/support/pictures.ts http://127.0.0.1:8236/sign-in#…
 *
 * Let the shop run for a few minutes first, so that somebody is there and orders have come.
 */
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { openBrowser } from './browser.ts'

const FOLDER = join(import.meta.dirname, '../../docs/pictures')
const FULL_HD = { width: 1920, height: 1080 }
/** Widths at which the pictures are kept, pixels. */
const WIDE = 1200
const NARROW = 390

const [link] = process.argv.slice(2)
if (!link) throw new Error('usage: node test/support/pictures.ts SIGN-IN-LINK')
const address = new URL(link).origin

const browsers: BrowserContext[] = []
async function signedIn(url: string, size: { width: number; height: number }, at: RegExp): Promise<Page> {
  const browser = await openBrowser(size)
  browsers.push(browser)
  const page = await browser.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(url)
  await page.waitForURL(at)
  return page
}

/** 128 colours are enough for pages of a console, and a third of the bytes. */
async function keep(page: Page, name: string, width: number): Promise<void> {
  const small = sharp(await page.screenshot()).resize({ width })
  await small.png({ palette: true, colours: 128, effort: 10 }).toFile(join(FOLDER, `${name}.png`))
}

async function linkFor(manager: Page, role: string, id: string): Promise<string> {
  const answer = await manager.request.post(`${address}/api/v1/links`, { data: { role, id } })
  return ((await answer.json()) as { url: string }).url
}

try {
  const console = await signedIn(link, FULL_HD, /\/$|\/#/)
  const dots = console.locator('.dot')
  await console.getByRole('heading', { name: 'Floor plan' }).waitFor()
  await dots.nth(3).waitFor()
  await keep(console, 'console', WIDE)

  // What is asked for last is on top: an order, picked at the shelf.
  await console.goto(`${address}/flows/#flow/pick-to-light`)
  await console.locator('.red-ui-flow-node-label').first().waitFor()
  await console.getByText('Pick to light').first().waitFor()
  // Node-RED's tips are for its users, not for a picture.
  await console.locator('.red-ui-help-tips').evaluate((tips) => tips.remove())
  const shelf = await signedIn(await linkFor(console, 'screen', 'bakery'), FULL_HD, /\/sign\//)
  await console.request.post(`${address}/api/v1/orders`, {
    data: { id: `web-${Date.now() % 1000}`, lines: [{ product: 'rye-loaf', count: 2 }] },
  })
  await shelf.locator('.face--pick').waitFor()
  await shelf.locator('.stage__act').nth(1).waitFor({ state: 'detached' })
  await keep(shelf, 'pick', WIDE / 2)
  await console.getByText('bakery', { exact: true }).first().waitFor()
  await keep(console, 'flows', WIDE)

  const entrance = await signedIn(await linkFor(console, 'screen', 'entrance'), FULL_HD, /\/sign\//)
  await entrance.locator('.face').first().waitFor()
  await keep(entrance, 'sign', WIDE)

  const notice = { name: 'staff.notify', to: 'staff/+', params: { title: 'Bread counter: somebody waits' } }
  await console.request.post(`${address}/api/v1/commands`, { data: notice })
  const phone = await signedIn(await linkFor(console, 'staff', 'bogdan'), { width: 390, height: 844 }, /\/staff$/)
  await phone.getByText('Bread counter: somebody waits').first().waitFor()
  await keep(phone, 'staff', NARROW)
} finally {
  await Promise.all(browsers.map((browser) => browser.close()))
}
