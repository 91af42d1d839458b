/**
 * Whether the clock of the box can be right. A Pi has none that runs without power: until it has heard the time from the
 * network it may believe that it is 1970, or the moment when it was last switched off.
 */
import { stat } from 'node:fs/promises'

/** No box runs this release before it was made. Milliseconds since the epoch. */
const released = Date.UTC(2026, 0, 1)
/** What was written shortly before a power cut may carry a time that the clock has not reached again. */
const toleranceMs = 60_000

export interface ClockWatch {
  /** Why the time cannot be right, with what to do; undefined where nothing speaks against it. */
  fault(now?: number): string | undefined
}

/** Remembers when the file was last written, which was in the past. A file that is not there says nothing. */
export async function watchClock(lastWritten: string): Promise<ClockWatch> {
  const written = await stat(lastWritten).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  return {
    fault(now = Date.now()) {
      const earliest = Math.max(released, written - toleranceMs)
      if (now >= earliest) return undefined
      const said = new Date(now).toISOString().slice(0, 16).replace('T', ' ')
      const known = new Date(earliest).toISOString().slice(0, 16).replace('T', ' ')
      return `The clock of this box says ${said} UTC, which is over: it was ${known} already. Shifts, opening hours, day parts and logs are wrong until it is set. Connect the box to a network with a time server (timedatectl shows whether it listens to one), or set it: sudo timedatectl set-time 'YYYY-MM-DD HH:MM'`
    },
  }
}
