import { test } from 'tap'
import { vocabulary } from '../../runtime/contract/index.ts'
import { createLanes, type Keep } from '../../runtime/ledger/lanes.ts'
import { ownEvent, sampleEvent } from '../support/events.ts'

const own: Keep = { lane: 'telemetry', keep: { days: 1 } }
const lanesOfVocabulary = () => createLanes((type) => vocabulary.get(type) ?? own)
/** Wall-clock time that runs with the monotonic one. */
const START = 1_800_000_000_000
const celsius = (value: number, now: number, probe = 'dairy-1') =>
  sampleEvent('probe.temperature', { subject: `probe/${probe}`, time: START + now, data: { probe, celsius: value } })

test('an alarm waits 20 ms for company', async (t) => {
  const lanes = lanesOfVocabulary()
  t.equal(lanes.due(), undefined)
  lanes.add(sampleEvent('cold.excursion'), 1000)
  lanes.add(sampleEvent('shelf.empty'), 1015)
  t.equal(lanes.due(), 1020)
  t.equal(lanes.take(1020).rows.length, 2)
  t.equal(lanes.due(), undefined)
})

test('who comes and goes waits five seconds for company, and rides along with whatever is written before', async (t) => {
  const lanes = lanesOfVocabulary()
  lanes.add(sampleEvent('presence.entered'), 1000)
  t.equal(lanes.due(), 6000)
  lanes.add(sampleEvent('presence.left'), 3000)
  t.equal(lanes.due(), 6000)
  lanes.add(sampleEvent('cold.excursion'), 4000)
  t.equal(lanes.due(), 4020)
  t.equal(lanes.take(4020).rows.length, 3)
  lanes.add(sampleEvent('presence.entered'), 5000, true)
  t.equal(lanes.due(), 5020, 'somebody waits for COMMIT')
})

test('256 urgent events wait no longer', async (t) => {
  const lanes = lanesOfVocabulary()
  for (let i = 0; i < 255; i++) lanes.add(sampleEvent('shelf.empty'), 1000)
  t.equal(lanes.due(), 1020)
  lanes.add(sampleEvent('shelf.empty'), 1001)
  t.equal(lanes.due(), 1001)
})

test('raw advertisements are never written', async (t) => {
  const lanes = lanesOfVocabulary()
  t.notOk(lanes.add(sampleEvent('ble.advertisement'), 0))
  t.notOk(lanes.add(sampleEvent('beacon.sighted'), 0, true), 'not even where somebody waits for COMMIT')
  t.equal(lanes.pending, 0)
})

test('a temperature that does not move is one row, confirmed now and then', async (t) => {
  const lanes = lanesOfVocabulary()
  const first = celsius(3.8, 0)
  lanes.add(first, 0)
  t.equal(lanes.due(), 1000, 'the first value is written within a second')
  t.equal(lanes.take(1000).rows.length, 1)

  let rows = 0
  const confirmed: { id: string; until: number }[] = []
  let commits = 0
  for (let now = 5000; now <= 1_800_000; now += 5000) {
    lanes.add(celsius(3.8, now), now)
    if ((lanes.due() ?? Infinity) > now) continue
    const taken = lanes.take(now)
    commits++
    rows += taken.rows.length
    confirmed.push(...taken.refreshes)
  }
  t.equal(rows, 0, 'no row but the first in half an hour')
  t.ok(commits <= 30, `at most one commit a minute (${commits})`)
  t.ok(
    confirmed.every(({ id }) => id === first.id),
    'it is the first row that is confirmed',
  )
  t.ok((confirmed.at(-1)?.until ?? 0) >= START + 1_740_000, 'up to the last minute')
  t.ok(lanes.coalesced > 300)
})

test('a temperature that moves is a row a minute, the newest', async (t) => {
  const lanes = lanesOfVocabulary()
  const written: { time: number; data: string }[] = []
  for (let now = 0; now < 300_000; now += 1000) {
    lanes.add(celsius(now / 1000, now), now)
    if ((lanes.due() ?? Infinity) <= now) written.push(...lanes.take(now).rows)
  }
  t.equal(written.length, 5)
  t.strictSame(JSON.parse(written[1]?.data ?? ''), {
    probe: 'dairy-1',
    celsius: (written[1]?.time ?? 0) / 1000 - START / 1000,
  })
})

test('many noisy probes share their commits', async (t) => {
  const lanes = lanesOfVocabulary()
  let commits = 0
  for (let now = 0; now <= 600_000; now += 250) {
    // Twenty probes, each reporting every five seconds at a moment of its own.
    lanes.add(celsius(now % 13, now, `p-${(now / 250) % 20}`), now)
    if ((lanes.due() ?? Infinity) > now) continue
    lanes.take(now)
    commits++
  }
  t.ok(commits <= 25, `${commits} commits in ten minutes`)
})

test('what stands still for hours begins a new row each hour', async (t) => {
  const lanes = lanesOfVocabulary()
  let rows = 0
  for (let now = 0; now < 3 * 3_600_000; now += 10_000) {
    lanes.add(celsius(3.8, now), now)
    if ((lanes.due() ?? Infinity) <= now) rows += lanes.take(now).rows.length
  }
  t.equal(rows, 3)
})

test('telemetry of a type without a pace keeps each change and no repetition', async (t) => {
  const lanes = lanesOfVocabulary()
  const values = [1, 1, 1, 2, 2, 1]
  for (const [i, value] of values.entries()) {
    lanes.add(ownEvent('acme.level', 'tank/a', { value }, { time: START + i }), i)
  }
  const { rows, refreshes } = lanes.take(1000)
  t.strictSame(
    rows.map(({ data }) => data),
    ['{"value":1}', '{"value":2}', '{"value":1}'],
  )
  t.strictSame(
    refreshes.map(({ until }) => until - START),
    [2, 4],
    'each row says how long it held',
  )
})

test('what is asked to be committed is a row, whatever its type says', async (t) => {
  const lanes = lanesOfVocabulary()
  const events = [0, 1, 2].map((now) => celsius(3.8, now))
  for (const [now, event] of events.entries()) lanes.add(event, now, true)
  t.equal(lanes.due(), 20)
  t.strictSame(
    lanes.take(20).rows.map(({ id }) => id),
    events.map(({ id }) => id),
  )
})

test('what is held back is written when the box stops', async (t) => {
  const lanes = lanesOfVocabulary()
  lanes.add(celsius(3, 0), 0)
  lanes.take(1000)
  lanes.add(celsius(4, 2000), 2000)
  t.equal(lanes.take(3000).rows.length, 0)
  const [row] = lanes.take(3000, true).rows
  t.strictSame(JSON.parse(row?.data ?? ''), { probe: 'dairy-1', celsius: 4 })
})

test('rows that could not be written come back in their order', async (t) => {
  const lanes = lanesOfVocabulary()
  const events = [1, 2, 3].map(() => sampleEvent('shelf.empty'))
  lanes.add(events[0] ?? celsius(0, 0), 0)
  lanes.add(events[1] ?? celsius(0, 0), 0)
  const { rows } = lanes.take(20)
  lanes.add(events[2] ?? celsius(0, 0), 30)
  t.equal(lanes.restore(rows, 1030), 0)
  t.equal(lanes.due(), 1030)
  t.strictSame(
    lanes.take(1030).rows.map(({ id }) => id),
    events.map(({ id }) => id),
  )
})

test('where too much waits for a full disk, what would be kept longest stays', async (t) => {
  const lanes = lanesOfVocabulary()
  const alarm = sampleEvent('cold.warning')
  lanes.add(alarm, 0)
  lanes.restore(lanes.take(20).rows, 1030)
  for (let n = 0; n < 10_000; n++) lanes.add(celsius(n, 0, `p-${n}`), 30)
  t.equal(lanes.restore(lanes.take(2000).rows, 3000), 1, 'one of 10,001 is too much')
  const { rows } = lanes.take(3000)
  t.equal(rows[0]?.id, alarm.id, 'the alarm, which is older than all, is not the one')
  t.equal(rows.length, 10_000)
})
