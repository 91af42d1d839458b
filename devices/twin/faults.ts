/** What can be made to go wrong in the virtual shop, each with what a person should see then. */

export type FaultKind =
  | 'fridge-off'
  | 'door-open'
  | 'compressor-weak'
  | 'defrost-stuck'
  | 'probe-garbled'
  | 'probe-reset'
  | 'thermometer-dead'
  | 'scale-unplugged'
  | 'cell-loose'
  | 'plate-stuck'
  | 'misplaced'
  | 'gateway-dead'
  | 'camera-frozen'
  | 'camera-black'
  | 'camera-moved'
  | 'linger'

export interface Fault {
  /** kind.target, with dashes for the slashes of a slot: `cell-loose.a-1-2` */
  id: string
  kind: FaultKind
  /** Cabinet, probe, board, slot, receiver, camera or spot. */
  target: string
  group: 'Cold' | 'Shelves' | 'Radio' | 'Camera' | 'People'
  title: string
  /** What should be seen, and about when. */
  expect: string
  /** Pages of the console on which it is seen, the plainest first. */
  look: Page[]
}
export type Page = 'cold' | 'tasks' | 'devices' | 'shelves' | 'floor' | 'events'

const LOOK: Record<FaultKind, Page[]> = {
  'fridge-off': ['cold', 'tasks'],
  'door-open': ['cold', 'tasks'],
  'compressor-weak': ['cold', 'tasks'],
  'defrost-stuck': ['cold', 'tasks'],
  'probe-garbled': ['devices', 'cold'],
  'probe-reset': ['devices', 'cold'],
  'thermometer-dead': ['cold', 'tasks'],
  'scale-unplugged': ['devices', 'shelves'],
  'cell-loose': ['devices', 'shelves'],
  'plate-stuck': ['devices', 'shelves'],
  misplaced: ['tasks', 'events'],
  'gateway-dead': ['devices', 'floor'],
  'camera-frozen': ['devices', 'events'],
  'camera-black': ['devices', 'events'],
  'camera-moved': ['devices', 'events'],
  linger: ['floor', 'events'],
}

const fault = (kind: FaultKind, target: string, group: Fault['group'], title: string, expect: string): Fault => ({
  id: `${kind}.${target.toLowerCase().replaceAll('/', '-')}`,
  kind,
  target,
  group,
  title,
  expect,
  look: LOOK[kind],
})

const warms =
  'Its air warms, as slowly as in a shop: allow half an hour, the freezer an hour, for a warning with the minutes that are left; then an excursion if nobody acts. On again: it recovers.'
const open =
  'After five minutes, at the freezer after three: a warning that the door was left open, and a task to close it.'

export const faults: readonly Fault[] = [
  fault('fridge-off', 'dairy-wall', 'Cold', 'No power at the dairy wall', warms),
  fault('fridge-off', 'poultry', 'Cold', 'No power at the poultry fridge', warms),
  fault('fridge-off', 'freezer', 'Cold', 'No power at the freezer', warms),
  fault('door-open', 'poultry', 'Cold', 'Door of the poultry fridge left open', open),
  fault('door-open', 'freezer', 'Cold', 'Door of the freezer left open', open),
  fault(
    'compressor-weak',
    'dairy-wall',
    'Cold',
    'Compressor of the dairy wall loses its refrigerant',
    'Its air rises slowly, for an hour or more: a warning with the minutes that are left, before the goods are lost.',
  ),
  fault(
    'defrost-stuck',
    'freezer',
    'Cold',
    'Heater of the freezer does not end its defrost',
    'A defrost is let be, but not for ever: after an hour and a half a warning that it takes too long.',
  ),
  fault(
    'probe-garbled',
    'dairy-left',
    'Cold',
    'Bad contact at the left probe of the dairy wall',
    'Its readings fail their checksum: they are kept out, and the probe is marked. The right probe goes on.',
  ),
  fault(
    'probe-reset',
    'freezer-air',
    'Cold',
    'Freezer probe loses its power for moments',
    'It says 85 °C, which is what it says before it has measured. No alarm of 85 °C: the probe is marked as suspect.',
  ),
  fault(
    'thermometer-dead',
    'poultry-air',
    'Cold',
    'Battery of the poultry thermometer is empty',
    'Silence is not taken for cold: after five minutes a warning that nothing is known of the poultry fridge.',
  ),
  fault(
    'scale-unplugged',
    'pantry-scale',
    'Shelves',
    'Scale of the pantry shelf unplugged',
    'At once: the board goes offline, and nothing counts as taken. Plugged in again it goes on by itself.',
  ),
  fault(
    'scale-unplugged',
    'dairy-scale',
    'Shelves',
    'Scale of the dairy wall unplugged',
    'At once: the board goes offline, and nothing counts as taken. Plugged in again it goes on by itself.',
  ),
  fault(
    'cell-loose',
    'A/2/3',
    'Shelves',
    'Load cell under the honey (A/2/3) disconnected',
    'The plate is marked as disconnected. No honey counts as taken.',
  ),
  fault(
    'plate-stuck',
    'D/1/5',
    'Shelves',
    'Plate under the cream (D/1/5) jammed',
    'It no longer moves, not even by its noise: the plate is marked as stuck.',
  ),
  fault(
    'misplaced',
    'A/1/4',
    'Shelves',
    'Somebody leaves cheese between the coffee (A/1/4)',
    'In a few seconds: a weight that coffee does not explain, and a calm task to tidy it up. Switched off, somebody takes it away.',
  ),
  fault(
    'gateway-dead',
    'milk',
    'Radio',
    'Gateway at the milk fridge without power',
    'The receiver goes offline. People near it are placed with less certainty.',
  ),
  fault(
    'gateway-dead',
    'bread',
    'Radio',
    'Gateway at the bread counter without power',
    'The receiver goes offline. People near it are placed with less certainty.',
  ),
  fault(
    'camera-frozen',
    'hall',
    'Camera',
    'Camera freezes',
    'The same picture again and again: after a while reported as frozen.',
  ),
  fault(
    'camera-black',
    'hall',
    'Camera',
    'Something hangs before the camera',
    'After a quarter of a minute: reported as black.',
  ),
  fault(
    'camera-moved',
    'hall',
    'Camera',
    'Somebody turned the camera',
    'It sees another part of the shop: reported as moved.',
  ),
  fault(
    'linger',
    'milk-west',
    'People',
    'A shopper stands at the milk for very long',
    'A dwell at the dairy zone that grows: what a flow may send an associate for.',
  ),
]

const byId = new Map(faults.map((one) => [one.id, one]))

/** Throws RangeError where there is no such fault. */
export function faultOf(id: string): Fault {
  const found = byId.get(id)
  if (!found) throw new RangeError(`the virtual shop has no fault ${id}; it has ${[...byId.keys()].join(', ')}`)
  return found
}
