import { test } from 'tap'
import { createBackoff } from '../../runtime/host/backoff.ts'
import { timing } from '../../runtime/host/timing.ts'

const minutes = 60_000

test('three crashes in five minutes are too many, as the design promises', (t) => {
  const backoff = createBackoff(timing)
  t.equal(backoff.crashed(0, 0), 1000)
  t.equal(backoff.crashed(1 * minutes, 0), 2000)
  t.equal(backoff.crashed(4.9 * minutes, 0), undefined)
  t.equal(backoff.crashes(), 3)
  backoff.forgive()
  t.equal(backoff.crashed(5 * minutes, 0), 1000, 'somebody pressed Restart')
  t.end()
})

test('the pause doubles from 1 s to 60 s, and begins anew after a minute of health', (t) => {
  const backoff = createBackoff(timing)
  const pauses = Array.from({ length: 9 }, (_, crash) => backoff.crashed(crash * 4 * minutes, 0))
  t.same(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  t.equal(backoff.crashed(40 * minutes, 1 * minutes), 1000)
  t.end()
})
