import type { MiProduct } from './mibeacon-products.ts'
import type { SensorFrame } from './sensor.ts'

const presses: Readonly<Record<number, string>> = {
  0: 'press',
  1: 'double-press',
  2: 'long-press',
  5: 'press',
  6: 'long-press',
}

/** Of the keys of a wall switch; a long press and a double one are the other way round. */
const keyPresses: Readonly<Record<number, string>> = { 0: 'press', 1: 'long-press', 2: 'double-press' }

/** Object 0x1001: which button (or which way it was turned), a number, how. Products read it in their own ways. */
export function readButton(frame: SensorFrame, bytes: Uint8Array, { buttons }: MiProduct): void {
  const [which = 0, amount = 0, how = 0] = bytes
  if (bytes.length !== 3) return
  if (buttons === 'cube') {
    const action = ['rotate-right', 'rotate-left'][which]
    if (action !== undefined) frame.actions.push({ control: 'cube', action })
  } else if (buttons === 'dimmer') readDimmer(frame, which, amount, how)
  else if (typeof buttons === 'object' && 'keys' in buttons) {
    const action = keyPresses[how]
    for (const at of (action && buttons.keys[which]) || [])
      frame.actions.push({ control: 'button', action: action ?? '', ...(at === '' ? {} : { at }) })
  } else {
    const action = presses[how]
    const remote = typeof buttons === 'object' && 'remote' in buttons ? buttons.remote : undefined
    const at = remote?.[which]
    if (action === undefined || (buttons !== 'presses' && at === undefined)) return
    if (at === 'on' || at === 'off') frame.readings.push({ field: 'powered', value: at === 'on' })
    frame.actions.push({ control: 'button', action, ...(at === undefined ? {} : { at }) })
  }
}

/**
 * A dimmer's knob: 3 says pressed so often, or held for so many seconds; 4 says turned by so many steps, above 127 to
 * the left, counted in the first byte where it was pressed meanwhile.
 */
function readDimmer(frame: SensorFrame, which: number, amount: number, how: number): void {
  const add = (action: string, value: number) => void frame.actions.push({ control: 'dimmer', action, amount: value })
  if (how === 3 && which < 2) add(which === 0 ? 'press' : 'long-press', amount)
  if (how !== 4) return
  const steps = which === 0 ? amount : which
  const pressed = which === 0 ? '' : '-pressed'
  if (steps <= 127) add(`rotate-right${pressed}`, steps)
  else add(`rotate-left${pressed}`, 256 - steps)
}

/** Objects that stand for one kind of press; a byte may say which button. Products without buttons use them otherwise. */
export function readPress(action: string) {
  return (frame: SensorFrame, [which = 0]: Uint8Array, { buttons }: MiProduct): void => {
    if (buttons === 'single' || buttons === 'presses') frame.actions.push({ control: 'button', action })
    if (typeof buttons !== 'object' || 'remote' in buttons || 'keys' in buttons) return
    if ('how' in buttons) {
      const said = buttons.how[which]
      if (said !== undefined && action === 'press') frame.actions.push({ control: 'button', action: said })
      return
    }
    const names =
      'bits' in buttons
        ? buttons.bits.filter((_, bit) => ((which >> bit) & 1) === 1)
        : buttons.names.slice(which - buttons.from, which - buttons.from + 1)
    if (which < ('from' in buttons ? buttons.from : 0)) return
    for (const at of names) frame.actions.push({ control: 'button', at, action })
  }
}
