import * as fc from 'fast-check'
import { test } from 'tap'
import { fits, vocabulary } from '../../../runtime/contract/index.ts'
import { createStock } from '../../../plugins/stock/engine.ts'
import { goods } from './shelf.ts'

const grams = fc.oneof(
  fc.double({ min: -100, max: 9000 }),
  fc.constantFrom(0, 1034, 2068, 180, 96, -1034, Number.NaN, Infinity, -Infinity, 1e308, -1e308, 999_999, 5e-324),
)
const slot = fc.constantFrom('A/1/1', 'A/1/2', 'A/1/3', 'nowhere', '', '__proto__')
/** A weight that lasts for some batches: changes of level are the dangerous ones. */
const stretch = fc.record({
  plates: fc.array(fc.record({ slot, grams }), { maxLength: 5 }),
  faulty: fc.option(slot, { freq: 6 }),
  batches: fc.integer({ min: 1, max: 90 }),
  milliseconds: fc.constantFrom(0, 17, 17, 17, 100, 1000, 60_000, -5000, 1e12),
})

test('whatever is weighed, nothing is thrown, no count is negative, and all that is said fits the vocabulary', async (t) => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
      const ids = new Set<string>()
      let time = 1e12
      const stock = createStock(goods, ({ type, data, because }) => {
        const schema = vocabulary.get(type)?.data
        if (!schema || !fits(schema, data)) throw new Error(`${type} does not fit: ${JSON.stringify(data)}`)
        if (because.length === 0 || because.some((id) => !ids.has(id))) throw new Error(`${type} has no cause`)
      })
      for (const { plates, faulty, batches, milliseconds } of stretches) {
        const faults = faulty === null ? {} : { faults: [{ slot: faulty, fault: 'overload' as const }] }
        for (let i = 0; i < batches; i++) {
          const id = `batch-${ids.size}`
          ids.add(id)
          stock.weigh({ id, source: 'shelf-scale/left', time: (time += milliseconds), data: { plates, ...faults } })
        }
        for (const { slot } of goods.planogram.slots)
          for (const count of stock.counts(slot) ?? [])
            if (!(Number.isInteger(count) && count >= 0)) throw new Error(`${slot} holds ${count}`)
      }
      JSON.stringify(stock.save('A/1'))
    }),
    { numRuns: 150 },
  )
  t.pass()
})

test('boards without end and slots without a place take no memory', async (t) => {
  const stock = createStock(goods, () => {})
  for (let i = 0; i < 10_000; i++)
    stock.weigh({ id: `${i}`, source: `scale/${i}`, time: i, data: { plates: [{ slot: `X/${i}`, grams: 1 }] } })
  const { boards, unplanned } = stock.stats()
  t.ok(boards <= 4096 && unplanned.length <= 16)
})
