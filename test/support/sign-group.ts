/** When players change what they show, by the one clock of the machine, whatever their pages believe the time to be. */
import type { BrowserContext, Page } from 'playwright-core'

/** In the page: `[time by the machine, key]` of each change, newest last. */
interface Watched {
  changes?: [number, string][]
}

/**
 * Has a page believe that its clock is `wrongMilliseconds` off, wall clock and monotonic clock alike, and note in secret
 * when what it shows changes.
 */
export async function skewedPage(context: BrowserContext, wrongMilliseconds: number): Promise<Page> {
  const page = await context.newPage()
  await page.addInitScript((wrong: number) => {
    const real = () => performance.timeOrigin + monotonic()
    const monotonic = performance.now.bind(performance)
    const RealDate = Date
    globalThis.Date = class extends RealDate {
      constructor(...given: [] | [number | string]) {
        super(...((given.length === 0 ? [RealDate.now() + wrong] : given) as [number]))
      }
      static override now() {
        return RealDate.now() + wrong
      }
    } as DateConstructor
    performance.now = () => monotonic() + wrong / 7
    const watched = globalThis as Watched
    watched.changes = []
    new MutationObserver(() => {
      const key = [...document.querySelectorAll<HTMLElement>('.stage__act')].at(-1)?.dataset['key'] ?? ''
      // The empty page before the first frame is no change.
      if (key !== '' && key !== watched.changes?.at(-1)?.[1]) watched.changes?.push([real(), key])
    }).observe(document, { subtree: true, childList: true, attributes: true })
  }, wrongMilliseconds)
  return page
}

export const changesOf = (page: Page): Promise<[number, string][]> =>
  page.evaluate(() => (globalThis as Watched).changes ?? [])

/** How far apart two players were at each change that both made, in milliseconds. The first of each is its start. */
export function skews(one: [number, string][], other: [number, string][]): number[] {
  return one.slice(1).flatMap(([time, key]) => {
    const near = other
      .slice(1)
      .filter(([, theirs]) => theirs === key)
      .map(([theirs]) => Math.abs(theirs - time))
      .sort((a, b) => a - b)[0]
    // Further apart than half an item it is another round, in which only one of them was there.
    return near === undefined || near > 900 ? [] : [near]
  })
}
