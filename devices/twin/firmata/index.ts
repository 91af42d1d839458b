/** A Firmata board without the board, for the virtual shop and for tests. */
export { type BoardOptions, createBoard, type FirmataBoard } from './board.ts'
export { createBus, createMultiplexer, type I2cBus, type I2cChip, type Multiplexer } from './i2c-bus.ts'
export { createNau7802, NAU7802_ADDRESS, type Nau7802 } from './nau7802.ts'
export { createDs18b20, type Ds18b20 } from './one-wire.ts'
export { type ServedBoard, serveBoard } from './serve.ts'
