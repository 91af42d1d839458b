import { mock } from 'node:test'
import { test } from 'tap'
import { createRoster, nextClock, onShift, watchRoster } from '../../runtime/shop/roster.ts'
import { berlin, cornerShop, openWorld } from '../support/shop-world.ts'

const night = { id: 'nadia', name: 'Nadia', shifts: [{ days: ['sat' as const], from: '22:00', to: '06:00' }] }
const working = (local: string) => onShift([night], 'Europe/Berlin', berlin(local)).length === 1
const nightHours = (from: number) => {
  let minutes = 0
  for (let time = from; time < from + 24 * 3_600_000; time += 60_000)
    if (onShift([night], 'Europe/Berlin', time).length > 0) minutes++
  return minutes / 60
}

test('a night shift ends at six in the morning, also when the clocks change', async (t) => {
  t.equal(nightHours(berlin('2026-06-13T12:00')), 8, 'an ordinary night')
  t.equal(nightHours(berlin('2026-03-28T12:00')), 7, 'the night to summer time is an hour shorter')
  t.equal(nightHours(berlin('2026-10-24T12:00')), 9, 'the night to winter time is an hour longer')
  t.ok(working('2026-03-29T05:59'))
  t.notOk(working('2026-03-29T06:00'))
  t.notOk(working('2026-03-27T23:00'), 'a Friday is no Saturday')
  t.ok(working('2026-03-29T00:30'), 'the early Sunday belongs to the shift of Saturday')
})

test('nobody goes off and on again in the hour that comes twice', async (t) => {
  const late = { id: 'lea', name: 'Lea', shifts: [{ days: ['sat' as const], from: '20:00', to: '02:30' }] }
  const first = berlin('2026-10-25T02:00')
  const working = [-1, 29, 31, 61, 89, 91].map(
    (minutes) => onShift([late], 'Europe/Berlin', first + minutes * 60_000).length === 1,
  )
  t.same(working, [true, true, false, false, false, false])
})

test('a shift from and to the same hour lasts a day; who has no shift never works', async (t) => {
  const staff = [
    { id: 'always', name: 'Always', shifts: [{ days: ['wed' as const], from: '00:00', to: '00:00' }] },
    { id: 'never', name: 'Never' },
  ]
  const at = (local: string) => onShift(staff, 'Europe/Berlin', berlin(local)).map(({ id }) => id)
  t.same(at('2026-06-10T00:00'), ['always'])
  t.same(at('2026-06-10T23:59'), ['always'])
  t.same(at('2026-06-11T00:00'), [])
})

test('a watcher is told once when a shift begins or ends', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  let time = berlin('2026-06-13T21:58')
  const roster = createRoster()
  roster.set({ staff: [night], timezone: 'Europe/Berlin' })
  const told: string[][] = []
  const stop = watchRoster(
    roster,
    () => time,
    () => told.push(roster.list(time).map(({ id }) => id)),
  )
  const pass = (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      time += 60_000
      mock.timers.tick(60_000)
    }
  }
  pass(5)
  t.same(told, [['nadia']])
  pass(8 * 60)
  t.same(told, [['nadia'], []])
  stop()
  pass(24 * 60 * 7)
  t.equal(told.length, 2)
  t.end()
})

test('the roster goes by the clock of the shop, not of the box', async (t) => {
  const yaml = cornerShop.replace('Europe/Berlin', 'Pacific/Auckland')
  const { shop, clock } = await openWorld(t, t.testdir(), { yaml })
  clock.time = Date.UTC(2026, 5, 10, 22, 0)
  t.same(
    shop.onShift().map(({ id }) => id),
    ['anna', 'bruno'],
    'ten in the evening in Greenwich is ten in the morning in Auckland',
  )
  t.equal(nextClock(berlin('2026-06-10T05:00'), '04:00', 'Europe/Berlin'), berlin('2026-06-11T04:00'))
})
