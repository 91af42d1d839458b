/**
 * A board with Firmata firmware, without the board: analog inputs, chips on I²C, probes on 1-wire, and the faults that
 * boards have. It takes and gives bytes; whoever owns it puts them on a wire (serve.ts, or a pseudo terminal).
 */
import { createBus, type I2cBus } from './i2c-bus.ts'
import { createOneWire, type Ds18b20 } from './one-wire.ts'
import {
  ANALOG_MESSAGE,
  createParser,
  DIGITAL_MESSAGE,
  END_SYSEX,
  fromPairs,
  pair,
  pairs,
  REPORT_ANALOG,
  REPORT_DIGITAL,
  REPORT_VERSION,
  SET_PIN_MODE,
  START_SYSEX,
  sysex,
  SYSTEM_RESET,
  text,
} from './protocol.ts'

/** An Uno: 14 digital pins and six analog ones after them. */
const DIGITAL_PINS = 14
const ANALOG_PINS = 6
const FIRST_SAMPLING_MS = 19
const NOT_ANALOG = 0x7f
const PWM_PINS = [3, 5, 6, 9, 10, 11]
const I2C_READ = 1
const mode = { input: 0, output: 1, analog: 2, pwm: 3, i2c: 6, oneWire: 7, pullUp: 0x0b } as const

export interface BoardOptions {
  /** Name of the sketch that it tells. */
  firmware?: string
  i2c?: I2cBus
  /** Probes by the digital pin of their wire; a board with any speaks 1-wire, as ConfigurableFirmata does. */
  oneWire?: ReadonlyMap<number, readonly Ds18b20[]>
}

export interface FirmataBoard {
  /** What its converter says of each analog input, 0 to 1023, asked for with each report. */
  analog: (input: number) => number
  /** Powered, but saying nothing. */
  silent: boolean
  /** Of the next so many I²C answers only the address comes. */
  shortReads: number
  /** Is told of each digital pin that the host switches: pin 13 is the light. */
  switched: (pin: number, on: boolean) => void
  /** Joins a digital pin to ground, or opens it: a contact. */
  ground(pin: number, joined: boolean): void
  /** Joins it to a wire; only one host at a time. Returns the way to unplug it. */
  plug(send: (bytes: Uint8Array) => void): { receive(bytes: Iterable<number>): void; unplug(): void }
  /** Says something to the host's log. */
  say(words: string): void
}

export function createBoard({ firmware = 'StandardFirmata.ino', i2c = createBus(new Map()), oneWire }: BoardOptions) {
  const answerOneWire = createOneWire(oneWire ?? new Map())
  const reporting = new Set<number>()
  const pulledUp = new Set<number>()
  const grounded = new Set<number>()
  const reportedPorts = new Set<number>()
  let samplingMs = FIRST_SAMPLING_MS
  let timer: NodeJS.Timeout | undefined
  let send: ((bytes: Uint8Array) => void) | undefined
  let ports = 0

  const say = (bytes: readonly number[]) => {
    if (!board.silent) send?.(Uint8Array.from(bytes))
  }
  const saySysex = (bytes: readonly number[]) => say([START_SYSEX, ...bytes, END_SYSEX])
  const report = () => {
    const values = [...reporting].flatMap((input) => [ANALOG_MESSAGE | input, ...pair(Math.round(board.analog(input)))])
    if (values.length > 0) say(values)
  }
  /** A pin that is joined to nothing and not pulled up floats; here that reads as low. */
  const sayPort = (number: number) => {
    let levels = 0
    for (let bit = 0; bit < 8; bit++) {
      const pin = 8 * number + bit
      if (pulledUp.has(pin) && !grounded.has(pin)) levels |= 1 << bit
    }
    say([DIGITAL_MESSAGE | number, ...pair(levels)])
  }
  const sample = () => {
    clearInterval(timer)
    timer = send && reporting.size > 0 ? setInterval(report, samplingMs) : undefined
  }

  const answers: Record<number, (data: number[]) => void> = {
    [sysex.reportFirmware]: () => saySysex([sysex.reportFirmware, 2, 6, ...text(firmware)]),
    [sysex.capabilityQuery]: () => saySysex([sysex.capabilityResponse, ...capabilities(oneWire !== undefined)]),
    [sysex.analogMappingQuery]: () => saySysex([sysex.analogMappingResponse, ...analogMapping()]),
    [sysex.pinStateQuery]: ([pin = 0]) => saySysex([sysex.pinStateResponse, pin, mode.output, 0]),
    [sysex.samplingInterval](data) {
      samplingMs = Math.max(1, fromPairs(data)[0] ?? FIRST_SAMPLING_MS)
      sample()
    },
    [sysex.i2cRequest]: ([address = 0, flags = 0, ...rest]) => i2cRequest(address, (flags >> 3) & 3, fromPairs(rest)),
    [sysex.oneWire](data) {
      if (oneWire) for (const answer of answerOneWire(data)) saySysex(answer)
    },
  }

  const i2cRequest = (address: number, way: number, data: number[]) => {
    const chip = i2c.chip(address)
    if (way !== I2C_READ) return chip?.write(data)
    const [register, count] = data.length > 1 ? data : [undefined, data[0] ?? 0]
    if (register !== undefined) chip?.write([register])
    const broken = chip === undefined || board.shortReads > 0
    if (chip && broken) board.shortReads--
    if (broken) board.say('I2C: Too few bytes received')
    const bytes = broken ? [] : chip.read(count ?? 0)
    saySysex([sysex.i2cReply, ...pair(address), ...pair(register ?? 0), ...pairs(bytes)])
  }

  const port = (number: number, values: number) => {
    for (let bit = 0; bit < 8; bit++) {
      const pin = 8 * number + bit
      if (((ports >> pin) ^ (values >> bit)) & 1) board.switched(pin, ((values >> bit) & 1) === 1)
    }
    ports = (ports & ~(0xff << (8 * number))) | (values << (8 * number))
  }

  const forget = () => {
    for (const known of [reporting, pulledUp, reportedPorts]) known.clear()
  }
  const parse = () =>
    createParser({
      sysex: ([command = 0, ...data]) => answers[command]?.(data),
      short(command, first, second) {
        if (command === REPORT_VERSION) return say([REPORT_VERSION, 2, 6])
        if (command === SYSTEM_RESET) forget()
        else if (command === SET_PIN_MODE) {
          if (second === mode.pullUp) pulledUp.add(first)
          else pulledUp.delete(first)
        } else if ((command & 0xf0) === REPORT_DIGITAL) {
          const number = command & 0x0f
          reportedPorts.delete(number)
          if (!first) return
          reportedPorts.add(number)
          sayPort(number)
        } else if ((command & 0xf0) === DIGITAL_MESSAGE) return port(command & 0x0f, first | (second << 7))
        else if ((command & 0xf0) === REPORT_ANALOG) {
          if (first) reporting.add(command & 0x0f)
          else reporting.delete(command & 0x0f)
        }
        sample()
      },
    })

  const board: FirmataBoard = {
    analog: () => 0,
    silent: false,
    shortReads: 0,
    switched: () => undefined,
    say: (words) => saySysex([sysex.string, ...text(words)]),
    ground(pin, joined) {
      if (joined) grounded.add(pin)
      else grounded.delete(pin)
      if (reportedPorts.has(pin >> 3)) sayPort(pin >> 3)
    },
    plug(write) {
      send = write
      forget()
      samplingMs = FIRST_SAMPLING_MS
      // As a board that has been reset by the opening of its port says it.
      say([REPORT_VERSION, 2, 6])
      saySysex([sysex.reportFirmware, 2, 6, ...text(firmware)])
      const receive = parse()
      return {
        receive(bytes) {
          if (send === write) receive(bytes)
        },
        unplug() {
          if (send !== write) return
          send = undefined
          sample()
        },
      }
    },
  }
  return board
}

/** What each pin can do, in pairs of mode and resolution, each pin ended by 7F. */
function capabilities(oneWire: boolean): number[] {
  const out: number[] = []
  for (let pin = 0; pin < DIGITAL_PINS + ANALOG_PINS; pin++) {
    // The first two are the serial port itself.
    if (pin > 1) out.push(mode.input, 1, mode.pullUp, 1, mode.output, 1)
    if (PWM_PINS.includes(pin)) out.push(mode.pwm, 8)
    if (pin >= DIGITAL_PINS) out.push(mode.analog, 10)
    if (pin >= DIGITAL_PINS + 4) out.push(mode.i2c, 1)
    if (oneWire && pin > 1 && pin < DIGITAL_PINS) out.push(mode.oneWire, 1)
    out.push(0x7f)
  }
  return out
}

const analogMapping = (): number[] =>
  Array.from({ length: DIGITAL_PINS + ANALOG_PINS }, (_, pin) => (pin < DIGITAL_PINS ? NOT_ANALOG : pin - DIGITAL_PINS))
