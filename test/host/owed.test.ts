import { test } from 'tap'
import { createBus } from '../../runtime/bus/index.ts'
import { createOwed } from '../../runtime/host/owed.ts'
import { sampleEvent } from '../support/events.ts'

void test('an event that ends its program is given to it twice, and not for ever', (t) => {
  const bus = createBus()
  const owed = createOwed('flows', bus)
  const deadly = sampleEvent('cold.warning')
  const next = sampleEvent('cold.excursion')
  owed.gave(sampleEvent('cold.recovered'), 1)
  owed.gave(deadly, 2)
  owed.gave(next, 3)
  owed.heard(1)
  owed.away([{ type: '*' }])
  t.same(owed.back(), [deadly, next])
  owed.gave(deadly, 1)
  owed.gave(next, 2)
  owed.away([{ type: '*' }])
  t.same(owed.back(), [])
  owed.stop()
  t.end()
})

void test('what waits is what was wanted, urgent, about no visitor, and not older than ten minutes', (t) => {
  const bus = createBus()
  let now = 0
  const owed = createOwed('flows', bus, () => now)
  owed.away([{ type: 'shelf.*' }, { type: 'presence.*' }, { type: 'probe.*' }])
  const say = (...events: ReturnType<typeof sampleEvent>[]) => {
    for (const event of events) bus.publish(event)
  }
  say(sampleEvent('shelf.empty'))
  now = 300_000
  const low = sampleEvent('shelf.low')
  say(low, sampleEvent('probe.temperature'), sampleEvent('presence.entered'), sampleEvent('cold.warning'))
  now = 601_000
  t.same(owed.back(), [low])
  say(sampleEvent('shelf.low'))
  t.same(owed.back(), [], 'who is there hears for itself')

  owed.away([{ type: 'shelf.*' }])
  const many = Array.from({ length: 2100 }, () => sampleEvent('shelf.low'))
  say(...many)
  t.same(owed.back(), many.slice(100), 'of too many the newest')
  owed.stop()
  t.equal(bus.stats().subscriptions.length, 0)
  t.end()
})
