/** The chip of an Uno with what is on the board: 16 MHz, three ports, converter, serial port, and chips on I²C. */
import {
  adcConfig,
  AVRADC,
  avrInstruction,
  AVRIOPort,
  AVRTimer,
  AVRTWI,
  AVRUSART,
  CPU,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  twiConfig,
  usart0Config,
} from 'avr8js'
import type { I2cBus } from '../../../devices/twin/firmata/index.ts'

const CLOCK_HZ = 16e6
const PROGRAM_WORDS = 0x4000
const UCSR0B = 0xc1
const RECEIVER_ON = 0x10
/** Pin 13 is bit 5 of port B. */
const LIGHT_BIT = 5

export interface Microcontroller {
  /** Runs for so many seconds of its own time. */
  run(seconds: number): void
  /** Bytes to its serial port; they wait until the program takes them. */
  receive(bytes: Iterable<number>): void
  volts: number[]
}

export function createMicrocontroller(
  load: (words: number) => Uint16Array,
  bus: I2cBus,
  said: { byte(value: number): void; light(on: boolean): void },
): Microcontroller {
  const cpu = new CPU(load(PROGRAM_WORDS))
  for (const config of [timer0Config, timer1Config, timer2Config]) Object(new AVRTimer(cpu, config))
  const portB = new AVRIOPort(cpu, portBConfig)
  for (const config of [portCConfig, portDConfig]) Object(new AVRIOPort(cpu, config))
  let lit = false
  portB.addListener((value) => {
    const on = ((value >> LIGHT_BIT) & 1) === 1
    if (on !== lit) said.light(on)
    lit = on
  })
  const converter = new AVRADC(cpu, adcConfig)
  converter.channelValues.fill(0)
  const usart = new AVRUSART(cpu, usart0Config, CLOCK_HZ)
  usart.onByteTransmit = said.byte
  keepReceived(cpu)
  const waiting: number[] = []
  joinI2c(new AVRTWI(cpu, twiConfig, CLOCK_HZ), bus)

  return {
    volts: converter.channelValues,
    receive(bytes) {
      for (const byte of bytes) waiting.push(byte)
    },
    run(seconds) {
      const end = cpu.cycles + seconds * CLOCK_HZ
      while (cpu.cycles < end) {
        avrInstruction(cpu)
        cpu.tick()
        // Not before the program has read the last one: bit 7 of UCSR0A.
        const free = usart.rxEnable && !usart.rxBusy && !((cpu.data[0xc0] ?? 0) & 0x80)
        const [next] = waiting
        if (free && next !== undefined && usart.writeByte(next) !== false) waiting.shift()
      }
    },
  }
}

/**
 * avr8js 0.21 forgets a byte that has come where the program switches its transmitter in that moment: with a write to
 * the register it clears the flag RXC, which the chip does not (ATmega328P data sheet, 20.11.3). It does so only where
 * the receiver was on before, so it is told that it was not.
 */
function keepReceived(cpu: CPU) {
  const hook = cpu.writeHooks[UCSR0B]
  if (!hook) throw new Error('avr8js has no serial port at UCSR0B')
  cpu.writeHooks[UCSR0B] = (value, old, address, mask) => hook(value, old & ~RECEIVER_ON, address, mask)
}

/** The wires of its I²C: a whole message goes to the chip when it ends, bytes are read one by one. */
function joinI2c(twi: AVRTWI, bus: I2cBus) {
  let address = 0
  let written: number[] = []
  const flush = () => {
    if (written.length > 0) bus.chip(address)?.write(written)
    written = []
  }
  twi.eventHandler = {
    start() {
      flush()
      twi.completeStart()
    },
    stop() {
      flush()
      twi.completeStop()
    },
    connectToSlave(slave) {
      address = slave
      twi.completeConnect(bus.chip(slave) !== undefined)
    },
    writeByte(value) {
      written.push(value)
      twi.completeWrite(true)
    },
    readByte: () => twi.completeRead(bus.chip(address)?.read(1)[0] ?? 0xff),
  }
}
