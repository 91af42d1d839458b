/** A box with built pages and a browser before it, for the stories of the pages. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Content } from '../../runtime/contract/index.ts'
import { type Client, openBox, plan } from '../api/box.ts'
import { freePort, until } from '../support/box.ts'
import { openBrowser } from '../support/browser.ts'
import { buildPages } from './build.ts'

/**
 * Starts a box on a port that it keeps over `down()` and `up()`, as a box that loses power. `complaints` are what a page
 * said on its console: a broken content security policy, a failed script.
 */
export async function openBrowserBox(
  t: Test,
  view: { width: number; height: number; dark?: boolean; args?: string[] },
  { everybodyOnShift = false } = {},
) {
  const port = await freePort()
  const network = { host: '127.0.0.1', port }
  // Not in t.testdir(), which the box makes anew.
  const folder = await mkdtemp(join(tmpdir(), 'endcap-pages-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const webRoot = await buildPages(folder)
  const shifts = plan.staff[0]?.shifts ?? []
  const staff = plan.staff.map((one) => (everybodyOnShift ? { ...one, shifts } : one))
  const box = await openBox(t, { webRoot, network, twin: true }, { ...plan, staff })
  const browser = await openBrowser(view)
  t.teardown(() => browser.close())
  let api = box.api
  const complaints: string[] = []
  return {
    ...box,
    browser,
    complaints,
    page: () => listen(browser, complaints),
    /** Signs a page in as a device by its link; the browser is that device from now on. */
    async signInTo(page: Page, role: 'screen' | 'staff', id: string) {
      const { body } = await box.manager.call<{ url: string }>('POST', '/api/v1/links', { role, id })
      await page.goto('about:blank')
      await page.goto(body.url)
      await page.waitForURL(role === 'staff' ? /\/staff$/ : /\/sign\//)
      return {
        notify: (title: string, zone: string) =>
          command(box.manager, 'staff.notify', `staff/${id}`, { title, zone, urgency: 'normal' }),
      }
    },
    /** Opens a task for everybody on shift. */
    open: (params: object) => command(box.manager, 'task.open', 'staff/+', params),
    identify: (screen: string) => command(box.manager, 'device.identify', `screen/${screen}`, {}),
    /** Keeps a file as the console's upload does; resolves with its hash. */
    async upload(bytes: Buffer, type: string): Promise<string> {
      const { body } = await box.manager.call<{ hash: string }>('PUT', '/api/v1/media', bytes, { 'content-type': type })
      return body.hash
    },
    showOn: (screen: string, content: Content) =>
      command(box.manager, 'sign.show', `screen/${screen}`, {
        content,
        key: (content.title ?? 'untitled').slice(0, 64),
        priority: 5,
      }),
    down: () => api.stop(),
    async up() {
      api = await box.again({ webRoot, network, twin: true })
    },
  }
}

async function command(manager: Client, name: string, to: string, params: object): Promise<void> {
  const { status, body } = await manager.call('POST', '/api/v1/commands', { name, to, params })
  if (status !== 200) throw new Error(JSON.stringify(body))
}

async function listen(browser: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await browser.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A box that is away is no fault of the page.
    const text = message.text()
    if (message.type() === 'error' && !/Failed to load resource|net::ERR|WebSocket connection/.test(text))
      complaints.push(text)
  })
  return page
}

/** Waits until a page is ready to open again without the box: its service worker answers, its files are kept. */
export async function keptFor(page: Page, cache: string): Promise<void> {
  await until(`${cache} is filled`, () =>
    page.evaluate(async (name) => {
      const keys = await (await caches.open(name)).keys()
      return navigator.serviceWorker.controller !== null && keys.length > 4
    }, cache),
  )
}

/** What axe-core finds serious or critical on a page as it stands. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Injected into the page's own world; evaluate() is not bound by the page's content security policy.
  const loaded = await page.evaluate('typeof axe')
  if (loaded === 'undefined') await page.evaluate(await axeSource)
  const found: unknown = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then((result) =>
    result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary).join('; ')))`)
  return found as string[]
}

const axeSource = import('node:fs/promises').then(({ readFile }) =>
  readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8'),
)
