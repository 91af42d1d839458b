import { test } from 'tap'
import type { EndcapError } from '../../runtime/contract/index.ts'
import { type FileFault, writeCsv } from '../../runtime/shop/index.ts'
import { berlin, openWorld, type World } from '../support/shop-world.ts'

const take = (world: World, text: string, dry = false, type: 'csv' | 'json' = 'csv') =>
  world.shop.tasks.import({ name: `tasks.${type}`, type, text }, 'manager', { dry })
const faultsOf = async (refused: Promise<unknown>): Promise<string[]> => {
  const error = await refused.then(
    () => undefined,
    (thrown: EndcapError) => thrown,
  )
  if (error?.code !== 'ENDCAP_IMPORT_INVALID') throw new Error('it was not refused', { cause: error })
  return (error.values['faults'] as FileFault[]).map(({ line, field, reason }) => `${line} ${field} ${reason}`)
}

const morning = `\uFEFFtitle;zone;key;urgency;to;until\r
Count the till;till;open/till;;anna;2026-06-10 12:00\r
"Mop the floor;\r
twice";dairy;;calm;;\r
`

test('a list of tasks is opened once, however often it comes', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { shop, clock } = world
  t.match(await take(world, morning, true), { added: 2, examples: { added: ['Count the till', /^Mop/] } })
  t.same(shop.tasks.list(), [], 'a dry run opens nothing')
  t.match(await take(world, morning), { added: 2, changed: 0, removed: 0 })
  t.equal(world.typed('task.opened').length, 2)
  const [till] = shop.tasks.of('anna')
  t.match(till, { title: 'Count the till', to: 'staff/anna', key: 'open/till', until: berlin('2026-06-10T12:00') })
  t.match(shop.staff.attention('bruno'), { used: 1 }, 'whoever it is for is called')
  t.match(await take(world, morning), { added: 0, changed: 0 })
  t.match(await take(world, morning.replace('Count the till', 'Count both tills')), { added: 0, changed: 1 })
  t.match(shop.tasks.get(till?.id ?? ''), { title: 'Count both tills', state: 'open', to: 'staff/anna' })

  await shop.tasks.done('anna', till?.id ?? '')
  t.match(await take(world, morning), { added: 0, changed: 0, ended: 1 }, 'what was done today is done')
  clock.time = berlin('2026-06-11T06:30')
  t.match(await take(world, morning.replace('10 12', '11 12')), { added: 1, changed: 0 }, 'tomorrow is another day')
  t.equal((await world.ledger.audit.list(10)).filter(({ action }) => action === 'tasks.import').length, 3)
})

test('what goes out comes back without a change, also into another box', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { shop } = world
  await shop.knowledge.products.put({ id: 'oat-milk', gtin: '4006381333931', name: 'Oat milk' }, 'manager')
  const escalate = [{ afterSeconds: 300, for: { role: 'lead' } }]
  await world.call('task.open', 'staff/+', {
    title: '=Refill "oat milk", please',
    text: 'Two lines\nof it',
    key: 'refill/A',
    kind: 'refill',
    slot: 'A/9/9',
    product: 'oat-milk',
    for: { role: 'nobody-has-it' },
    escalate,
  })
  const about = `visit/${'0'.repeat(16)}`
  await world.call('task.open', 'staff/+', { title: '{{name}} waits at the till', about, key: 'waits' })
  await world.call('task.open', 'staff/bruno', { title: 'Till 2', ttlSeconds: 3600 }, 'api/manager')
  const id = shop.tasks.list().find(({ title }) => title === 'Till 2')?.id ?? ''
  await shop.tasks.claim('bruno', id)
  const nothing = { added: 0, changed: 0, removed: 0 }
  const csv = writeCsv('tasks', shop.tasks.waiting(), ';')
  t.match(await take(world, csv), nothing)
  t.match(await take(world, writeCsv('tasks', shop.tasks.waiting(), ',')), nothing)
  const json = JSON.stringify(shop.tasks.waiting())
  t.match(await take(world, json, false, 'json'), nothing)
  t.notMatch(json, /visit|\{\{/, 'a file names nobody')
  t.match(shop.tasks.get(id), { state: 'claimed', claimedBy: 'bruno' }, 'who has it keeps it')

  const other = await openWorld(t, t.testdir({ other: {} }))
  const here = json.replace('A/9/9', '').replace('nobody-has-it', '').replace('oat-milk', '')
  t.match(await take(other, here, false, 'json'), { added: 3 })
  t.match(await take(other, here, false, 'json'), nothing)
  t.match(
    other.shop.tasks.list().find(({ to }) => to === 'staff/bruno'),
    { title: 'Till 2', state: 'open' },
  )
})

test('a file of tasks with mistakes is refused whole, each told by line, field and remedy', async (t) => {
  const world = await openWorld(t, t.testdir())
  const wrong = `title,zone,to,product,role,until,urgency,key
Count,cellar,zoe,milk,chef,2026-06-09 10:00,,a
,dairy,,,,,now,b
Mop,,,,,tomorrow,,c
`
  t.same(await faultsOf(take(world, wrong)), [
    '3 title is missing',
    '3 urgency must be one of calm, normal, urgent',
    '4 until is tomorrow, which is no date and time',
  ])
  t.same(await faultsOf(take(world, wrong.split('\n', 2).join('\n'))), [
    '2 to names no associate: there is no zoe in the shop',
    '2 zone names no zone: there is no cellar in the shop',
    '2 product names no product: there is no milk in the shop',
    '2 role is chef, which no associate has',
    '2 until is over already',
  ])
  t.same(await faultsOf(take(world, 'title\nMop\nSweep\nMop\n')), ['4 title is used twice: Mop'])
  const many = Array.from({ length: 501 }, (_, at) => `Task ${at}`).join('\n')
  t.match(await faultsOf(take(world, `title\n${many}\n`)), [/would open 501 tasks, but only 500 may wait at once/])
  t.same(await faultsOf(take(world, '[{"title":"A"},\n {"title":"B","colour":1}]', false, 'json')), [
    '2 1.colour is not a known field',
  ])
  t.same(world.shop.tasks.list(), [])
  t.same(world.events, [])
})

test('the power goes while a file of tasks comes in: all of it is there, or nothing', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const list = `title\n${Array.from({ length: 200 }, (_, at) => `Task ${at}`).join('\n')}\n`
  const taking = take(world, list).catch(() => undefined)
  await world.crash()
  await taking
  const { shop } = await openWorld(t, folder)
  t.ok([0, 200].includes(shop.tasks.list().length))
})
