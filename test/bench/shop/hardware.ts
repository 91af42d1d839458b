/**
 * The hardware of the benchmark's shop, in a process of its own: gateways that publish over MQTT what they hear of tags
 * and thermometers, a board with Firmata under eight load cells, and a 1-wire tree. It speaks as the virtual shop's
 * hardware does, with its code. Started by `fork`; says `{ board }` when it listens, starts with `{ broker }`, and tells
 * at `{ report }` what it did when.
 */
import mqtt, { type MqttClient } from 'mqtt'
import {
  createBoard,
  createBus,
  createMultiplexer,
  createNau7802,
  NAU7802_ADDRESS,
  serveBoard,
} from '../../../devices/twin/firmata/index.ts'
import { gatewayOf } from '../../../devices/twin/gateways.ts'
import { createOneWireTree } from '../../../devices/twin/one-wire.ts'
import { createRadio } from '../../../devices/twin/radio.ts'
import { createRandom } from '../../../devices/twin/random.ts'
import { inputOf, MUX_ADDRESS } from '../../../devices/twin/wiring.ts'
import { thermometer } from '../../../devices/twin/wireless.ts'
import { clock } from '../load/measure.ts'
import {
  BEACON_UUID,
  BOARD_PLATES,
  CREDENTIALS,
  FLOOR,
  GRAMS_PER_COUNT,
  NEWCOMERS,
  PIECE_GRAMS,
  PLATES,
  newcomerOf,
  RADIO_PROBES,
  radioProbe,
  receivers,
  slotOf,
  STANDING_GRAMS,
  TAGS,
  WIRED_PROBES,
  wiredProbe,
} from './premises.ts'

/** Gateways drop what is further away, as ESPresense does by its `max_distance`. */
const HEARD_METRES = 18
/** A gateway says so often what it hears of a tag that advertises twice a second; ESPresense leaves five seconds. */
const REPORT_SECONDS = 1
/** Everybody else stands: trolleys, badges on hooks, people who look. */
const WALKING_SHARE = 0.2
const WALK_METRES_PER_SECOND = 1
const NEWCOMERS_PER_SECOND = 3
const THERMOMETER_SECONDS = 2.5
const WIRE_SECONDS = 5
/** A piece leaves a plate of the board so often. */
const PIECE_SECONDS = 2
const NOISE_GRAMS = 0.74
const TICK_MS = 5
const MEASURED_POWER = -59

/** What it did when: `at` in milliseconds of clock(). */
export interface Deeds {
  /** First heard, by token. */
  entered: [who: string, at: number][]
  /** Slots from which a piece was taken. */
  taken: [slot: string, at: number][]
  /** What a Bluetooth thermometer said first of a new temperature. */
  measured: [probe: string, celsius: number, at: number][]
  /** Reports of tags published so far. */
  reports: number
}

const random = createRandom(7)
const radio = createRadio(7, createRandom(8))
const deeds: Deeds = { entered: [], taken: [], measured: [], reports: 0 }
const timers: NodeJS.Timeout[] = []

const hexByte = (value: number) => value.toString(16).padStart(2, '0')
/** Tags are anywhere; newcomers come in at doors, and a gateway hangs over each. */
const bearers = Array.from({ length: TAGS + NEWCOMERS }, (_, i) => {
  const major = i < TAGS ? 1 : 2
  const minor = i < TAGS ? i : i - TAGS
  const door = i < TAGS ? undefined : receivers[minor % receivers.length]
  return {
    tag: {
      uuid: BEACON_UUID,
      major,
      minor,
      address: `c${major}:00:00:00:${hexByte(minor >> 8)}:${hexByte(minor & 255)}`,
    },
    x: door ? door.x + random.between(-3, 3) : random.between(0.5, FLOOR.width - 0.5),
    y: door ? door.y + random.between(-3, 3) : random.between(0.5, FLOOR.depth - 0.5),
    heading: random.between(-Math.PI, Math.PI),
    walks: i < TAGS && i % Math.round(1 / WALKING_SHARE) === 0,
  }
})
type Bearer = (typeof bearers)[number]

function walk(bearer: Bearer): void {
  const metres = WALK_METRES_PER_SECOND * REPORT_SECONDS
  const x = bearer.x + metres * Math.cos(bearer.heading)
  const y = bearer.y + metres * Math.sin(bearer.heading)
  if (x < 0.5 || y < 0.5 || x > FLOOR.width - 0.5 || y > FLOOR.depth - 0.5) {
    bearer.heading = random.between(-Math.PI, Math.PI)
    return
  }
  bearer.x = x
  bearer.y = y
}

/** The gateways in the order in which they are near a place, as far as they hear it. */
const near = (x: number, y: number): number[] =>
  receivers
    .map((receiver, index) => ({ index, metres: Math.hypot(receiver.x - x, receiver.y - y) }))
    .filter(({ metres }) => metres <= HEARD_METRES)
    .toSorted((a, b) => a.metres - b.metres)
    .map(({ index }) => index)

function report(clients: readonly MqttClient[], bearer: Bearer): void {
  if (bearer.walks) walk(bearer)
  const place = { x: bearer.x, y: bearer.y, height: 1.1 }
  for (const index of near(bearer.x, bearer.y)) {
    const receiver = receivers[index]
    if (!receiver) continue
    const at = { x: receiver.x, y: receiver.y, height: receiver.heightMetres }
    const rssi = radio.hear(index, at, place, bearer.heading, MEASURED_POWER)
    if (rssi === undefined) continue
    const { topic, payload } = gatewayOf(index).beacon(receiver.id, bearer.tag, rssi, MEASURED_POWER)
    clients[index]?.publish(topic, payload)
    deeds.reports++
  }
}

/** Tags take turns over the second, as their clocks are not set to one another. */
function startTags(clients: readonly MqttClient[]): void {
  const start = clock()
  let turns = 0
  let newcomers = 0
  const joined: { bearer: Bearer; at: number }[] = []
  timers.push(
    setInterval(() => {
      const seconds = (clock() - start) / 1000
      for (; turns < (seconds / REPORT_SECONDS) * TAGS; turns++) {
        const bearer = bearers[turns % TAGS]
        if (bearer) report(clients, bearer)
      }
      while (newcomers < Math.min(NEWCOMERS, seconds * NEWCOMERS_PER_SECOND)) {
        const bearer = bearers[TAGS + newcomers]
        if (!bearer) return
        deeds.entered.push([newcomerOf(newcomers++), clock()])
        report(clients, bearer)
        joined.push({ bearer, at: seconds + REPORT_SECONDS })
      }
      for (const one of joined)
        if (one.at <= seconds) {
          report(clients, one.bearer)
          one.at += REPORT_SECONDS
        }
    }, TICK_MS),
  )
}

/** Each says another temperature each time, so that each is news; two gateways hear it. */
function startThermometers(clients: readonly MqttClient[]): void {
  let turns = 0
  const start = clock()
  timers.push(
    setInterval(() => {
      for (; turns < ((clock() - start) / 1000 / THERMOMETER_SECONDS) * RADIO_PROBES; turns++) {
        const { probe, address } = radioProbe(turns % RADIO_PROBES)
        const packet = Math.floor(turns / RADIO_PROBES)
        const celsius = Math.round(10 * (2.5 + (packet % 10) / 10)) / 10
        deeds.measured.push([probe, celsius, clock()])
        // ESPresense passes no sensors on.
        const heard = receivers.flatMap(({ id }, index) => {
          const sensor = gatewayOf(index).sensor?.(id, thermometer(address, packet, celsius, 60), -70)
          return sensor ? [{ index, ...sensor }] : []
        })
        for (const { index, topic, payload } of heard.slice(turns % 3, (turns % 3) + 2))
          clients[index]?.publish(topic, payload)
      }
    }, TICK_MS),
  )
}

function startWire(folder: string): void {
  const tree = createOneWireTree(folder)
  let round = 0
  const write = () => {
    round++
    for (let i = 0; i < WIRED_PROBES; i++) tree.set(wiredProbe(i).rom, 2.5 + ((round + i) % 10) / 16)
  }
  write()
  timers.push(setInterval(write, WIRE_SECONDS * 1000))
}

/** Eight load cells behind a multiplexer, and a hand that takes a piece now and then once `start` was called. */
async function serveScale() {
  const weights = new Float64Array(BOARD_PLATES).fill(STANDING_GRAMS)
  const chips = new Map(
    weights.entries().map(([plate]) => {
      const chip = createNau7802()
      chip.input = () => ((weights[plate] ?? 0) + NOISE_GRAMS * random.normal()) / GRAMS_PER_COUNT
      return [inputOf(plate).port, new Map([[NAU7802_ADDRESS, chip]])] as const
    }),
  )
  const board = createBoard({ i2c: createBus(new Map([[MUX_ADDRESS, createMultiplexer(chips)]])) })
  const served = await serveBoard(board)
  let pieces = 0
  return {
    port: served.port,
    stop: served.stop,
    start() {
      timers.push(
        setInterval(() => {
          const plate = pieces++ % BOARD_PLATES
          weights[plate] = (weights[plate] ?? 0) - PIECE_GRAMS
          deeds.taken.push([slotOf(PLATES - BOARD_PLATES + plate), clock()])
        }, PIECE_SECONDS * 1000),
      )
    },
  }
}

const scale = await serveScale()
startWire(process.argv[2] ?? '')
let clients: MqttClient[] = []

/** Every gateway is a client of the broker; then the shop is open. */
async function start(broker: number): Promise<void> {
  const connect = async ({ id }: { id: string }, index: number) => {
    const options = { ...CREDENTIALS, clientId: id, queueQoSZero: false }
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker}`, options)
    client.on('error', (error) => process.stderr.write(`${id}: ${error.message}\n`))
    client.publish(gatewayOf(index).state(id), 'online')
    return client
  }
  clients = await Promise.all(receivers.map(connect))
  startTags(clients)
  startThermometers(clients)
  scale.start()
  process.send?.({ started: true })
}

process.on('message', ({ broker, report: asked }: { broker?: number; report?: true }) => {
  if (asked) process.send?.(deeds)
  // What fails ends the process, which is told to whoever waits.
  if (broker !== undefined) void start(broker)
})
process.once('disconnect', () => {
  for (const timer of timers) clearInterval(timer)
  for (const client of clients) client.end(true)
  void scale.stop()
})
process.send?.({ board: scale.port })
