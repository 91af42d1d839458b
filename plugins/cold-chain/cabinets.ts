/** All cabinets of the shop: each with its watch, its log and its call. */
import type { Cabinet, Context, TemperatureUnit } from '@endcap/sdk'
import { type Caller, closing, createCaller } from './caller.ts'
import { limitsOf } from './limits.ts'
import { createLogbook, type Logbook } from './logbook.ts'
import type { Said, State } from './said.ts'
import type { Settings } from './settings.ts'
import { createWatch, type SavedWatch, type Watch } from './watch.ts'
import { alarmOf } from './words.ts'

/** Called done while it is not: then it is called again sooner. Minutes. */
const doneMinutes = 15

interface Kept {
  cabinet: Cabinet
  watch: Watch
  logbook: Logbook
  caller: Caller
  /** Events that its next warning comes from. */
  because: Map<string, string>
}

export interface Cabinets {
  /** Takes over the shop's cabinets; what is known of those that stay is kept. */
  plan(cabinets: readonly Cabinet[], unit: TemperatureUnit, minute: number): void
  temperature(probe: string, celsius: number, minute: number, event: string): void
  door(probe: string, open: boolean, minute: number, event: string): void
  trouble(probe: string, reason: string, minute: number): void
  /** Nobody watched any of them for a while. */
  unseen(reason: string): void
  tick(minute: number, wallMs: number): void
  /** False where nothing was wrong, or somebody said so before. */
  acknowledge(cabinet: string, minute: number, staff?: string): boolean
  /** Somebody took the task, gave it back, called it done, or closed it. */
  task(cabinet: string, step: 'claimed' | 'passed' | 'done' | 'closed', minute: number, staff?: string): void
  has(cabinet: string): boolean
  save(): Record<string, SavedWatch>
  /** Ends the rows of the log that have begun. */
  finish(minute: number): void
}

const words: Partial<Record<State, string>> = {
  defrost: 'defrost',
  'door-open': 'door open',
  excursion: 'over the limit',
}

export function createCabinets(
  ctx: Pick<Context, 'emit' | 'call' | 'log' | 'signal'>,
  settings: Settings,
  saved: Record<string, SavedWatch>,
  pause: (milliseconds: number) => Promise<void>,
  changed: () => void,
): Cabinets {
  const kept = new Map<string, Kept>()
  let unit: TemperatureUnit = 'celsius'

  const emit = ({ type, data }: Said, because: readonly string[] = []) =>
    ctx.emit(type, {
      subject: `cabinet/${data.cabinet}`,
      data,
      ...(because.length > 0 ? { because: [...because] } : {}),
    })

  const call = ({ cabinet, watch, caller, because }: Kept, anew = false) => {
    const episode = watch.episode()
    if (!episode) return caller.want(undefined)
    const { air, product } = watch.now()
    const alarm = alarmOf(cabinet, episode, { air, product, limit: limitsOf(cabinet).limitCelsius }, unit)
    caller.want(alarm, [...because.values()], anew)
  }

  const tick = (one: Kept, minute: number) => {
    const seenTo = one.watch.episode()?.acknowledged === true
    const said = one.watch.tick(minute)
    const causes = [...one.because.values()]
    for (const what of said) {
      const telemetry = what.type === 'cold.state' || what.type === 'cold.logged'
      emit(what, telemetry ? [] : causes)
    }
    if (said.some(({ type }) => type === 'cold.warning' || type === 'cold.excursion' || type === 'cold.recovered')) {
      if (one.watch.episode()?.acknowledged !== true) call(one, seenTo)
      changed()
    }
  }

  const make = (cabinet: Cabinet, minute: number, before: SavedWatch | undefined): Kept => {
    const watch = createWatch(cabinet, minute, before, settings)
    const caller = createCaller(ctx, cabinet, settings.nextAfterSeconds, watch.episode() !== undefined, pause)
    const made = { cabinet, watch, caller, logbook: createLogbook(cabinet.id), because: new Map<string, string>() }
    // The shop keeps its tasks, too; asked again, it brings the one that it has up to date.
    if (watch.episode() && !watch.episode()?.acknowledged) call(made)
    return made
  }

  /** True where nobody had said so before. */
  const acknowledge = (one: Kept, minute: number, staff?: string, againAfter?: number): boolean => {
    const said = one.watch.acknowledge(minute, staff, againAfter)
    for (const what of said) emit(what)
    changed()
    return said.length > 0
  }

  return {
    has: (id) => kept.has(id),
    plan(cabinets, shown, minute) {
      unit = shown
      for (const [id, one] of kept) {
        if (cabinets.some((cabinet) => cabinet.id === id)) continue
        for (const what of one.logbook.finish(minute)) emit(what)
        one.caller.end(closing.unwatched)
        kept.delete(id)
      }
      for (const cabinet of cabinets) {
        const one = kept.get(cabinet.id)
        if (one && JSON.stringify(one.cabinet) === JSON.stringify(cabinet)) continue
        for (const what of one?.logbook.finish(minute) ?? []) emit(what)
        kept.set(cabinet.id, make(cabinet, minute, one?.watch.save() ?? saved[cabinet.id]))
      }
    },
    temperature(probe, celsius, minute, event) {
      for (const one of kept.values()) {
        const { air, product } = one.cabinet
        if (!air.includes(probe) && product !== probe) continue
        one.because.set(probe, event)
        one.watch.temperature(probe, celsius, minute)
        tick(one, minute)
      }
    },
    door(probe, open, minute, event) {
      for (const one of kept.values()) {
        if (one.cabinet.door !== probe) continue
        one.because.set(probe, event)
        one.watch.door(probe, open, minute)
        tick(one, minute)
      }
    },
    trouble(probe, reason, minute) {
      for (const { watch } of kept.values()) watch.trouble(probe, reason, minute)
    },
    unseen(reason) {
      for (const { watch } of kept.values()) watch.unseen(reason)
    },
    tick(minute, wallMs) {
      for (const one of kept.values()) {
        tick(one, minute)
        const { state, air, product } = one.watch.now()
        const measured = state === 'unknown' || !one.watch.measured(minute) ? {} : { air, product }
        const causes = state === 'warning' ? (one.watch.episode()?.causes.join(', ') ?? '') : ''
        const note = words[state] ?? (causes === '' ? '' : `warning: ${causes}`)
        for (const what of one.logbook.note(wallMs, minute, { ...measured, note })) emit(what)
      }
    },
    acknowledge(id, minute, staff) {
      const one = kept.get(id)
      if (!one) return false
      const first = acknowledge(one, minute, staff)
      if (first) one.caller.end(closing.seenTo)
      return first
    },
    task(id, step, minute, staff) {
      const one = kept.get(id)
      if (!one?.watch.episode()) return
      if (step === 'passed') {
        for (const what of one.watch.unacknowledge(minute)) emit(what)
        changed()
      } else acknowledge(one, minute, staff, step === 'done' ? doneMinutes : undefined)
    },
    save: () => Object.fromEntries([...kept].map(([id, { watch }]) => [id, watch.save()])),
    finish(minute) {
      for (const { logbook } of kept.values()) for (const what of logbook.finish(minute)) emit(what)
    },
  }
}
