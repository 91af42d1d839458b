/** The way to a board with Firmata: its port opened, its firmware heard. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import firmata, { type Firmata } from 'firmata-io'
import type { Port } from '../config.ts'
import { guardWire } from './wire-guard.ts'

const GONE = 'it was unplugged, or its connection ended'

/** What StandardFirmata and ConfigurableFirmata speak on a serial port. */
const BAUD_RATE = 57_600
/** A board with a bootloader is silent for some 2 s after its port was opened; then it is asked. */
const ASK_AFTER_MS = 2500
const READY_WITHIN_MS = 12_000
const CONNECT_WITHIN_MS = 5000

export type BoardPort = Extract<Port, { kind: 'serial' | 'tcp' }>
export type OpenSerial = (path: string, options: { baudRate: number }) => Promise<Duplex>

export interface Connection {
  io: Firmata
  /** Resolves with the reason when the wire has ended. */
  ended: Promise<string>
  close(): Promise<void>
}

/** Rejects with a sentence where the port cannot be opened, or nobody on it speaks Firmata. */
export async function connectBoard(port: BoardPort, openSerial: OpenSerial, signal: AbortSignal): Promise<Connection> {
  const wire = await (port.kind === 'serial' ? openPort(port.path, openSerial) : openSocket(port, signal))
  const close = () => closeWire(wire)
  const { promise: ended, resolve: end } = Promise.withResolvers<string>()
  wire.once('close', () => end(GONE))
  // A board that loses its power ends the connection in any of these ways.
  wire.once('error', (error: NodeJS.ErrnoException) =>
    end(/^(ECONNRESET|EPIPE|ECONNABORTED|EIO)$/.test(error.code ?? '') ? GONE : error.message),
  )
  const io = new firmata.Firmata(guardWire(wire, end), { reportVersionTimeout: ASK_AFTER_MS })
  // Heard by `ended` already; without a listener it would end the process.
  io.on('error', () => undefined)
  try {
    await ready(io, ended, signal)
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(io.reportVersionTimeoutId)
  }
  return { io, ended, close }
}

async function ready(io: Firmata, ended: Promise<string>, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)])
  const gone = ended.then((reason) => Promise.reject(new Error(reason)))
  try {
    await Promise.race([once(io, 'ready', { signal: limit }), gone])
  } catch (error) {
    if (!limit.aborted) throw error
    const said = io.firmware.name ? `it says that it is ${io.firmware.name}, and nothing more` : 'it says nothing'
    throw new Error(`${said}; see whether StandardFirmata is on it (Arduino IDE, File, Examples, Firmata)`, {
      cause: error,
    })
  }
}

async function openPort(path: string, openSerial: OpenSerial): Promise<Duplex> {
  try {
    return await openSerial(path, { baudRate: BAUD_RATE })
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    if (/no such file|ENOENT|cannot open/i.test(words))
      throw new Error(`${path} is not there, or is no serial port; is it plugged in?`, { cause: error })
    if (/permission|EACCES/i.test(words))
      throw new Error(
        `${path} may not be opened; let the user of Endcap into its group: sudo usermod -aG dialout <user>`,
        {
          cause: error,
        },
      )
    if (/busy|lock/i.test(words)) throw new Error(`${path} is in use by another program`, { cause: error })
    throw error
  }
}

async function openSocket({ host, port }: { host: string; port: number }, signal: AbortSignal): Promise<Duplex> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true })
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_WITHIN_MS)]) })
    return socket
  } catch (error) {
    socket.destroy()
    throw new Error(`nobody answers at ${host}:${port}; is the board on, and on this network?`, { cause: error })
  }
}

/** A serial port ends by `close`, which a stream's `destroy` alone does not reach. */
async function closeWire(wire: Duplex): Promise<void> {
  wire.removeAllListeners('data')
  if (wire.closed) return
  const closed = new Promise((resolve) => wire.once('close', resolve))
  const end: unknown = Reflect.get(wire, 'close')
  if (typeof end === 'function') {
    if (Reflect.get(wire, 'isOpen') === false) return
    Reflect.apply(end, wire, [() => undefined])
  } else wire.destroy()
  await closed
}
