/** What the box makes of the shelves of a virtual day: plates of shelf-scale, then the engine of stock, without sockets. */
import { boards, type Goods } from '../../devices/twin/goods.ts'
import { GRAMS_PER_COUNT } from '../../devices/twin/wiring.ts'
import type { World } from '../../devices/twin/world.ts'
import { createPlate } from '../../plugins/shelf-scale/weigh/plate.ts'
import { createThinning, type Told } from '../../plugins/shelf-scale/weigh/thin.ts'
import type { ShelfEvent } from '../../plugins/stock/events.ts'
import { createStock, type Goods as StockGoods } from '../../plugins/stock/engine.ts'
import type { Said } from './day-plan.ts'

const FULL_SCALE = 0x7fffff
const RANGE = { low: -0x800000, high: FULL_SCALE, fine: true }

/** `weigh` is called once each step of the world; `said` hears of plates that cannot be believed. */
export function watchShelves(
  world: World,
  goods: Goods,
  hear: { shelf(event: ShelfEvent): void; said(said: Said): void },
): {
  weigh(): void
  /** Pieces that are believed to stand in a slot; undefined where nothing is known. */
  count(slot: string): number | undefined
} {
  const known: StockGoods = { products: goods.products, planogram: goods.planogram }
  const stock = createStock(known, (event) => hear.shelf(event))
  const rows = boards.map((board) => {
    const plates = world.scales.slotsOf(board).map((slot) => ({
      slot,
      fault: '',
      plate: createPlate({ slot, range: RANGE, capacityGrams: 20_000, gramsPerCount: GRAMS_PER_COUNT }, {}),
    }))
    return { board, plates, plugged: true, due: createThinning() }
  })
  let batch = 0
  return {
    count: (slot) => stock.counts(slot)?.reduce((sum, count) => sum + count, 0),
    weigh() {
      const seconds = world.seconds()
      for (const row of rows) {
        const plugged = !world.has('scale-unplugged', row.board.id)
        if (!plugged && row.plugged) for (const { plate } of row.plates) plate.forget()
        row.plugged = plugged
        if (!plugged) continue
        const told = row.plates.flatMap((one): Told[] => {
          const shown = world.scales.shown(one.slot)
          const counts = Number.isNaN(shown) ? FULL_SCALE : Math.round(shown / GRAMS_PER_COUNT)
          const { grams, stable, fault = '' } = one.plate.hear(counts, seconds * 1000)
          if (fault !== one.fault && fault !== '') hear.said({ seconds, type: 'plate', about: one.slot, cause: fault })
          one.fault = fault
          if (fault !== '') return [{ slot: one.slot, stable, fault }]
          return grams === undefined ? [] : [{ slot: one.slot, stable, grams: Math.round(grams * 10) / 10 }]
        })
        if (!row.due(seconds * 1000, told)) continue
        const plates = told.flatMap(({ slot, grams, stable }) => (grams === undefined ? [] : [{ slot, grams, stable }]))
        const faults = told.flatMap(({ slot, fault }) => (fault ? [{ slot, fault }] : []))
        stock.weigh({
          id: String(++batch),
          source: `shelf-scale/${row.board.id}`,
          time: seconds * 1000,
          data: { plates, ...(faults.length > 0 ? { faults } : {}) },
        })
      }
    },
  }
}
