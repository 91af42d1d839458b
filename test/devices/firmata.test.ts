/** The board without the board of devices/twin/firmata, met by firmata-io as any board is. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { assert, property, uint8Array } from 'fast-check'
import firmata, { type Firmata } from 'firmata-io'
import { type Test, test } from 'tap'
import {
  createBoard,
  createBus,
  createDs18b20,
  createMultiplexer,
  createNau7802,
  NAU7802_ADDRESS,
  serveBoard,
} from '../../devices/twin/firmata/index.ts'
import { createParser, packed, unpacked } from '../../devices/twin/firmata/protocol.ts'

const MUX_ADDRESS = 0x70

async function host(t: Test, port: number): Promise<Firmata> {
  const socket: Socket = connect(port, '127.0.0.1')
  t.teardown(() => void socket.destroy())
  const io = new firmata.Firmata(socket, { samplingInterval: 10 })
  await once(io, 'ready')
  return io
}

const read = (io: Firmata, address: number, register: number, count: number) =>
  new Promise<number[]>((resolve) => io.i2cReadOnce(address, register, count, resolve))

const signed24 = ([high = 0, middle = 0, low = 0]: number[]) => ((high << 24) | (middle << 16) | (low << 8)) >> 8

test('a host reads its sketch, its analog inputs and a scale chip behind a multiplexer', async (t) => {
  const chip = createNau7802()
  chip.input = () => -98_765
  const i2c = createBus(new Map([[MUX_ADDRESS, createMultiplexer(new Map([[3, new Map([[NAU7802_ADDRESS, chip]])]]))]]))
  const board = createBoard({ i2c })
  board.analog = (input) => 100 * input
  const lamp: boolean[] = []
  board.switched = (_pin, on) => void lamp.push(on)
  const served = await serveBoard(board)
  t.teardown(served.stop)

  const io = await host(t, served.port)
  t.equal(io.firmware.name, 'StandardFirmata.ino')
  t.same(io.analogPins, [14, 15, 16, 17, 18, 19])
  io.pinMode(2, io.MODES.ANALOG)
  t.equal(await new Promise((resolve) => io.analogRead(2, resolve)), 200)
  io.pinMode(13, io.MODES.OUTPUT)
  io.digitalWrite(13, 1)
  io.digitalWrite(13, 0)

  io.i2cConfig({ delay: 0 })
  const said: unknown[] = []
  io.on('string', (words) => said.push(words))
  t.same(await read(io, NAU7802_ADDRESS, 0x1f, 1), [], 'no port of the multiplexer is open')
  t.match(said, ['I2C: Too few bytes received'])
  io.i2cWrite(MUX_ADDRESS, [1 << 3])
  t.same(await read(io, NAU7802_ADDRESS, 0x1f, 1), [0x0f])
  io.i2cWriteReg(NAU7802_ADDRESS, 0, 0x16)
  let status: number[]
  do status = await read(io, NAU7802_ADDRESS, 0, 1)
  while (!((status[0] ?? 0) & 0x20))
  t.equal(signed24(await read(io, NAU7802_ADDRESS, 0x12, 3)), -98_765)
  board.shortReads = 1
  t.same(await read(io, NAU7802_ADDRESS, 0x12, 3), [])
  t.same(lamp, [true, false])
})

test('1-wire probes are found, convert when told to, and fall silent when they are gone', async (t) => {
  const probe = createDs18b20(0xabc, -18.5)
  const served = await serveBoard(createBoard({ oneWire: new Map([[2, [probe, createDs18b20(0xdef, 4.0625)]]]) }))
  t.teardown(served.stop)
  const io = await host(t, served.port)
  io.sendOneWireConfig(2, true)
  const roms = await new Promise<number[][]>((resolve) =>
    io.sendOneWireSearch(2, (_error, found) => resolve(found ?? [])),
  )
  t.equal(roms.length, 2)
  const rom = roms[0] ?? []
  t.equal(Buffer.from(rom).toString('hex'), probe.rom)
  const scratchpad = () =>
    new Promise<Buffer>((resolve) =>
      io.sendOneWireWriteAndRead(2, rom, 0xbe, 9, (_error, bytes) => resolve(Buffer.from(bytes ?? []))),
    )
  t.equal((await scratchpad()).readInt16LE() / 16, 85, 'what it says before it has measured')
  io.sendOneWireReset(2)
  io.sendOneWireWrite(2, rom, 0x44)
  t.equal((await scratchpad()).readInt16LE() / 16, -18.5)
  probe.gone = true
  t.same([...(await scratchpad())], Array(9).fill(0xff))
})

test('bytes of eight bits come through bytes of seven, and noise breaks nothing', (t) => {
  assert(
    property(uint8Array({ maxLength: 40 }), (bytes) =>
      t.same(unpacked(packed([...bytes])).slice(0, bytes.length), [...bytes]),
    ),
    {
      numRuns: 50,
    },
  )
  assert(
    property(uint8Array({ maxLength: 200 }), (noise) => {
      const board = createBoard({})
      const wire = board.plug(() => undefined)
      wire.receive(noise)
      wire.unplug()
      let version = 0
      const parse = createParser({ sysex: () => undefined, short: (command) => (version += Number(command === 0xf9)) })
      parse(noise)
      version = 0
      parse([0xf7, 0xf9])
      return version === 1
    }),
    { numRuns: 100 },
  )
  t.end()
})
