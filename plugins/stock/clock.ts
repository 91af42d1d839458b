/** A step back by more than this is a clock that was set, not sightings that overtook each other. */
const reorderedSeconds = 5

/**
 * Turns times that may jump back (a clock is set, a gateway delivers late) into seconds that never do. What was a few
 * seconds out of order counts as now; after a real step back, time goes on from where it was.
 */
export function makeClock(): (milliseconds: number) => number {
  let now = 0
  let shift: number | undefined
  return (milliseconds) => {
    const seconds = milliseconds / 1000
    shift ??= -seconds
    if (seconds + shift < now - reorderedSeconds) shift = now - seconds
    now = Math.max(now, seconds + shift)
    return now
  }
}
