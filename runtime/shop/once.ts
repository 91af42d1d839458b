/** «At most once in so many seconds», remembered over restarts. */
import type { Ledger } from '../ledger/index.ts'

interface Claim {
  until: number
  /** Whom it was about, so that erasure reaches it. */
  about?: string
}

const kind = 'notice-once'
/** A flow that makes a new key for each event must not fill the box. */
const limit = 10_000

export async function createOnce({ ledger, now }: { ledger: Ledger; now(): number }) {
  const claims = await ledger.documents.all<Claim>(kind)

  const drop = async (unwanted: (claim: Claim) => boolean) => {
    const gone = [...claims].filter(([, claim]) => unwanted(claim)).map(([key]) => key)
    for (const key of gone) claims.delete(key)
    await Promise.all(gone.map((key) => ledger.documents.delete(kind, key)))
  }
  const prune = () => drop(({ until }) => until <= now())
  await prune()

  return {
    /** False where the key was claimed and its time is not over. A claim counts from this call on. */
    claim(key: string, seconds: number, about?: string): boolean {
      const known = claims.get(key)
      if (known && known.until > now()) return false
      claims.delete(key)
      claims.set(key, { until: now() + seconds * 1000, ...(about === undefined ? {} : { about }) })
      return true
    },
    /** Commits a claim; keys over the limit go, the oldest first. */
    async keep(key: string): Promise<void> {
      await ledger.documents.keep(kind, key, claims.get(key))
      if (claims.size <= limit) return
      await prune()
      for (const oldest of [...claims.keys()].slice(0, Math.max(0, claims.size - limit))) {
        claims.delete(oldest)
        await ledger.documents.keep(kind, oldest)
      }
    },
    forget: (token: string) => drop(({ about }) => about === token),
  }
}
export type Once = Awaited<ReturnType<typeof createOnce>>
