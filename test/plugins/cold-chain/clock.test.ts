import { test } from 'tap'
import { createLogbook } from '../../../plugins/cold-chain/logbook.ts'
import { createOutage } from '../../../plugins/cold-chain/outage.ts'
import { chilled, world } from './cabinet-world.ts'

const hour = 3_600_000
const off = Date.UTC(2026, 5, 10, 20, 0)

test('a box that wakes up in 1970 and hears the time later says for how long nobody watched', async (t) => {
  const before = world(chilled)
  before.pass(60, () => ({ air: 3.5 }))
  const { pass, causes, watch, acknowledge, events } = world(chilled, 60, before.watch.save())

  const look = createOutage({ wallMs: off }, 0)
  t.equal(look(60_000, 1), undefined, 'it may still hear the time')
  const reason = look(off + 3 * hour + 5 * 60_000, 5) ?? ''
  t.match(reason, /nobody watched for 3 h 0 min.*nobody knows how warm it was/)
  t.equal(look(off + 4 * hour, 65), undefined, 'once')
  watch.unseen(reason)
  pass(30, () => ({ air: 3.5 }))
  t.same(causes(), ['unseen'])
  t.same(watch.now().state, 'warning', 'though it measures well now')
  t.same(events('cold.recovered'), [], 'until somebody sees to it')
  acknowledge('anna')
  pass(5, () => ({ air: 3.5 }))
  t.equal(events('cold.recovered').length, 1)
})

test('a short power cut with a clock that lags behind calls nobody; a clock that stays wrong does', async (t) => {
  const short = createOutage({ wallMs: off }, 0)
  t.equal(short(off - 20 * 60_000, 0.5), undefined)
  t.equal(short(off + 2 * 60_000, 1), undefined, 'off for a minute')
  const never = createOutage({ wallMs: off }, 0)
  t.equal(never(60_000, 1), undefined)
  t.match(never(11 * 60_000, 11), /unknown time.*its clock is wrong/)
  const known = createOutage({ wallMs: off }, 30)
  t.equal(known(off + 31 * 60_000, 1), undefined, 'a pause that was known from the start is in the clock already')
  t.equal(createOutage(undefined, 0)(off, 1), undefined, 'a new box has nothing to tell')
})

test('a clock that is set while the box runs neither repeats nor ends an alarm, and stands in the log', async (t) => {
  for (const jump of [hour, -hour, 48 * hour, -48 * hour]) {
    const logbook = createLogbook('dairy')
    const rows = Array.from({ length: 20 }, (_, minute) =>
      logbook.note(off + minute * 60_000 + (minute < 10 ? 0 : jump), minute, { air: 3.5 }),
    ).flat()
    const notes = rows.map(({ data }) => ('note' in data ? data.note : undefined))
    t.same(
      notes.filter((note) => note?.includes('the clock of the box was set by')),
      [`the clock of the box was set by ${jump / 1000} s`],
    )
    t.ok(
      rows.every(({ data }) => 'seconds' in data && data.seconds <= 300),
      'rows last as long as they lasted',
    )
  }
})
