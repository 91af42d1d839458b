/**
 * The shop of the benchmark: a supermarket of 60 × 40 m with as much in it as one box is meant to carry, and the
 * flows that a technician would draw for it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { inputOf } from '../../../devices/twin/wiring.ts'

export const TAGS = 1000
export const PLATES = 350
export const HERTZ = 60
/** Of the plates, so many hang on a real board with Firmata; the others are weighed by a plugin of the benchmark. */
export const BOARD_PLATES = 8
export const PLATES_PER_BOARD = 8
/** Probes: so many on a 1-wire bus, the others are Bluetooth thermometers that the gateways hear. */
export const WIRED_PROBES = 60
export const RADIO_PROBES = 40
export const CABINETS = 20
export const SCREENS = 30
export const STAFF = 5
/** Tags that come in one after the other while it is measured; the shop knows them as its own, so that they can be told. */
export const NEWCOMERS = 200

export const FLOOR = { width: 60, depth: 40 }
/** The gateways: in two rows of four, at the ceiling. */
export const receivers = Array.from({ length: 8 }, (_, i) => ({
  id: `gateway-${i}`,
  name: `Gateway ${i}`,
  x: 7.5 + 15 * (i % 4),
  y: i < 4 ? 10 : 30,
  heightMetres: 3,
}))

export const BEACON_UUID = '3f1d6c1e-8a44-4c0a-9a59-6d2b7c80be11'
export const CREDENTIALS = { username: 'gateway', password: 'only-in-the-benchmark' }
export const STANDING_GRAMS = 5000
export const PIECE_GRAMS = 500
export const GRAMS_PER_COUNT = 0.005

export const slotOf = (plate: number): string => `F${Math.floor(plate / 8)}/1/${plate}`
export const newcomerOf = (number: number): string => `asset/newcomer-${number}`
export const wiredProbe = (number: number): { probe: string; rom: string } => ({
  probe: `probe-${number}`,
  rom: `28-${(0x0316a2000000 + number).toString(16).padStart(12, '0')}`,
})
export const radioProbe = (number: number): { probe: string; address: string } => ({
  probe: `probe-${WIRED_PROBES + number}`,
  address: `a4:c1:38:00:00:${number.toString(16).padStart(2, '0')}`,
})
/** Major 1: the thousand tags, 2: the newcomers. */
export const beaconId = (major: number, minor: number): string => `ibeacon:${BEACON_UUID}:${major}:${minor}`

const range = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
export const screens = range(SCREENS, (i) => `screen-${i}`)
/** At a shelf without a scale, whose orders nobody picks: it shows tiles of pick-to-light and nothing that covers them. */
export const PICK_SCREEN = 'pick'
export const PICK_PRODUCT = 'picked'
export const associates = range(STAFF, (i) => `associate-${i}`)

/** shop.yaml: a zone round each gateway, all screens among them, associates who are always on shift. */
export const plan = (): string =>
  stringify({
    name: 'Benchmark Market',
    timezone: 'Etc/UTC',
    floor: FLOOR,
    zones: receivers.map(({ id, x, y }, i) => ({
      id: `zone-${i}`,
      name: `By ${id}`,
      polygon: [
        [x - 7.5, y - 10],
        [x + 7.5, y - 10],
        [x + 7.5, y + 10],
        [x - 7.5, y + 10],
      ],
      ...(i === 0 ? { entrance: true } : {}),
    })),
    receivers,
    screens: [...screens, PICK_SCREEN].map((id, i) => ({
      id,
      name: `Screen ${i}`,
      ...(id === PICK_SCREEN ? {} : { zone: `zone-${i % receivers.length}` }),
      fallback: { layout: 'message', title: 'Good to see you' },
    })),
    staff: associates.map((id, i) => ({
      id,
      name: `Associate ${i}`,
      shifts: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '00:00' }],
    })),
    assets: range(NEWCOMERS, (i) => ({ id: `newcomer-${i}`, name: `Newcomer ${i}` })),
    tags: range(NEWCOMERS, (i) => ({ id: beaconId(2, i), bearer: newcomerOf(i) })),
  })

const fixtures = Math.ceil(PLATES / 8)
export const goods = {
  products: [
    ...range(fixtures, (i) => ({
      id: `product-${i}`,
      name: `Product ${i}`,
      weightGrams: PIECE_GRAMS,
      toleranceGrams: 8,
      price: { amount: 2.49, currency: 'EUR' },
    })),
    { id: PICK_PRODUCT, name: 'Picked by hand' },
  ],
  planogram: {
    fixtures: [
      ...range(fixtures, (i) => ({ id: `F${i}`, screen: `screen-${i % SCREENS}` })),
      { id: 'PICK', screen: PICK_SCREEN },
    ],
    slots: [
      ...range(PLATES, (plate) => ({
        slot: slotOf(plate),
        products: [`product-${Math.floor(plate / 8)}`],
        capacity: 12,
      })),
      { slot: 'PICK/1/1', products: [PICK_PRODUCT], capacity: 12 },
    ],
  },
  /** Four probes in the air of each and one in a bottle. */
  cabinets: range(CABINETS, (i) => ({
    id: `cabinet-${i}`,
    name: `Cabinet ${i}`,
    profile: 'chilled',
    air: range(4, (air) => `probe-${5 * i + air}`),
    product: `probe-${5 * i + 4}`,
  })),
}

export interface Ports {
  broker: number
  board: number
  /** The folder that stands for /sys/bus/w1/devices. */
  wire: string
}

/** endcap.yaml: the plugins that ship, and the one that stands for 43 more boards. */
export const config = ({ broker, board, wire }: Ports): string =>
  stringify({
    plugins: {
      ble: { enabled: false },
      camera: { enabled: false },
      mqtt: {
        config: {
          port: broker,
          ...CREDENTIALS,
          sensors: range(RADIO_PROBES, (i) => ({ radio: radioProbe(i).address, probe: radioProbe(i).probe })),
        },
      },
      'fridge-probe': {
        config: { folder: wire, everySeconds: 5 },
        devices: range(WIRED_PROBES, (i) => ({ id: wiredProbe(i).probe, config: wiredProbe(i) })),
      },
      'shelf-scale': {
        config: { discover: false },
        devices: [
          {
            id: 'board',
            config: {
              port: `tcp://127.0.0.1:${board}`,
              ratePerSecond: HERTZ,
              plates: range(BOARD_PLATES, (i) => ({
                slot: slotOf(PLATES - BOARD_PLATES + i),
                input: inputOf(i).text,
                capacityGrams: 20_000,
                gramsPerCount: GRAMS_PER_COUNT,
              })),
            },
          },
        ],
      },
      scales: { trusted: true, devices: [{ id: 'bench' }] },
    },
  })

/** The recipe pick-to-light as it ships. A sign by the shelf says what was taken there, and one in the zone greets who comes in: each a flow of three nodes. */
export const flows = (): object[] => {
  const shelf = `const fixture = Number(/^F(\\d+)/.exec(msg.payload.slot)[1]);
msg.to = 'screen/screen-' + (fixture % ${SCREENS});
msg.payload = { content: { layout: 'message', title: 'taken ' + msg.payload.slot }, key: 'shelf', ttlSeconds: 60 };
return msg;`
  const door = `const { who, zone } = msg.payload;
if (!who.startsWith('asset/')) return null;
msg.to = 'screen/screen-' + zone.slice('zone-'.length);
msg.payload = { content: { layout: 'message', title: 'hello ' + who }, key: 'door', ttlSeconds: 60 };
return msg;`
  const recipe = join(import.meta.dirname, '../../../flows/recipes/pick-to-light/flow.json')
  const picking = JSON.parse(readFileSync(recipe, 'utf8')) as object[]
  return [...picking, ...flow('shelf', 'shelf.taken', shelf, 100), ...flow('door', 'presence.entered', door, 300)]
}

function flow(id: string, event: string, func: string, y: number): object[] {
  const z = `${id}-tab`
  const show = { command: 'sign.show', from: 'message', params: '', to: '' }
  return [
    { id: z, type: 'tab', label: id },
    {
      id: `${id}-in`,
      type: 'endcap-event-in',
      z,
      event,
      subject: '',
      field: '',
      value: '',
      x: 100,
      y,
      wires: [[`${id}-fn`]],
    },
    { id: `${id}-fn`, type: 'function', z, func, outputs: 1, libs: [], x: 300, y, wires: [[`${id}-out`]] },
    { id: `${id}-out`, type: 'endcap-device-command', z, ...show, x: 500, y, wires: [[]] },
  ]
}
