/** Serial ports, over the package serialport, which is loaded when the first port is opened. */
import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log, Serial, SerialOptions } from './types.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** A line longer than this is noise (a wrong baud rate): it is thrown away. */
const MAX_LINE_CHARACTERS = 4096

export function createSerial(signal: AbortSignal, log: Log): Serial {
  const open = async (path: string, { baudRate = 9600 }: SerialOptions = {}): Promise<Duplex> => {
    const { SerialPort } = await import('serialport')
    const port = new SerialPort({ path, baudRate, autoOpen: false })
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
    awakeAtOnce(port.port)
    const close = () => {
      if (port.isOpen) port.close(() => undefined)
    }
    signal.addEventListener('abort', close, { once: true })
    port.once('close', () => {
      signal.removeEventListener('abort', close)
      port.destroy()
    })
    if (signal.aborted) close()
    return port
  }

  async function* lines(path: string, options?: SerialOptions): AsyncGenerator<string> {
    let pause = FIRST_PAUSE_MS
    while (!signal.aborted) {
      try {
        const port = await open(path, options)
        log.info({ path }, 'the serial port is open')
        for await (const line of split(port)) {
          pause = FIRST_PAUSE_MS
          yield line
        }
        if (!signal.aborted) log.warn({ path }, 'the serial port has gone away')
      } catch (error) {
        if (!signal.aborted) log.warn({ path, reason: String(error) }, 'the serial port failed')
      }
      await delay(pause, undefined, { signal }).catch(() => undefined)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }

  return { open, lines }
}

/**
 * The native part of serialport 13 tells of bytes outside of what Node takes for a callback, so that the promises that
 * hang on them wait until something else happens in the process: on Node 26.4 and later, for as long as it is quiet
 * (github.com/serialport/bindings-cpp/pull/239). An empty immediate is such a thing.
 */
function awakeAtOnce(binding: object | undefined) {
  if (!binding || !('poller' in binding) || !(binding.poller instanceof EventEmitter)) return
  for (const event of ['readable', 'writable', 'disconnect'])
    binding.poller.on(event, () => void setImmediate(() => undefined))
}

/** Lines of a byte stream; ends with it. What follows the last line end is thrown away, since it is cut off. */
async function* split(port: Duplex): AsyncGenerator<string> {
  let rest = ''
  port.setEncoding('utf8')
  for await (const chunk of port) {
    const parts = (rest + String(chunk)).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > MAX_LINE_CHARACTERS) rest = ''
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part
  }
}
