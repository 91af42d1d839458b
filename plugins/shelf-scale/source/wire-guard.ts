/**
 * Stands between a wire and firmata-io, which believes whatever a board says: it keeps a message until its end comes, however
 * long that is, and throws where one names a pin that is not there. Whoever answers at a port may be anything.
 */
import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Transport } from 'firmata-io'

const START_SYSEX = 0xf0
/** The longest answer of a board, all that its pins can do, is some 1.5 kB on a Mega. */
const MAX_MESSAGE_BYTES = 16_384
/** A serial line of 57,600 baud carries 5,760 bytes a second; boards on a network say little more. */
const MAX_BYTES_PER_SECOND = 65_536

const NO_FIRMATA = 'what it says is no Firmata; see that StandardFirmata is on it, and its baud rate'

/** `wrong` is called once, with a sentence; from then on nothing more is passed on. */
export function guardWire(wire: Duplex, wrong: (reason: string) => void): Transport {
  const transport = Object.assign(new EventEmitter(), {
    write: (bytes: Buffer, done: () => void) => wire.write(bytes, done),
  })
  let over = false
  let message = 0
  let windowAt = performance.now()
  let inWindow = 0
  const end = (reason: string) => {
    over = true
    wrong(reason)
  }
  wire.on('data', (bytes: Buffer) => {
    if (over) return
    const now = performance.now()
    if (now - windowAt >= 1000) {
      windowAt = now
      inWindow = 0
    }
    inWindow += bytes.length
    if (inWindow > MAX_BYTES_PER_SECOND) return end('it says far more than a board can say; see what answers there')
    for (const byte of bytes) {
      if (byte === START_SYSEX) message = 1
      else if (byte > 0x7f) message = 0
      else if (message > 0) message++
    }
    if (message > MAX_MESSAGE_BYTES) return end(NO_FIRMATA)
    try {
      transport.emit('data', bytes)
    } catch (error) {
      end(`${NO_FIRMATA} (${error instanceof Error ? error.message : String(error)})`)
    }
  })
  for (const event of ['open', 'close', 'error']) wire.on(event, (what: unknown) => void transport.emit(event, what))
  return transport
}
