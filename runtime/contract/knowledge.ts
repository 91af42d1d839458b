/**
 * What the shop knows of its goods: products, planogram, cabinets, orders, deliveries. Kept in the ledger, edited on the
 * console, imported and exported as CSV and JSON. Inference plugins ask for their part with the request `shop.knowledge`.
 */
import Type, { type Static } from 'typebox'
import { Celsius, Count, Id, Media, Slot, strict, Text } from './fields.ts'

const Name = Type.String({ minLength: 1, maxLength: 120 })

export const Gtin = Type.String({
  pattern: '^([0-9]{8}|[0-9]{12}|[0-9]{13}|[0-9]{14})$',
  description: 'GTIN of 8, 12, 13 or 14 digits, the last of which checks the others (GS1 General Specifications, 7.9)',
})

export const Price = Type.Object(
  {
    amount: Type.Number({ minimum: 0, maximum: 1_000_000, description: 'in units of the currency: 2.49' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
    /** What it is the price of, where it is not a piece: «100 g». */
    per: Type.Optional(Text(20)),
    /** What it was before an offer, in the same currency. */
    before: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  },
  strict,
)

export const Product = Type.Object(
  {
    id: Id,
    gtin: Type.Optional(Gtin),
    name: Name,
    brand: Type.Optional(Text(60)),
    category: Type.Optional(Text(60)),
    price: Type.Optional(Price),
    picture: Type.Optional(Media),
    /** Weight of a piece as it stands on the shelf, and how much pieces differ from it (two standard deviations). */
    weightGrams: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'grams a piece' })),
    toleranceGrams: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000, description: 'grams, plus or minus' })),
    description: Type.Optional(Text(500)),
    /** Whatever an associate is asked for: allergens, origin, ingredients. */
    details: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Text(300), { maxProperties: 24 })),
  },
  strict,
)

export const FixtureId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$', description: 'for example A' })

/** A shelf unit, counter or rack on which slots are. */
export const Fixture = Type.Object(
  {
    id: FixtureId,
    name: Type.Optional(Text(60)),
    zone: Type.Optional(Id),
    /** The screen at this fixture: prices and pick tiles of its slots show there. */
    screen: Type.Optional(Id),
  },
  strict,
)

export const PlanogramSlot = Type.Object(
  {
    slot: Slot,
    /** What stands there; the first is the one that the slot is for. */
    products: Type.Array(Id, { minItems: 1, maxItems: 8, uniqueItems: true }),
    facings: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    /** How many pieces fit. */
    capacity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** At so many pieces or fewer the slot is low; a quarter of the capacity where it is not given, else 1. */
    lowCount: Type.Optional(Count),
  },
  strict,
)

/** Which product belongs where. The fixture of a slot is the first part of its path. */
export const Planogram = Type.Object(
  {
    fixtures: Type.Array(Fixture, { maxItems: 500 }),
    slots: Type.Array(PlanogramSlot, { maxItems: 20_000 }),
  },
  strict,
)

export const Cabinet = Type.Object(
  {
    id: Id,
    name: Name,
    zone: Type.Optional(Id),
    /** chilled: 5 °C (41 °F, FDA Food Code 3-501.16); poultry: 4 °C; frozen: −18 °C; custom: limitCelsius says. */
    profile: Type.Union([
      Type.Literal('chilled'),
      Type.Literal('poultry'),
      Type.Literal('frozen'),
      Type.Literal('custom'),
    ]),
    limitCelsius: Type.Optional(Celsius),
    /** Colder than this is wrong too (lettuce freezes). */
    lowestCelsius: Type.Optional(Celsius),
    /** Minutes that the air may be over the limit before anybody is called. */
    delayMinutes: Type.Optional(Type.Number({ minimum: 0, maximum: 240 })),
    /** How far below the limit the air must come before it counts as recovered. */
    deadbandCelsius: Type.Optional(Type.Number({ minimum: 0, maximum: 10 })),
    /** Probes in its air; the warmest counts. */
    air: Type.Array(Id, { minItems: 1, maxItems: 8, uniqueItems: true }),
    /** A probe in a product or a buffer bottle; where there is none, the product is simulated from the air. */
    product: Type.Optional(Id),
    /** A contact on its door (probe.door). */
    door: Type.Optional(Id),
    /** Time constant of the product simulation: minutes in which the product goes 63 % of the way to the air. */
    productMinutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1440 })),
    /** A door open for longer is told of. */
    doorOpenMinutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 240 })),
    /** A defrost longer than this is none. */
    defrostMinutes: Type.Optional(Type.Number({ minimum: 0, maximum: 120 })),
    /** Who is called first and, when nobody answers, next: roles of associates; everybody on shift where it is empty. */
    roles: Type.Optional(Type.Array(Text(40), { maxItems: 4 })),
  },
  strict,
)

const Line = Type.Object({ product: Id, count: Type.Integer({ minimum: 1, maximum: 10_000 }) }, strict)
const Moment = Type.String({ format: 'date-time', description: 'RFC 3339' })

/** Something that an associate picks from the shelves for somebody. It names no customer. */
export const Order = Type.Object(
  {
    id: Id,
    placedAt: Type.Optional(Moment),
    dueAt: Type.Optional(Moment),
    lines: Type.Array(Type.Object({ ...Line.properties, picked: Type.Optional(Count) }, strict), {
      minItems: 1,
      maxItems: 200,
    }),
    state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('done'), Type.Literal('cancelled')])),
  },
  strict,
)

export const Delivery = Type.Object(
  {
    id: Id,
    supplier: Type.Optional(Text(80)),
    dueAt: Moment,
    lines: Type.Array(Line, { minItems: 1, maxItems: 2000 }),
    received: Type.Optional(Type.Boolean()),
  },
  strict,
)

export type Price = Static<typeof Price>
export type Product = Static<typeof Product>
export type Fixture = Static<typeof Fixture>
export type PlanogramSlot = Static<typeof PlanogramSlot>
export type Planogram = Static<typeof Planogram>
export type Cabinet = Static<typeof Cabinet>
export type Order = Static<typeof Order>
export type Delivery = Static<typeof Delivery>

/** What is asked for with the request `shop.knowledge`: all of it where nothing is given. */
export interface KnowledgeWish {
  /** Only what stands on these fixtures (`A`) or shelves (`A/3`): their slots and products. None of them: cabinets alone. */
  shelves?: readonly string[]
}

/** Answer to the request `shop.knowledge`; ask again on `shop.changed`. Products are those that stand in its slots. */
export interface PublicKnowledge {
  products: Product[]
  planogram: Planogram
  cabinets: Cabinet[]
}
