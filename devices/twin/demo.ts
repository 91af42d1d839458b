/** What a box is told of the virtual shop, as a technician and a manager would have entered it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { boards, type Goods, oneWire, readGoods, slotsOf, wireless } from './goods.ts'
import { drawProduct } from './pictures.ts'
import { createRandom } from './random.ts'
import { GRAMS_PER_COUNT, inputOf } from './wiring.ts'

interface Settings {
  config?: object
  devices?: { id: string; name?: string; config?: object }[]
}

export interface DemoPlaces {
  /** Port of the broker, and of each board. */
  broker: number
  boards: readonly number[]
  /** Folder of the twin. */
  folder: string
}

/** Settings of the plugins that listen to the virtual shop. */
export function demoSettings(places: DemoPlaces): Record<string, Settings> {
  const goods = readGoods()
  return {
    mqtt: {
      config: {
        port: places.broker,
        sensors: Object.entries(wireless).map(([probe, { address }]) => ({ radio: address, probe })),
      },
    },
    'shelf-scale': {
      devices: boards.map((board, index) => ({
        id: board.id,
        name: board.name,
        config: {
          port: `tcp://127.0.0.1:${places.boards[index] ?? 0}`,
          plates: slotsOf(goods, board).map((slot, plate) => ({
            slot,
            input: inputOf(plate).text,
            capacityGrams: 20_000,
            gramsPerCount: GRAMS_PER_COUNT,
          })),
        },
      })),
    },
    'fridge-probe': {
      config: { folder: `${places.folder}/w1`, everySeconds: 10 },
      devices: Object.entries(oneWire).map(([probe, sensor]) => ({ id: probe, config: { probe, rom: sensor } })),
    },
    camera: {
      devices: [
        {
          id: 'hall',
          name: 'Camera of the hall',
          config: {
            source: 'folder',
            folder: `${places.folder}/camera/hall`,
            blackSeconds: 15,
            frozenSeconds: 20,
            movedSeconds: 20,
          },
        },
      ],
    },
  }
}

export const boardCount = boards.length

/** Product, planogram, cabinets as the shop keeps them, and the pictures that the products name, by their hash. */
export function demoGoods(goods: Goods = readGoods()) {
  const pictures = new Map<string, string>()
  const products = goods.products.map(({ look, colour, ...product }) => {
    return { ...product, picture: keep(pictures, drawProduct({ ...product, look, colour })) }
  })
  return { products, planogram: goods.planogram, cabinets: goods.cabinets, pictures }
}

/** playlists.yaml of the virtual shop, and the posters that it names, by their hash. */
export function demoPlaylists(): { yaml: string; pictures: Map<string, string> } {
  const pictures = new Map<string, string>()
  const text = readFileSync(`${import.meta.dirname}/playlists.yaml`, 'utf8')
  const yaml = text.replaceAll(/(?<=media: )poster\/(\w+)/g, (_, name: string) =>
    keep(pictures, readFileSync(`${import.meta.dirname}/posters/${name}.svg`, 'utf8')),
  )
  return { yaml, pictures }
}

function keep(pictures: Map<string, string>, svg: string): string {
  const hash = createHash('sha256').update(svg).digest('hex')
  pictures.set(hash, svg)
  return hash
}

export interface DemoOrder {
  id: string
  placedAt: string
  dueAt: string
  lines: { product: string; count: number }[]
}

/** An order from the shop's own web page; the same number gives the same lines. */
export function demoOrder(number: number, now: number, goods: Goods = readGoods()): DemoOrder {
  const random = createRandom(number * 7 + 5)
  const weighed = goods.planogram.slots.filter(({ slot }) =>
    boards.some(({ fixture }) => slot.startsWith(`${fixture}/`)),
  )
  const chosen = new Set(
    Array.from({ length: 2 + Math.floor(random.next() * 3) }, () => random.pick(weighed).products[0]),
  )
  return {
    id: `w-${number}`,
    placedAt: new Date(now).toISOString(),
    dueAt: new Date(now + 45 * 60_000).toISOString(),
    lines: [...chosen].map((product) => ({ product: product ?? '', count: 1 + Math.floor(random.next() * 2) })),
  }
}

/** The next two deliveries: what the dairy and the mill bring. */
export function demoDeliveries(now: number, goods: Goods = readGoods()) {
  const hours = (count: number) => new Date(Math.ceil(now / 3_600_000) * 3_600_000 + count * 3_600_000).toISOString()
  const of = (category: string, count: number) =>
    goods.products.filter((product) => product.category === category).map(({ id }) => ({ product: id, count }))
  return [
    { id: 'd-501', supplier: 'Penwhistle Dairy', dueAt: hours(3), lines: of('Dairy', 24) },
    { id: 'd-502', supplier: 'Tollgate Mill', dueAt: hours(15), lines: of('Bakery', 30) },
    { id: 'd-503', supplier: 'Brackendell', dueAt: hours(20), lines: [...of('Poultry', 12), ...of('Spreads', 12)] },
  ]
}
