/** What the virtual shop sells, where it stands, and which cabinets keep it cold: goods.yaml, and what follows from it. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Good {
  id: string
  gtin: string
  name: string
  brand?: string
  category: string
  /** grams a piece, and two standard deviations of it */
  weightGrams: number
  toleranceGrams: number
  /** How the picture is drawn. */
  look: string
  colour: string
}

export interface GoodsSlot {
  slot: string
  products: string[]
  facings: number
  /** pieces */
  capacity: number
}

export interface GoodsCabinet {
  id: string
  name: string
  profile: 'chilled' | 'poultry' | 'frozen'
  air: string[]
  product?: string
  door?: string
}

export interface Goods {
  products: Good[]
  planogram: { fixtures: { id: string; name: string; zone?: string; screen?: string }[]; slots: GoodsSlot[] }
  cabinets: GoodsCabinet[]
}

export const readGoods = (): Goods => parse(readFileSync(`${import.meta.dirname}/goods.yaml`, 'utf8')) as Goods

/** Boards with plates under them: the fixture they weigh. The fridge and the freezer have none. */
export const boards = [
  { id: 'pantry-scale', name: 'Scale of the pantry shelf', fixture: 'A' },
  { id: 'dairy-scale', name: 'Scale of the dairy wall', fixture: 'D' },
  { id: 'bakery-scale', name: 'Scale of the bakery wall', fixture: 'B' },
] as const
export type Board = (typeof boards)[number]

export const fixtureOf = (slot: string): string => slot.split('/')[0] ?? ''

/** Slots of a board, in the order of its plates. */
export const slotsOf = (goods: Goods, board: Board): string[] =>
  goods.planogram.slots.map(({ slot }) => slot).filter((slot) => fixtureOf(slot) === board.fixture)

/** The slots within reach of somebody who stands at a spot of the floor. */
export function reachOf(goods: Goods): ReadonlyMap<string, readonly string[]> {
  const spots: [spot: string, within: RegExp][] = [
    ['tea-aisle', /^A\//],
    ['milk-west', /^D\/\d\/[1-3]$/],
    ['milk-east', /^D\/\d\/[4-6]$/],
    ['bread-west', /^B\/\d\/[12]$/],
    ['bread-east', /^B\/\d\/[34]$/],
    ['chiller', /^[PF]\//],
  ]
  return new Map(
    spots.map(([spot, within]) => [
      spot,
      goods.planogram.slots.map(({ slot }) => slot).filter((slot) => within.test(slot)),
    ]),
  )
}

/** Which cabinet the goods of a fixture stand in. */
export const cabinetOfFixture: Readonly<Record<string, string>> = { D: 'dairy-wall', P: 'poultry', F: 'freezer' }

/** 1-wire sensors by probe: the probes of cabinets that hang on the bus of the box. Family 28 is the DS18B20. */
export const oneWire: Readonly<Record<string, string>> = {
  'dairy-left': '28-0316a279e1ff',
  'dairy-right': '28-0316a27a04ff',
  'dairy-bottle': '28-0416b1c8d7ff',
  'freezer-air': '28-0417c20a55ff',
}

/** Sensors that advertise over Bluetooth (BTHome), by probe. */
export const wireless: Readonly<Record<string, { address: string; kind: 'thermometer' | 'contact' }>> = {
  'poultry-air': { address: 'b0:c7:de:10:00:01', kind: 'thermometer' },
  'poultry-door': { address: 'b0:c7:de:10:00:02', kind: 'contact' },
  'freezer-door': { address: 'b0:c7:de:10:00:03', kind: 'contact' },
}
