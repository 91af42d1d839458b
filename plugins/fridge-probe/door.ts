/** A contact on a pin of a Firmata board, between pin and ground: the board pulls the pin up. */
import type { Context, Device } from '@endcap/sdk'
import type { Firmata } from 'firmata-io'
import type { Answers } from './answers.ts'
import type { ProbeConfig } from './settings.ts'

type Own = Pick<Context, 'emit' | 'online' | 'offline'>

/** So often the board is asked, and a contact that stands still is said again: silence is no answer. */
const stillMs = 60_000
/** A contact that closes bounces for some milliseconds, and a door that shuts swings. */
const bounceMs = 100

/** Follows it until the returned function is called. `lost` is told when the board no longer answers. */
export function followDoor(
  ctx: Own,
  board: Firmata,
  { id, config }: Device<ProbeConfig>,
  answers: Answers,
  lost: (error: Error) => void,
): () => void {
  const { pin, probe, openWhenHigh } = config
  if (board.pins[pin]?.supportedModes.includes(board.MODES.PULLUP) !== true) {
    const reason = `Pin ${pin} of its board cannot read a contact. Choose a digital pin that can be pulled up.`
    ctx.offline(id, 'contact', reason)
    answers.note(id, false, reason)
    return () => undefined
  }
  let settling: NodeJS.Timeout | undefined
  let level: 0 | 1 | undefined
  let open: boolean | undefined
  let asked = false

  const say = (now: boolean) => {
    open = now
    asked = false
    ctx.online(id, 'contact')
    answers.note(id, true, `The door is ${now ? 'open' : 'closed'}.`)
    ctx.emit('probe.door', { device: id, subject: `probe/${probe}`, data: { probe, open: now } })
  }
  const ask = () => {
    if (asked) return lost(new Error('it no longer answers'))
    asked = true
    // A board that is asked to report tells the present levels at once.
    board.reportDigitalPin(pin, 1)
  }
  const still = setInterval(ask, stillMs)
  board.pinMode(pin, board.MODES.PULLUP)
  board.digitalRead(pin, (value) => {
    // Told for each change on any of the eight pins of a port.
    if (value === level && settling) return
    level = value
    clearTimeout(settling)
    settling = setTimeout(() => {
      settling = undefined
      const now = (level === 1) === openWhenHigh
      if (now !== open || asked) say(now)
    }, bounceMs)
  })
  return () => {
    clearInterval(still)
    clearTimeout(settling)
  }
}
