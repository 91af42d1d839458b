/** Whether associates may be disturbed, as they say themselves. A shift begins available: yesterday's break is over. */
import { EndcapError } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Availability, Emit } from './types.ts'

export interface AvailabilityDependencies {
  ledger: Ledger
  emit: Emit
  now(): number
  onShift(id: string): boolean
  changed(staff: string): void
}

const kind = 'availability'
/** Longer than a shift: what was said before that was said on another one, which the box may have slept through. */
const longestShiftMilliseconds = 14 * 3_600_000
const normal: Omit<Availability, 'since'> = { availability: 'available', quiet: false }

export async function createAvailability({ ledger, emit, now, onShift, changed }: AvailabilityDependencies) {
  const kept = await ledger.documents.all<Availability>(kind)

  async function tell(staff: string, { availability, quiet }: Omit<Availability, 'since'>) {
    changed(staff)
    const event = { type: 'staff.availability', subject: `staff/${staff}`, data: { staff, availability, quiet } }
    await emit('shop', event, { commit: true })
  }

  return {
    of: (staff: string): Availability => kept.get(staff) ?? { ...normal, since: 0 },
    /** Throws ENDCAP_STAFF_OFF_SHIFT: off shift nobody is told anything anyway. */
    async set(staff: string, change: Partial<Omit<Availability, 'since'>>): Promise<Availability> {
      if (!onShift(staff)) throw new EndcapError('ENDCAP_STAFF_OFF_SHIFT', { staff })
      const before = kept.get(staff) ?? normal
      const next: Availability = {
        availability: change.availability ?? before.availability,
        quiet: change.quiet ?? before.quiet,
        since: now(),
      }
      if (kept.has(staff) && next.availability === before.availability && next.quiet === before.quiet)
        return { ...next, ...before }
      kept.set(staff, next)
      await ledger.documents.put(kind, staff, next)
      await tell(staff, next)
      return next
    },
    /** Forgets what those said whose shift is over. */
    async shifts(): Promise<void> {
      const old = now() - longestShiftMilliseconds
      for (const [staff, { since }] of kept) {
        if (onShift(staff) && since > old) continue
        kept.delete(staff)
        await ledger.documents.delete(kind, staff)
        await tell(staff, normal)
      }
    },
  }
}
export type AvailabilityBook = Awaited<ReturnType<typeof createAvailability>>
