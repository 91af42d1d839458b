/** Long work in slices: between two of them the box does what else it has to do. */
import { setImmediate as turn } from 'node:timers/promises'

/** Short beside the 50 ms that nothing here may hold the event loop, as a slower box takes longer for each step. */
const sliceMilliseconds = 5

/** A clock for one piece of work: so many milliseconds, then the others first. `if (breath.due()) await breath.rest()`. */
export function createBreath() {
  let since = performance.now()
  return {
    due: (): boolean => performance.now() - since > sliceMilliseconds,
    async rest(): Promise<void> {
      await turn()
      since = performance.now()
    },
  }
}
export type Breath = ReturnType<typeof createBreath>

/** As Array.sort on a copy, in slices; equal items keep their order. */
export async function sorted<T>(items: Iterable<T>, compare: (a: T, b: T) => number): Promise<T[]> {
  const breath = createBreath()
  let runs: T[][] = []
  let run: T[] = []
  for (const item of items) {
    run.push(item)
    if (run.length < 512) continue
    runs.push(run.sort(compare))
    run = []
    if (breath.due()) await breath.rest()
  }
  runs.push(run.sort(compare))
  await breath.rest()
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let at = 0; at < runs.length; at += 2)
      merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], compare, breath))
    runs = merged
  }
  return runs[0] ?? []
}

async function merge<T>(left: T[], right: T[], compare: (a: T, b: T) => number, breath: Breath): Promise<T[]> {
  const all: T[] = []
  let [a, b] = [0, 0]
  while (a < left.length || b < right.length) {
    const [one, other] = [left[a], right[b]]
    const first = b >= right.length || (a < left.length && compare(one as T, other as T) <= 0)
    all.push((first ? one : other) as T)
    if (first) a++
    else b++
    if (breath.due()) await breath.rest()
  }
  return all
}
