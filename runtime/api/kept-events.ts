/** Reads what the ledger keeps page by page, so that no answer holds a year of it in memory. */
import type { EventQuery, KeptEvent, Ledger } from '../ledger/index.ts'

/** Small, since one event may tell 200 plays of a screen. */
const PAGE = 250

/** Every kept event that the query names, oldest first. */
export async function* keptEvents(
  ledger: Pick<Ledger, 'query'>,
  query: Omit<EventQuery, 'ascending' | 'limit' | 'after'>,
): AsyncGenerator<KeptEvent> {
  let after: string | undefined
  for (;;) {
    const page = await ledger.query({
      ...query,
      ascending: true,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    })
    yield* page
    after = page.at(-1)?.id
    if (page.length < PAGE || after === undefined) return
  }
}
