/** What is wrong with a cabinet now, and whether somebody sees to it. */
import type { EventData } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'

const DAY_MILLISECONDS = 86_400_000

export interface ColdEpisode {
  /** Warnings since it was last in its range, the newest last. */
  reasons: string[]
  acknowledged: boolean
  /** Who sees to it, where it is not the manager. */
  staff?: string
}

/** From the events of the last day. `seenTo`: what the cabinet itself says, where it says anything. */
export async function episodeOf(
  ledger: Pick<Ledger, 'query'>,
  cabinet: string,
  seenTo: boolean | undefined,
): Promise<ColdEpisode> {
  const since = Date.now() - DAY_MILLISECONDS
  const events = await ledger.query({ type: 'cold.*', subject: `cabinet/${cabinet}`, since, limit: 1000 })
  const reasons: string[] = []
  let acknowledged = false
  let staff: string | undefined
  for (const { type, data } of events) {
    if (type === 'cold.recovered') break
    if (type === 'cold.acknowledged' && reasons.length === 0 && !acknowledged) {
      acknowledged = true
      staff = (data as EventData<'cold.acknowledged'>).staff
    }
    if (type === 'cold.warning') reasons.unshift((data as EventData<'cold.warning'>).reason)
    if (type === 'cold.excursion') reasons.unshift('the product is over its limit')
  }
  const seen = acknowledged && seenTo !== false && reasons.length > 0
  return { reasons: [...new Set(reasons)], acknowledged: seen, ...(seen && staff !== undefined ? { staff } : {}) }
}
