/** From a radio identity to the token under which the rest of the box knows it. See docs/decisions/0002-visit-tokens.md. */
import { createHmac, randomBytes } from 'node:crypto'
import { nextClock } from './roster.ts'

/** Radio identities whose token is remembered. An HMAC is cheap; the cache spares it, and a flood cannot make it grow. */
const cacheLimit = 20_000
const rotationClock = '04:00'
const dayMilliseconds = 86_400_000

/** Beacon ids and addresses mean the same in either case, with or without the `radio/` of an event. */
export const normalRadio = (radio: string): string =>
  (radio.startsWith('radio/') ? radio.slice(6) : radio).toLowerCase()

export interface IdentityDependencies {
  now(): number
  timezone(): string
  /** Registered bearer of a normalised radio identity: `staff/…`, `asset/…`, `person/…`. */
  bearer(radio: string): string | undefined
  /** Whether a `staff/` or `person/` token may stand in an event now. */
  permitted(token: string): boolean
}

/**
 * Visit tokens are an HMAC-SHA-256 of the radio identity under a random key that exists only in this memory and is
 * replaced at 04:00 of the shop: two visits on two days cannot be linked, by us neither. 16 hex digits (64 bits) are
 * kept; among 100,000 tags of a day two share a token with a chance of 1 in 3.7 billion.
 */
export function createIdentity({ now, timezone, bearer, permitted }: IdentityDependencies) {
  let key = randomBytes(32)
  let until = 0
  let timer: NodeJS.Timeout | undefined
  const visits = new Map<string, string>()
  /** Registered tags that were last spoken of by their bearer. */
  const named = new Set<string>()
  /** How often a registered tag became anonymous again since the key is in use. */
  const returns = new Map<string, number>()

  const rotate = () => {
    clearTimeout(timer)
    key.fill(0)
    key = randomBytes(32)
    visits.clear()
    named.clear()
    returns.clear()
    schedule()
  }
  /** The timer makes the key go at its hour even when nobody asks for a token. */
  const schedule = () => {
    const time = now()
    until = nextClock(time, rotationClock, timezone())
    timer = setTimeout(renew, until - time)
    timer.unref()
  }
  /** A clock that was set far back would let a key live for years; such a jump ends it too. */
  const renew = () => {
    const time = now()
    if (time >= until || until - time > dayMilliseconds * 1.1) rotate()
  }

  const visit = (radio: string): string => {
    const known = visits.get(radio)
    if (known) return known
    const token = `visit/${createHmac('sha256', key)
      .update(`${returns.get(radio) ?? 0} ${radio}`)
      .digest('hex')
      .slice(0, 16)}`
    if (visits.size >= cacheLimit) visits.delete(visits.keys().next().value ?? '')
    visits.set(radio, token)
    return token
  }

  schedule()
  return {
    token(raw: string): string {
      renew()
      const radio = normalRadio(raw)
      const registered = bearer(radio)
      if (registered !== undefined && allowed(registered)) {
        named.add(radio)
        return registered
      }
      // A token from before would join what she did unnamed to what she did by name: it is another visit.
      if (named.delete(radio)) {
        returns.set(radio, (returns.get(radio) ?? 0) + 1)
        visits.delete(radio)
      }
      return visit(radio)
    },
    allowed,
    /** The time zone may have changed: the hour of rotation is found again, the key stays. */
    replan() {
      clearTimeout(timer)
      schedule()
    },
    stop() {
      clearTimeout(timer)
      key.fill(0)
      visits.clear()
      named.clear()
      returns.clear()
    },
  }

  function allowed(token: string): boolean {
    if (token.startsWith('visit/') || token.startsWith('asset/')) return true
    return (token.startsWith('staff/') || token.startsWith('person/')) && permitted(token)
  }
}
