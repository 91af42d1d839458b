import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { test } from 'tap'
import { berlin, openWorld } from '../support/shop-world.ts'

const visit = /^visit\/[0-9a-f]{16}$/

test('a tag that nobody registered is the same visit all day, and another one after four in the morning', async (t) => {
  const { shop, clock } = await openWorld(t, t.testdir(), { time: berlin('2026-06-10T09:00') })
  const { token } = shop.identity
  const morning = token('c4:7c:8d:6a:3e:11')
  t.match(morning, visit)
  t.not(token('c4:7c:8d:6a:3e:12'), morning)
  t.equal(token('C4:7C:8D:6A:3E:11'), morning, 'an address means the same in capitals')
  clock.time = berlin('2026-06-11T03:59')
  t.equal(token('c4:7c:8d:6a:3e:11'), morning, 'a visit over midnight stays one visit')
  clock.time = berlin('2026-06-11T04:00')
  t.not(token('c4:7c:8d:6a:3e:11'), morning)
})

test('two boxes, or one after a restart, give different tokens: the key is nowhere written', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  const before = first.shop.identity.token('c4:7c:8d:6a:3e:11')
  await first.close()
  const second = await openWorld(t, folder)
  t.not(second.shop.identity.token('c4:7c:8d:6a:3e:11'), before)
})

test('an associate is known by her badge while on shift only; an asset always', async (t) => {
  const { shop, clock } = await openWorld(t, t.testdir())
  const { token, allowed } = shop.identity
  t.equal(token('aa:bb:cc:00:00:01'), 'staff/anna')
  t.ok(allowed('staff/anna'))
  clock.time = berlin('2026-06-10T16:59')
  t.equal(token('aa:bb:cc:00:00:01'), 'staff/anna', 'to the last minute of her shift')
  clock.time = berlin('2026-06-10T17:00')
  t.match(token('aa:bb:cc:00:00:01'), visit, 'and not a minute longer')
  t.notOk(allowed('staff/anna'), 'what would name her then is refused')
  clock.time = berlin('2026-06-10T18:00')
  t.match(token('aa:bb:cc:00:00:01'), visit, 'after work she is one visitor among others')
  t.notOk(allowed('staff/anna'))
  t.equal(token('aa:bb:cc:00:00:02'), 'asset/trolley')
  t.notOk(allowed('person/nobody'))
})

test('a visit without a name cannot be joined to the one with it, before or after, but stays one visit', async (t) => {
  const { shop } = await openWorld(t, t.testdir())
  const { token } = shop.identity
  const before = token('c4:7c:8d:6a:3e:11')
  const { id } = await shop.people.add({ name: 'Kim', tags: ['c4:7c:8d:6a:3e:11'] }, 'manager')
  t.equal(token('c4:7c:8d:6a:3e:11'), before, 'being recorded changes nothing')
  await shop.people.give(id, 'recognition', 'manager')
  t.equal(token('c4:7c:8d:6a:3e:11'), `person/${id}`)
  await shop.people.withdraw(id, 'recognition', 'manager')
  const after = token('c4:7c:8d:6a:3e:11')
  t.match(after, visit)
  t.not(after, before)
  t.equal(token('C4:7C:8D:6A:3E:11'), after)
})

/** Bytes that are really in use, after a collection. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
const address = (n: number) =>
  n
    .toString(16)
    .padStart(12, '0')
    .replaceAll(/(..)(?!$)/g, '$1:')

test('a flood of addresses does not grow the box', async (t) => {
  const { shop } = await openWorld(t, t.testdir())
  const flood = (from: number, to: number) => {
    for (let n = from; n < to; n++) shop.identity.token(address(n))
  }
  const first = shop.identity.token(address(0))
  flood(1, 25_000)
  const before = bytesInUse()
  flood(25_000, 85_000)
  const grown = (bytesInUse() - before) / 2 ** 20
  t.ok(grown < 3, `60,000 more addresses cost ${grown.toFixed(1)} MiB`)
  t.equal(shop.identity.token(address(0)), first, 'who was forgotten in the flood is still the same visit')
})
