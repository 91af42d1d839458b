/** A staff device that slept, left the network without a word, or was locked: nothing lost, nothing twice, nothing stale. */
import { test } from 'tap'
import type { Page, WebSocketRoute } from 'playwright-core'
import { CHROMIUM } from '../support/browser.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { keptFor, openBrowserBox } from '../web/browser-box.ts'

/** Notes what the page asks of the device. A locked screen is told to the page by the test. */
const spies = `
  self.buzzes = []
  self.shown = []
  navigator.vibrate = (pattern) => self.buzzes.push(pattern.length)
  const of = self.ServiceWorkerRegistration?.prototype ?? {}
  of.showNotification = async function (title, { body, tag }) {
    shown.push({ title, body, tag, close: () => shown.splice(shown.findIndex((one) => one.tag === tag), 1) })
  }
  of.getNotifications = async () => [...shown]
`
const buzzes = (page: Page) => page.evaluate<number[]>('buzzes')

test('a device that was away: asleep for hours, frozen, out of reach, locked', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 390, height: 844 }, { everybodyOnShift: true })
  const { shop } = box
  const page = await box.page()
  await page.addInitScript(spies)
  page.setDefaultTimeout(9000)
  await page.clock.install()
  /** Up to this stream nothing comes in any more, and nobody says so: what a device sees that walked out of the Wi-Fi. */
  let deaf = 0
  const sockets: WebSocketRoute[] = []
  await page.routeWebSocket(/\/staff\/me\/stream/, (socket) => {
    const server = socket.connectToServer()
    sockets.push(socket)
    const mine = sockets.length
    server.onMessage((data) => {
      if (mine > deaf) socket.send(data)
    })
  })
  await box.signInTo(page, 'staff', 'anna')
  await page.getByRole('heading', { name: 'All quiet' }).click()
  const open = async (params: { title: string; [field: string]: unknown }) => {
    await box.open(params)
    return shop.tasks.list()[0]?.id ?? ''
  }
  const heading = (name: string) => page.getByRole('heading', { name })

  await t.test('Chromium would install it', async (t) => {
    await keptFor(page, 'endcap-staff')
    const devtools = await page.context().newCDPSession(page)
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    t.same(
      installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
      [],
    )
    const { errors, data = '{}' } = await devtools.send('Page.getAppManifest')
    t.same(errors, [])
    const manifest = JSON.parse(data) as { id: string; scope: string; start_url: string; icons: { purpose: string }[] }
    t.ok(manifest.start_url.startsWith(manifest.scope))
    t.ok(manifest.icons.some(({ purpose }) => purpose.includes('maskable')))
  })

  await t.test('hours without a word from the box: it comes back by itself, and disturbs once', async (t) => {
    const known = await open({ title: 'Known before', urgency: 'calm' })
    await heading('Known before').waitFor()
    deaf = sockets.length
    const gone = await open({ title: 'Came and went', urgency: 'urgent' })
    await shop.tasks.close(gone, 'seen to', 'manager')
    await open({ title: 'Face the shelf', kind: 'front' })
    await open({ title: 'Till 2 needs change', kind: 'help' })
    const before = await buzzes(page)
    await page.clock.fastForward('03:00:00')
    await heading('Till 2 needs change').or(heading('Face the shelf')).waitFor()
    t.same(await buzzes(page), [...before, 3], 'two came meanwhile: one normal buzz')
    t.equal(await page.getByText('Came and went').count(), 0)
    await page.getByText('Known before').waitFor()
    await shop.tasks.close(known, 'enough', 'manager')
    await page.getByText('Known before').waitFor({ state: 'detached' })
  })

  await t.test('frozen by the browser, and woken', async (t) => {
    // Chromium freezes only what is out of view, which nothing is here: the test says what the browser would.
    const browser = (what: 'freeze' | 'resume') =>
      page.evaluate((type) => document.dispatchEvent(new Event(type)), what)
    const before = await buzzes(page)
    const streams = sockets.length
    await browser('freeze')
    await page.getByText('reconnecting').waitFor()
    const gone = await open({ title: 'Wet floor', urgency: 'urgent' })
    await shop.tasks.close(gone, 'dry', 'manager')
    await open({ title: 'Door of the freezer', urgency: 'urgent' })
    await browser('resume')
    await heading('Door of the freezer').waitFor()
    t.same(await buzzes(page), [...before, 5])
    t.equal(sockets.length, streams + 1)
    t.equal(await page.getByText('Wet floor').count(), 0)
  })

  await t.test('what ends while the box is out of reach is not shown as waiting', async (t) => {
    const before = await buzzes(page)
    await open({ title: 'Until five only', urgency: 'urgent', ttlSeconds: 900 })
    await page.getByText('Until five only').waitFor()
    await box.down()
    await page.getByText('reconnecting').waitFor()
    await page.clock.fastForward('00:16:00')
    await page.getByText('Until five only').waitFor({ state: 'detached' })
    await box.up()
    await page.getByText('reconnecting').waitFor({ state: 'detached' })
    t.same(await buzzes(page), [...before, 5], 'it had disturbed once')
  })

  await t.test('leave for notifications is asked for by a button; they name no customer', async (t) => {
    await page.getByRole('link', { name: 'Me' }).click()
    await page.evaluate('Notification.requestPermission = async () => { self.wanted = true; return "granted" }')
    t.equal(await page.evaluate('self.wanted'), undefined, 'never by itself')
    await page.getByRole('button', { name: 'Notify me on this device' }).click()
    t.equal(await page.evaluate('self.wanted'), true)
    await page.context().grantPermissions(['notifications'])
    const { id } = await shop.people.add({ name: 'Mara Vogel', tags: [] }, 'manager')
    for (const purpose of ['recognition', 'arrival-notice'] as const) await shop.people.give(id, purpose, 'manager')
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    })
    const task = await open({ title: 'Bags for {{name}}', about: `person/${id}`, zone: 'dairy', urgency: 'urgent' })
    const shown = await until('it is shown', async () => {
      const all = await page.evaluate<{ title: string; body: string }[]>('shown')
      return all.length > 0 ? all : undefined
    })
    t.match(shown, [{ title: 'Bags for A customer', body: 'Dairy' }])
    await shop.tasks.done('bruno', task)
    await until('it goes when somebody saw to it', async () => (await page.evaluate('shown.length')) === 0 || undefined)
  })
  t.same(box.complaints, [])
})
