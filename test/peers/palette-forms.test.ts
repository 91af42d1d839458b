/** The forms of our nodes in Node-RED's own editor: what a technician is offered, and what is marked as wrong. */
import { test } from 'tap'
import { startBox } from '../flow-engine/box.ts'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { peer } from '../support/peer.ts'

const at = (x: number, y: number) => ({ z: 'tab', x, y })

test('a technician draws a flow of nodes alone, and the editor says what is missing', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const flows = [
    { id: 'tab', type: 'tab', label: 'Test' },
    { id: 'shelf', type: 'endcap-shelf', ...at(150, 100), name: 'Low', when: ['low'], wires: [['task', 'sign']] },
    { id: 'task', type: 'endcap-open-task', ...at(400, 100), name: 'Refill', action: 'open', title: '', wires: [[]] },
    {
      id: 'sign',
      type: 'endcap-show-on-sign',
      ...at(400, 200),
      name: 'Say so',
      screen: 'gone',
      title: 'Low',
      wires: [[]],
    },
  ]
  const box = await startBox({ home: t.testdir(), flows })
  t.teardown(() => box.stop())
  await box.shop.knowledge.put('products', [{ id: 'oat-milk', name: 'Oat milk' }], 'manager')
  const browser = await openBrowser({ width: 1600, height: 1000 })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  await page.goto(`http://${box.address}/flows/`)

  const node = (id: string) =>
    page.locator(`.red-ui-flow-node-group[id="${id}"], [id="${id}"].red-ui-flow-node-group`).first()
  const marked = (id: string) => node(id).locator('.red-ui-flow-node-error:visible')
  const tray = page.locator('.red-ui-tray')
  const field = (name: string) => tray.locator(`#node-input-${name}`)
  const open = async (id: string) => {
    await node(id).locator('.red-ui-flow-node').first().dblclick()
    await tray.locator('#endcap-form').waitFor()
  }
  const done = async () => {
    await tray.getByRole('button', { name: 'Done' }).click()
    await tray.waitFor({ state: 'detached' })
  }

  await t.test('what is missing, or not there any more, has a red triangle before anything is deployed', async (t) => {
    await marked('task').waitFor()
    await marked('sign').waitFor()
    t.equal(await marked('shelf').count(), 0)
    await open('sign')
    t.equal(await field('screen').locator('option:checked').textContent(), 'gone (not there any more)')
    t.match(await field('screen').getAttribute('class'), /input-error/)
    await field('screen').selectOption({ label: 'Counter' })
    await done()
    await marked('sign').waitFor({ state: 'detached' })
  })

  await t.test('a field that does not count is not asked for', async () => {
    await open('task')
    await field('reason').waitFor({ state: 'hidden' })
    await field('action').selectOption('close')
    await field('title').waitFor({ state: 'hidden' })
    await field('reason').waitFor()
    await field('action').selectOption('open')
    await field('title').fill('Refill {{product.name}}')
    await field('key').fill('refill/{{payload.slot}}')
    await tray.getByText('One task for each key').waitFor()
    await done()
    await marked('task').waitFor({ state: 'detached' })
  })

  await t.test('a product is found by some letters of its name', async (t) => {
    await open('shelf')
    await field('product').pressSequentially('oa')
    await page.getByText('Oat milk (oat-milk)').click()
    t.equal(await field('product').inputValue(), 'oat-milk')
    await tray.locator('.endcap-hint', { hasText: 'Oat milk (oat-milk)' }).waitFor()
    await done()
  })

  await t.test('it is deployed without disturbing what has not changed, and does what was drawn', async (t) => {
    const asked = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/flows/flows'),
    )
    await page.locator('#red-ui-header-button-deploy').click()
    t.equal((await asked).headers()['node-red-deployment-type'], 'nodes')
    await page.getByText('Successfully deployed').waitFor()
    const data = { slot: 'A/1/1', product: 'oat-milk', count: 2 }
    box.publish('shelf.low', { subject: 'slot/A/1/1', data })
    t.match((await box.called(({ name }) => name === 'task.open')).params, { title: 'Refill Oat milk' })
    t.equal((await box.called(({ name }) => name === 'sign.show')).to, 'screen/counter')
  })
  t.same(faults, [], 'no script of the editor failed')
})
