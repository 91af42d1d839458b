/** Who takes a cold task silences it for a while, not for ever. */
import '../../support/plain-children.ts'
import { test } from 'tap'
import { createCabinets } from '../../../plugins/cold-chain/cabinets.ts'
import { chilled as usual, world } from './cabinet-world.ts'

/** It tells soon, and its product warms slowly. */
const chilled = { ...usual, delayMinutes: 5, defrostMinutes: 1, productMinutes: 900 }
const warm = () => ({ air: 9, door: false })
const cold = () => ({ air: 2, door: false })

void test('taken and not well half an hour later: told of anew, and again after that', async (t) => {
  const shop = world(chilled)
  shop.pass(30, cold)
  shop.pass(25, warm)
  const first = shop.events('cold.warning').length
  t.ok(first > 0)
  shop.acknowledge('anna')
  t.match(shop.told.at(-1)?.data, { seenTo: true })
  shop.pass(29, warm)
  t.equal(shop.events('cold.warning').length, first, 'whoever took it is left in peace')
  shop.pass(2, warm)
  t.match(shop.events('cold.warning').at(-1)?.data, {
    cause: 'warm',
    reason: 'not well again 30 min after somebody saw to it',
  })
  t.match(shop.told.at(-1)?.data, { seenTo: false })
  shop.acknowledge('bogdan')
  t.match(shop.events('cold.acknowledged').at(-1)?.data, { staff: 'bogdan' })
  const second = shop.events('cold.warning').length
  shop.pass(31, warm)
  t.equal(shop.events('cold.warning').length, second + 1)
})

void test('where the air is back and the product alone needs its hours, nobody is called again', async (t) => {
  const shop = world({ ...chilled, product: 'bottle' })
  shop.pass(30, () => ({ air: 9, bottle: 8 }))
  shop.acknowledge('anna')
  const told = shop.events('cold.warning').length
  shop.pass(120, (minute) => ({ air: minute % 2 ? 2 : 2.5, bottle: 6 }))
  t.equal(shop.state(), 'excursion')
  t.strictSame(shop.causes().slice(told), [])
})

void test('a probe to be replaced beside one that measures is no haste', async (t) => {
  const shop = world({ ...chilled, air: ['air', 'top'] })
  const one = (minute: number) => ({ air: 3 + Math.sin(minute / 8) })
  shop.pass(30, (minute) => ({ ...one(minute), top: 3.2 }))
  shop.pass(20, one)
  t.strictSame(shop.causes(), ['lost'])
  shop.acknowledge('anna')
  shop.pass(200, one)
  t.equal(shop.causes().length, 1)
  shop.pass(60, one)
  t.equal(shop.causes().length, 2, 'but it is not forgotten')
})

void test('a restart changes nothing of that', async (t) => {
  const before = world(chilled)
  before.pass(30, cold)
  before.pass(25, warm)
  before.acknowledge('anna')
  before.pass(10, warm)
  const saved = JSON.parse(JSON.stringify(before.watch.save())) as ReturnType<typeof before.watch.save>
  const after = world(chilled, before.minute(), saved)
  after.pass(19, warm)
  t.strictSame(after.causes(), [])
  after.pass(1, warm)
  t.match(after.causes(), ['warm'])
})

void test('the task that somebody took is closed, and another is opened that calls', async (t) => {
  const calls: string[] = []
  const ctx: Parameters<typeof createCabinets>[0] = {
    emit: Object.assign(() => undefined, { committed: () => Promise.resolve({ id: 'e' }) }),
    signal: new AbortController().signal,
    log: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} },
    call: (name, _to, params) => {
      const { key = '', reason = '' } = params as { key?: string; reason?: string }
      calls.push(`${name} ${key} ${reason}`.trim())
      return Promise.resolve({ told: ['anna'], task: 't', again: false, closed: 1 } as never)
    },
  }
  const settings = { nextAfterSeconds: 300, calmMinutes: 3, claimMinutes: 30 }
  const cabinets = createCabinets(
    ctx,
    settings,
    {},
    () => Promise.resolve(),
    () => undefined,
  )
  cabinets.plan([chilled], 'celsius', 0)
  let minute = 0
  const pass = async (minutes: number, celsius: number) => {
    for (let one = 0; one < minutes; one++) cabinets.temperature('air', celsius, ++minute, 'e')
    await new Promise(setImmediate)
  }
  await pass(30, 2)
  await pass(25, 6)
  t.strictSame([...new Set(calls)], ['task.open cold/dairy'])
  cabinets.task('dairy', 'claimed', minute, 'anna')
  calls.length = 0
  await pass(20, 6)
  t.strictSame(calls, [])
  await pass(11, 6)
  t.strictSame(calls, [
    'task.close cold/dairy it is called out anew, since the cabinet is not well yet',
    'task.open cold/dairy',
  ])
  cabinets.task('dairy', 'done', minute, 'anna')
  calls.length = 0
  await pass(16, 6)
  t.equal(calls.length, 2, 'called done while it is not: after a quarter of an hour')
})
