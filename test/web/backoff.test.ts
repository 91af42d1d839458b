import { test } from 'tap'
import { waitBefore } from '../../runtime/web/shared/backoff.ts'

test('a page that lost the box asks soon, then calmly, and never all pages at once', (t) => {
  const longest = Array.from({ length: 12 }, (_, attempt) => waitBefore(attempt, () => 1))
  t.equal(longest[0], 500)
  t.same(
    longest.toSorted((a, b) => a - b),
    longest,
    'each wait is at least the one before',
  )
  t.equal(longest.at(-1), 15_000, 'and none is longer than 15 s')
  t.ok(waitBefore(4, () => 0) < waitBefore(4, () => 1), 'by chance, a page returns earlier than its neighbour')
  t.ok(waitBefore(4, () => 0) >= 1000, 'but waits at least half')
  t.end()
})
