/** Low and empty, each told once until the slot was filled well above the mark. */
import { type Slot, totalOf } from './slot.ts'

/** So many pieces above the mark arm the telling again: one that is taken and put back must not tell twice. */
const REARM_PIECES = 2

export function tellLevels(slot: Slot, tell: (type: 'shelf.low' | 'shelf.empty') => void): void {
  const count = totalOf(slot)
  const { lowCount, capacity } = slot.assortment
  const rearm = Math.min(lowCount + REARM_PIECES, capacity ?? Infinity)
  if (count >= rearm && count > lowCount) slot.lowArmed = true
  if (count >= Math.min(REARM_PIECES, capacity ?? REARM_PIECES)) slot.emptyArmed = true
  if (count === 0) {
    slot.lowArmed = false
    if (slot.emptyArmed) tell('shelf.empty')
    slot.emptyArmed = false
  } else if (count <= lowCount) {
    if (slot.lowArmed) tell('shelf.low')
    slot.lowArmed = false
  }
}
