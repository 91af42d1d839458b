/** A cabinet is set up, gets too warm, somebody goes, it is well again, and its log is printed: in a real browser. */
import '../support/plain-children.ts'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { test } from 'tap'
import { stringify } from 'yaml'
import { startRuntime } from '../../runtime/main.ts'
import { until } from '../support/box.ts'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { seriousFaults } from '../web/browser-box.ts'
import { buildPages } from '../web/build.ts'

/** What has nothing to do with cold costs time alone. */
const without = ['ble', 'bangle', 'camera', 'display', 'infer', 'presence', 'stock']
interface Task {
  id: string
  title: string
  state: string
  told: string[]
}
test('the page Cold: set up without a restart, called out, taken, well again, and printed', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const home = await mkdtemp(join(tmpdir(), 'endcap-cold-web-'))
  const plugins = {
    ...Object.fromEntries(without.map((name) => [name, { enabled: false }])),
    'cold-chain': { config: { nextAfterSeconds: 300, calmMinutes: 0, claimMinutes: 30 } },
  }
  await writeFile(join(home, 'endcap.yaml'), stringify({ network: { port: 0 }, plugins }))
  const log: string[] = []
  const runtime = await startRuntime({
    home,
    twin: true,
    webRoot: await buildPages(home),
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
  })
  t.teardown(async () => {
    await runtime.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    if (!t.passing()) for (const line of log.slice(-40)) t.comment(line.slice(0, 300))
  })
  const browser = await openBrowser({ width: 1440, height: 900 })
  t.teardown(() => browser.close())
  const complaints: string[] = []
  const page = await browser.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  const { address } = runtime
  await page.goto(await runtime.signInLink())
  await page.waitForURL(`${address}/`)
  const ask = async <T>(method: 'GET' | 'PUT' | 'POST', path: string, data?: object): Promise<T> => {
    const answer = await page.request.fetch(`${address}/api/v1${path}`, { method, ...(data ? { data } : {}) })
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const link = await ask<{ url: string }>('POST', '/links', { role: 'staff', id: 'anna' })
  const secret = link.url.split('#')[1]
  const signedIn = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret }),
  })
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  await page.getByRole('link', { name: 'Cold', exact: true }).click()
  const cardOf = (name: string) =>
    page.locator('.cold__card').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const cheese = cardOf('Cheese counter')
  await cardOf('Dairy wall').getByText('In its range').waitFor()
  await cardOf('Dairy wall').getByText('Nothing recorded yet').waitFor()
  t.same(await seriousFaults(page), [])
  /** Changes the cabinet by its form. */
  const edit = async (name: string, label: string, text: string) => {
    await cardOf(name)
      .getByRole('link', { name: `Edit ${name}` })
      .click()
    const form = page.getByRole('dialog', { name })
    await form.getByLabel(label).fill(text)
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Cold', exact: true }).click()
  }

  await t.test('a thermometer and a contact of any plugin look after a cabinet without a restart', async (t) => {
    await page.getByRole('link', { name: 'Edit the cabinets' }).click()
    await page.getByRole('button', { name: 'Add a cabinet' }).click()
    const form = page.getByRole('dialog', { name: 'A new cabinet' })
    await form.getByLabel('Name').fill('Cheese counter')
    await form.getByLabel('Id', { exact: true }).fill('cheese')
    await form.getByLabel('How cold').selectOption('custom')
    await form.getByLabel('Limit, °C').fill('-30')
    await form.getByLabel('Who is called').fill('bakery')
    // Heard by radio through a gateway, and read from the 1-wire bus.
    await form.getByLabel(/poultry-air: \d/).check()
    await form.getByLabel('Probe in a product').selectOption('dairy-bottle')
    await form.getByLabel('Contact on its door').selectOption('poultry-door')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Cold', exact: true }).click()
    await cheese.getByText('Product over its limit').waitFor()
    t.equal(await cheese.getByRole('button', { name: 'I see to it' }).count(), 1)
  })

  await t.test('Anna is called, and goes', async (t) => {
    const task = await until('Anna is called', async () =>
      (await ask<Task[]>('GET', '/tasks')).find(
        ({ title, told }) => title.startsWith('Cheese') && told.includes('anna'),
      ),
    )
    const own = { headers: { cookie } }
    const claim = `${address}/api/v1/staff/me/tasks/${task.id}/claim`
    t.equal((await fetch(claim, { method: 'POST', ...own })).status, 200)
    await cheese.getByText('Anna sees to it.').waitFor()
    t.equal(await cheese.getByRole('button', { name: 'I see to it' }).count(), 0)
  })

  await t.test('at another the manager sees to it', async (t) => {
    await edit('Freezer', 'Limit, °C', '-40')
    const freezer = cardOf('Freezer')
    await freezer.getByRole('button', { name: 'I see to it' }).click({ timeout: 90_000 })
    await freezer.getByText('Somebody sees to it.').waitFor()
    const its = async () => (await ask<Task[]>('GET', '/tasks')).filter(({ title }) => title.startsWith('Freezer'))
    await until('its task is closed', async () => (await its()).every(({ state }) => state === 'closed') || undefined)
    t.equal((await its()).length, 1)
  })

  await t.test('well again, and the task is closed', async (t) => {
    await edit('Cheese counter', 'Limit, °C', '20')
    await cheese.getByText('In its range').waitFor({ timeout: 60_000 })
    const its = async () => (await ask<Task[]>('GET', '/tasks')).filter(({ title }) => title.startsWith('Cheese'))
    await until('its task is closed', async () => (await its()).every(({ state }) => state === 'closed') || undefined)
    t.equal((await its()).length, 1)
    await cheese.getByRole('status').waitFor({ state: 'detached' })
  })

  await t.test('the log goes out as CSV and PDF, and a young one says so', async (t) => {
    // A change of the cabinet ended the row of the log that had begun.
    await cheese.getByText(/Recording began at \d\d:\d\d/).waitFor()
    await cheese.getByRole('button', { name: 'Export the log' }).click()
    const dialog = page.getByRole('dialog', { name: 'Log of Cheese counter' })
    await dialog.getByText(/Days are those of \S+/).waitFor()
    const save = async (name: string) => {
      const coming = page.waitForEvent('download')
      await dialog.getByRole('link', { name }).click()
      return readFile(await (await coming).path())
    }
    const csv = (await save('CSV for a table')).toString()
    t.match(csv, /cheese,record,/)
    t.match(csv, /cheese,acknowledged,.*seen to by Anna \(anna\) after/)
    t.match(csv, /cheese,gap,.*not recorded yet/)
    t.equal((await save('PDF to print')).subarray(0, 5).toString(), '%PDF-')
    t.same(await seriousFaults(page), [])
  })
  t.same(complaints, [])
})
