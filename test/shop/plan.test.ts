import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { EndcapError } from '../../runtime/contract/index.ts'
import { cornerShop, openWorld } from '../support/shop-world.ts'

test('a wrong shop.yaml names the line, and the old shop keeps running', async (t) => {
  const { shop, ledger, typed } = await openWorld(t, t.testdir())
  const before = shop.version()
  const faults: [wrong: (text: string) => string, fault: Record<string, unknown>][] = [
    [(text) => text.replace("from: '06:00'", "from: '6:00'"), { line: 26, path: '/staff/1/shifts/0/from' }],
    [(text) => text.replace('days: [sat]', 'days: [caturday]'), { line: 30, reason: /one of mon, tue/ }],
    [(text) => text.replace('width: 20', 'wide: 20'), { line: 4 }],
    [(text) => text.replace('Europe/Berlin', 'Berlin'), { line: 3, path: '/timezone', reason: /Europe\/Berlin/ }],
    [(text) => text.replace('receiver: counter', 'receiver: countre'), { line: 8, reason: /no countre/ }],
    [(text) => text.replace(', radiusMetres: 2', ''), { line: 8, reason: /polygon, or a receiver/ }],
    [(text) => text.replace('    zone: entrance', '    zone: exit'), { line: 15, path: '/screens/0/zone' }],
    [(text) => text.replace('id: bruno', 'id: anna'), { line: 23, reason: /used twice/ }],
    [(text) => text.replace('00:00:02', '00:00:01'), { line: 35, reason: /registered twice/ }],
    [(text) => text.replace('staff/anna', 'staff/anne'), { line: 34, reason: /no staff\/anne/ }],
    [(text) => text.replace('[6, 0], [6, 10], [0, 10]]', '[6, 10], [6, 0], [0, 10]]'), { line: 6, reason: /crosses/ }],
    [(text) => text.replace('[6, 0], [6, 10], [0, 10]]', '[6, 0], [3, 0]]'), { line: 6, reason: /no area/ }],
    [
      (text) => `${text}samples:\n  - { zone: dairy, signals: { roof: { mean: -60, deviation: 2, count: 9 } } }\n`,
      { line: 37, reason: /no roof/ },
    ],
    [(text) => text.replace('  - { id: door', ' - { id: door'), { reason: /not YAML/ }],
    [() => '', { line: 1, reason: /empty/ }],
    [(text) => text.slice(0, 180), {}],
  ]
  for (const [spoil, fault] of faults) {
    const error = await shop.importYaml(spoil(cornerShop), 'manager', 'corner.yaml').then(
      () => undefined,
      (error: unknown) => error,
    )
    if (!(error instanceof EndcapError)) throw new Error(`${spoil.toString()} was taken`)
    t.equal(error.code, 'ENDCAP_SHOP_INVALID')
    t.match(error.values, { file: 'corner.yaml', ...fault }, error.message)
    t.match(error.message, /^corner\.yaml, line \d+: \/\S* \S/)
  }
  t.equal(shop.version(), before)
  t.equal(shop.exportYaml(), cornerShop)
  t.equal((await ledger.versions.list('shop')).length, 1)
  t.same(typed('shop.changed'), [])
})

test('a good shop.yaml goes in, is told, and comes out as it was written', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  const told: string[] = []
  first.shop.onChange((what) => told.push(what))
  const text = cornerShop
    .replace('Corner Market', 'Corner Market & Deli')
    .replace('{ id: dairy, name: Dairy }', '{ id: cheese, name: Cheese }')
  await first.shop.importYaml(text, 'manager')

  t.match(first.typed('shop.changed'), [{ subject: 'shop', data: { version: 2 } }])
  t.ok(told.includes('plan'))
  t.same(
    first.shop.screens.list().map(({ screen }) => screen),
    ['entrance', 'cheese'],
  )
  t.match(await first.ledger.audit.list(1), [{ actor: 'manager', action: 'shop.import', subject: 'shop' }])
  t.notMatch(
    JSON.stringify(first.shop.publicPlan()),
    /Anna|aa:bb|fallback/i,
    'plugins learn of no associate and no tag',
  )

  await first.close()
  const second = await openWorld(t, folder)
  t.equal(second.shop.version(), 2)
  t.equal(second.shop.exportYaml(), text, 'comments and order as they were')
})

test('the shop of the twin is a good one', async (t) => {
  const yaml = await readFile(new URL('../../devices/twin/shop.yaml', import.meta.url), 'utf8')
  const { shop } = await openWorld(t, t.testdir(), { yaml })
  t.ok(shop.plan().zones.length >= 6)
})
