/** The parts of firmata-io 2.3 and johnny-five 2.1 that we use; the packages bring no types. */
declare module 'firmata-io' {
  import type { EventEmitter } from 'node:events'

  /** A wire: a serial port, or anything else that emits `open`, `data`, `close` and `error`, and takes bytes. */
  export interface Transport extends EventEmitter {
    write(bytes: Buffer, done: () => void): unknown
  }
  type OneWireRead = (error: Error | null, bytes?: number[]) => void

  /**
   * Emits `reportversion`, `queryfirmware`, `ready`, `string` (what the board says), `close`, `disconnect`, `error`.
   */
  class Firmata extends EventEmitter {
    constructor(transport: Transport, options?: { reportVersionTimeout?: number; samplingInterval?: number })
    readonly isReady: boolean
    readonly firmware: { name?: string; version?: { major: number; minor: number } }
    readonly version: { major?: number; minor?: number }
    readonly pins: { supportedModes: number[]; analogChannel?: number }[]
    /** Pin numbers of the analog inputs, in order. */
    readonly analogPins: number[]
    readonly MODES: Record<'INPUT' | 'PULLUP' | 'OUTPUT' | 'ANALOG' | 'PWM' | 'I2C' | 'ONEWIRE', number>
    readonly RESOLUTION: { ADC: number | null }
    readonly reportVersionTimeoutId: NodeJS.Timeout
    pinMode(pin: number, mode: number): void
    digitalWrite(pin: number, value: 0 | 1): void
    digitalRead(pin: number, heard: (value: 0 | 1) => void): void
    analogRead(pin: number, heard: (value: number) => void): void
    reportAnalogPin(pin: number, on: 0 | 1): void
    reportDigitalPin(pin: number, on: 0 | 1): void
    setSamplingInterval(milliseconds: number): void
    reportVersion(answered: () => void): void
    queryFirmware(answered: () => void): void
    i2cConfig(options?: { delay?: number }): void
    i2cWrite(address: number, bytes: number[]): void
    i2cWriteReg(address: number, register: number, value: number): void
    i2cReadOnce(address: number, register: number, count: number, heard: (bytes: number[]) => void): void
    sendOneWireConfig(pin: number, parasiticPower: boolean): void
    sendOneWireSearch(pin: number, found: (error: Error | null, roms?: number[][]) => void): void
    sendOneWireReset(pin: number): void
    sendOneWireWrite(pin: number, rom: number[], bytes: number | number[]): void
    sendOneWireRead(pin: number, rom: number[], count: number, read: OneWireRead): void
    sendOneWireWriteAndRead(
      pin: number,
      rom: number[],
      bytes: number | number[],
      count: number,
      read: OneWireRead,
    ): void
    sendOneWireDelay(pin: number, milliseconds: number): void
    reset(): void
  }
  export type { Firmata }
  const firmata: { Firmata: typeof Firmata }
  export default firmata
}

declare module 'johnny-five' {
  import type { EventEmitter } from 'node:events'
  import type { Firmata } from 'firmata-io'

  /** Emits `ready` once the io is; `error`. */
  class Board extends EventEmitter {
    constructor(options: { io: Firmata; repl: false; debug: false; sigint: false; id?: string })
    /** Every board ever made is kept here, and looked up by those that do not name theirs. */
    static cache: Board[]
  }
  /** Emits `data` each `freq` milliseconds with the median of what came since. */
  class Sensor extends EventEmitter {
    constructor(options: { board: Board; pin: string; freq: number })
    disable(): this
  }
  export type { Board, Sensor }
  const five: { Board: typeof Board; Sensor: typeof Sensor }
  export default five
}
