/** What was missed in a virtual day and what was invented, in figures, and in a line of words for each case. */
import { boards, readGoods, slotsOf } from '../../devices/twin/goods.ts'
import type { Told } from '../../devices/twin/truth.ts'
import type { ShelfEvent } from '../../plugins/stock/events.ts'
import type { Figure } from '../support/figure.ts'
import type { Day } from './day.ts'
import { excuses } from './day-excuses.ts'
import { levelsOf } from './day-levels.ts'
import { match, type Moved, pieces, type Place, toldOf, truthOf } from './day-match.ts'
import { plan, type Planned, type Said } from './day-plan.ts'

export interface Judged {
  figures: Figure[]
  words: string[]
}

/** Seconds from a hand to its event: an elbow may hide it, and what could be a restock is told when it is none. */
const TAKE = { before: 1, after: 15 }
const PUT = { before: 1, after: 25 }
/** From the first handful of a refill to its event. */
const RESTOCK = { before: 1, after: 90 }
/** So long after its last handful a refill is told of; who is blind by then was never told. */
const TOLD_SECONDS = 12
const after = ({ slot, seconds }: Place): Place => ({ slot, seconds: seconds + TOLD_SECONDS })

export function judgeDay(day: Day): Judged {
  const { truth, shelf, said, seconds: end, standings } = day
  const goods = readGoods()
  const weighed = new Set(boards.flatMap((board) => slotsOf(goods, board)))
  const every = (kind: Told['kind']) => truthOf(truth, kind).filter(({ slot }) => weighed.has(slot))
  const all = {
    taken: every('taken'),
    returned: every('returned'),
    misplaced: every('misplaced'),
    tidied: every('tidied'),
    placed: every('placed'),
  }
  const { blind, covered, amidst, looksOwn, brief, refills, disguised: hidden, handled } = excuses(day, goods, all)
  const hiddenFrom = (one: Moved) => blind(one) || covered(one)
  /** What must be told: nobody was blind, and the day was not over. */
  const due = (those: readonly Moved[]) => those.filter((one) => one.seconds <= end && !hiddenFrom(one))
  const rest = (those: readonly Moved[]) => those.filter((one) => one.seconds > end || hiddenFrom(one))
  const disguised = all.misplaced.filter(looksOwn).map(many)
  const undisguised = all.tidied.filter(looksOwn).map(many)
  const filled = refills.flatMap(({ first, again }) => [first, ...again]).map(once)
  const surely = refills.filter(({ small, last }) => !small && !blind(after(last))).map(({ first }) => once(first))
  const levels = levelsOf(goods, day.began, truth)
  const known = (one: Place) => !hidden(one) && !blind(one)
  const levelsDue = (those: readonly Moved[]) => due(those).filter((one) => weighed.has(one.slot) && known(one))
  const levelsTold = (type: 'shelf.low' | 'shelf.empty') => toldOf(shelf, type).map(once).filter(known)
  const matches = {
    takes: match(due(all.taken), toldOf(shelf, 'shelf.taken'), TAKE, [...undisguised, ...rest(all.taken)]),
    returns: match(
      due(all.returned).filter((one) => !amidst(one)),
      toldOf(shelf, 'shelf.returned'),
      PUT,
      [
        ...refills.flatMap(({ looksPutBack }) => looksPutBack),
        ...disguised,
        ...rest(all.returned),
        ...all.returned.filter(amidst),
      ],
    ),
    strays: match(
      due(all.misplaced).filter((one) => !looksOwn(one) && !brief(one)),
      toldOf(shelf, 'shelf.misplaced').map(once),
      PUT,
      all.misplaced,
    ),
    refills: match(due(surely), toldOf(shelf, 'shelf.restocked').map(once), RESTOCK, [
      ...filled,
      ...disguised,
      ...all.returned.filter(amidst),
    ]),
    low: match(levelsDue(levels.low), levelsTold('shelf.low'), PUT, [...levels.passing, ...rest(levels.low)]),
    empty: match(levelsDue(levels.empty), levelsTold('shelf.empty'), PUT, rest(levels.empty)),
  }
  const judged = plan.filter((one): one is Planned => one.told !== undefined)
  const unseen = judged.filter(
    ({ from, patience, told }) =>
      !said
        .concat(shelf.map(shelfSaid))
        .some((one) => one.seconds >= from && one.seconds <= from + patience && told(one)),
  )
  const alarms = falseAlarms(day)
  const stood = standings.filter((one) => known(one) && !handled(one))
  const miscounted = stood.filter(({ stands, believed }) => stands !== believed)
  const figures = Object.entries(matches).flatMap(([name, { happened, missed, invented }]) => [
    figure(`day.${name}.missed`, pieces(missed), happened),
    figure(`day.${name}.invented`, pieces(invented), happened),
  ])
  return {
    figures: [
      ...figures,
      figure('day.takes.misnamed', pieces(matches.takes.misnamed), matches.takes.happened),
      figure('day.counts.wrong', miscounted.length, stood.length),
      figure('day.faults.missed', unseen.length, judged.length),
      figure('day.alarms.invented', alarms.length, said.length),
    ],
    words: [
      ...Object.entries(matches).flatMap(([name, { missed, invented }]) => [
        ...missed.map((one) => `${name}: missed ${moved(one)}`),
        ...invented.map((one) => `${name}: invented ${moved(one)}`),
      ]),
      ...matches.takes.misnamed.map((one) => `takes: misnamed ${moved(one)}`),
      ...miscounted.map(
        ({ seconds, slot, stands, believed }) => `counts: ${clock(seconds)} ${slot} holds ${stands}, not ${believed}`,
      ),
      ...unseen.map(({ fault }) => `fault ${fault.id}: nobody was told`),
      ...alarms.map((one) => `invented ${clock(one.seconds)} ${one.type} ${one.about} ${one.cause ?? ''}`),
    ],
  }
}

const figure = (name: string, value: number, n: number): Figure => ({
  name,
  value,
  unit: 'cases',
  better: 'lower',
  reference: 0,
  n,
})
/** As many as somebody may take it for. */
const many = (one: Moved): Moved => ({ ...one, count: 20 })
const once = (one: Moved): Moved => ({ ...one, count: 1 })
const shelfSaid = ({ type, data, seconds }: ShelfEvent & { seconds: number }): Said => ({
  seconds,
  type,
  about: data.slot,
})
const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19)
const moved = ({ seconds, slot, product, count }: Moved): string => `${clock(seconds)} ${slot} ${count} × ${product}`

/** Which cabinet a fault is of, and for how long after its end its warnings are still true. */
const RECOVERY_SECONDS = 3 * 3600
const probeCabinet: Record<string, string> = {
  'dairy-left': 'dairy-wall',
  'freezer-air': 'freezer',
  'poultry-air': 'poultry',
}

/** Alarms that no fault explains: neither while it is on, nor until the product that it warmed is truly cold again. */
function falseAlarms({ said, warm }: Pick<Day, 'said' | 'warm'>): Said[] {
  const alarming = new Set([
    'cold.warning',
    'cold.excursion',
    'device.suspect',
    'device.stale',
    'plate',
    'camera.trouble',
  ])
  return said.filter(
    ({ type, about, seconds }) =>
      alarming.has(type) &&
      !plan.some(
        ({ fault: { target }, from, until }) =>
          (target === about || probeCabinet[target] === about) &&
          seconds >= from &&
          (seconds <= until + RECOVERY_SECONDS || warmSince(warm.get(about), until, seconds)),
      ),
  )
}

/** In every minute between. */
function warmSince(minutes: ReadonlySet<number> | undefined, from: number, to: number): boolean {
  for (let minute = Math.ceil(from / 60); minute <= to / 60; minute++) if (!minutes?.has(minute)) return false
  return true
}
