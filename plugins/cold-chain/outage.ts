/**
 * A box without a battery for its clock wakes up in the past, and hears the time later: only then it knows for how long
 * it was off. Nobody watched the goods meanwhile; that is said to a person, and never taken for well.
 */
import { clockIsSet } from './logbook.ts'
import { silentMinutes } from './probes.ts'

/** A network tells the time within minutes, or not at all. */
const waitMinutes = 10
/** A clock that is set later than a day after the start says nothing of the pause before it. */
const dayMinutes = 24 * 60

/** Gives once, where there is something to say, for how long nobody watched. */
export type LookAtOutage = (wallMs: number, upMinutes: number) => string | undefined

/** `saved`: when the state was kept, by the clock of then. `counted`: minutes of the pause that were known at the start. */
export function createOutage(saved: { wallMs: number } | undefined, counted: number): LookAtOutage {
  let said = saved === undefined
  const say = (text: string) => {
    said = true
    return `${text}; nobody knows how warm it was`
  }
  return (wallMs, upMinutes) => {
    if (said || saved === undefined) return undefined
    said = upMinutes > dayMinutes
    const before = clockIsSet(saved.wallMs)
    const more = (wallMs - saved.wallMs) / 60_000 - upMinutes - counted
    if (!before && clockIsSet(wallMs))
      return say('nobody watched for an unknown time: the clock of the box was not set')
    if (before && more > silentMinutes) {
      const [hours, minutes] = [Math.floor(more / 60), Math.round(more % 60)]
      return say(`nobody watched for ${hours} h ${minutes} min: the box was off, and learnt the time only now`)
    }
    if (before && wallMs < saved.wallMs && upMinutes >= waitMinutes)
      return say('nobody watched for an unknown time: the box was off, and its clock is wrong')
    return undefined
  }
}
