import { test } from 'tap'
import { createShelf, goods, MILK, TEA, YOGHURT } from './shelf.ts'

test('a plate is put to use: what stands there is counted, and nothing is said to have happened', async (t) => {
  const shelf = createShelf({ pieces: [6, 0, 2] })
  shelf.pass(20)
  t.same(shelf.told(), [])
  t.same(shelf.counts(), [6, 0, 2])
  t.ok(shelf.events.every(({ type, because }) => type === 'shelf.counted' && because.length === 1))
})

test('a bottle is taken, looked at, and put back', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.plates.hand(0, -MILK)
  shelf.pass(1.6)
  t.same(shelf.told(), ['taken A/1/1 milk 1'], 'it is told within a second after the hand let go')
  t.same(shelf.counts(), [5, 8, 8])
  const taken = shelf.events.find(({ type }) => type === 'shelf.taken')
  t.match(
    taken?.because,
    [/^batch-/, /^batch-/],
    'with the batch in which the plate stirred, and the one that settled it',
  )
  shelf.pass(10)
  shelf.plates.hand(0, MILK)
  shelf.pass(6)
  t.same(shelf.told(), ['returned A/1/1 milk 1'])
  t.same(shelf.counts(), [6, 8, 8])
})

test('two yoghurts are taken at once, and two one after the other', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.plates.hand(1, -2 * YOGHURT)
  shelf.pass(3)
  t.same(shelf.told(), ['taken A/1/2 yoghurt 2'])
  shelf.plates.hand(1, -YOGHURT, 0.3)
  shelf.pass(1.2)
  shelf.plates.hand(1, -YOGHURT, 0.3)
  shelf.pass(3)
  t.same(shelf.told(), ['taken A/1/2 yoghurt 1', 'taken A/1/2 yoghurt 1'])
  t.same(shelf.counts(), [6, 4, 8])
})

test('two people take from neighbouring slots at the same moment', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.plates.hand(0, -MILK, 0.4)
  shelf.pass(0.1)
  shelf.plates.hand(1, -YOGHURT, 0.5)
  shelf.pass(4)
  t.same(shelf.told().sort(), ['taken A/1/1 milk 1', 'taken A/1/2 yoghurt 1'])
})

test('an elbow leans, a cart passes, the cell creeps: nobody took anything', async (t) => {
  for (const seed of [1, 2, 3]) {
    const shelf = createShelf({ seed, noiseGrams: seed })
    shelf.pass(5)
    shelf.plates.lean(0, 2100, 3)
    shelf.pass(8)
    shelf.plates.lean(1, 400, 1.5)
    shelf.plates.lean(2, -150, 0.8)
    shelf.pass(6)
    shelf.plates.shake(12, 6, 11)
    shelf.pass(20)
    t.same(shelf.told(), [])
    t.same(shelf.counts(), [6, 8, 8])
  }
})

test('something runs onto a plate slowly: the count follows, but nobody put a piece there', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.plates.pour(2, TEA, 6)
  shelf.pass(20)
  t.same(shelf.told(), [])
  t.equal(shelf.counts()[2], 9)
})

test('a wrong product is put down: it is misplaced, what it could be is named, and taking it away is no sale', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.plates.hand(2, YOGHURT)
  shelf.pass(8)
  t.same(shelf.told(), ['misplaced A/1/3 tea'])
  const event = shelf.events.find(({ type }) => type === 'shelf.misplaced')
  t.match(event?.data, { alternatives: [{ product: 'yoghurt', count: 1 }] })
  shelf.plates.hand(2, -YOGHURT)
  shelf.pass(8)
  t.same(shelf.told(), [])
  t.same(shelf.counts(), [6, 8, 8])
})

test('a slot runs low, then empty, and is filled: each is told once', async (t) => {
  const shelf = createShelf({ pieces: [4, 8, 8] })
  shelf.pass(5)
  for (let i = 0; i < 2; i++) {
    shelf.plates.hand(0, -MILK)
    shelf.pass(5)
  }
  t.same(shelf.told(), ['taken A/1/1 milk 1', 'taken A/1/1 milk 1', 'low A/1/1 milk 2'])
  shelf.plates.hand(0, MILK)
  shelf.pass(8)
  shelf.plates.hand(0, -MILK)
  shelf.pass(8)
  t.same(shelf.told(), ['returned A/1/1 milk 1', 'taken A/1/1 milk 1'], 'one back and forth does not tell low again')
  shelf.plates.hand(0, -2 * MILK)
  shelf.pass(30)
  t.same(shelf.told(), ['taken A/1/1 milk 2', 'empty A/1/1 milk 0'])
  for (let i = 0; i < 6; i++) {
    shelf.plates.hand(0, MILK)
    shelf.pass(2)
  }
  shelf.pass(12)
  t.same(shelf.told(), ['restocked A/1/1 milk 6'])
  t.equal(shelf.counts()[0], 6)
})

test('a plate is unplugged, emptied meanwhile, and plugged again: the count is mended, and nobody is said to have taken', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.told()
  shelf.pass(3, 0)
  shelf.plates.hand(0, -3 * MILK)
  shelf.pass(3, 0)
  t.same(shelf.counts(), [6, 8, 8])
  shelf.pass(5)
  t.same(shelf.told(), [])
  t.same(shelf.counts(), [3, 8, 8])
  const last = shelf.events.findLast(({ data }) => data.slot === 'A/1/1')
  t.match(last, { type: 'shelf.counted', data: { count: 3 } })
})

test('after a restart the counts are as they were, low is not told again, and what was sold meanwhile is a count', async (t) => {
  const shelf = createShelf({ pieces: [3, 8, 8] })
  shelf.pass(5)
  shelf.plates.hand(0, -MILK)
  shelf.pass(5)
  t.same(shelf.told(), ['taken A/1/1 milk 1', 'low A/1/1 milk 2'])
  t.same(shelf.stock.unsaved(), ['A/1'])
  const remembered = new Map(Object.entries(shelf.stock.save('A/1')))
  shelf.plates.hand(1, -YOGHURT)
  shelf.plates.read(10, new Float64Array(3))
  const next = createShelf({ plates: shelf.plates, remembered })
  next.pass(10)
  t.same(next.told(), [])
  t.same(next.counts(), [2, 7, 8])
  next.plates.hand(0, -2 * MILK)
  next.pass(5)
  t.same(next.told(), ['taken A/1/1 milk 2', 'empty A/1/1 milk 0'])
})

test('two products whose weights nearly touch: both are named, with probabilities', async (t) => {
  const alike = {
    products: [
      { id: 'cola', name: 'Cola', weightGrams: 350, toleranceGrams: 8 },
      { id: 'light', name: 'Cola light', weightGrams: 346, toleranceGrams: 8 },
    ],
    planogram: { fixtures: [{ id: 'A' }], slots: [{ slot: 'A/1/1', products: ['cola', 'light'], capacity: 12 }] },
  }
  const shelf = createShelf({ goods: alike, pieces: [6] })
  shelf.pass(5)
  shelf.plates.hand(0, -348)
  shelf.pass(4)
  const event = shelf.events.find(({ type }) => type === 'shelf.taken')
  if (event?.type !== 'shelf.taken') throw new Error('nothing was taken')
  const [other] = event.data.alternatives ?? []
  t.not(other?.product, event.data.product)
  t.ok(Math.abs(event.data.confidence + (other?.probability ?? 0) - 1) < 0.02)
  t.ok(event.data.confidence < 0.95)
})

test('the planogram changes while people shop: other slots keep their counts, the changed one is counted anew', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  shelf.plates.hand(1, -YOGHURT)
  shelf.pass(3)
  shelf.told()
  const [first, second, third] = goods.planogram.slots
  if (!first || !second || !third) throw new Error('no slots')
  const slots = [first, { ...second, lowCount: 5 }, { ...third, products: ['yoghurt'] }]
  shelf.stock.replan({ ...goods, planogram: { ...goods.planogram, slots } })
  shelf.plates.hand(2, 8 * (YOGHURT - TEA))
  shelf.pass(6)
  t.same(shelf.counts(), [6, 7, 8])
  t.same(shelf.told(), [])
  shelf.plates.hand(1, -YOGHURT)
  shelf.pass(3)
  t.same(shelf.told(), ['taken A/1/2 yoghurt 1'])
  t.same(shelf.stock.stats().unplanned, [])
})

test('somebody leans on a slot and goes: what is taken just after is told, the plate is not deaf from the trembling', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const shelf = createShelf({ seed })
    shelf.pass(5)
    shelf.plates.hand(2, -TEA, 0.3)
    shelf.pass(0.6)
    shelf.plates.lean(2, 1900, 4.4)
    shelf.pass(5)
    shelf.plates.hand(2, TEA, 0.4)
    shelf.pass(20)
    shelf.told()
    shelf.plates.hand(2, -TEA)
    shelf.pass(3)
    t.same(shelf.told(), ['taken A/1/3 tea 1'])
  }
})

test('a piece is taken while somebody refills: it is told, though the hands follow each other within seconds', async (t) => {
  const shelf = createShelf({ pieces: [1, 8, 8] })
  shelf.pass(5)
  shelf.plates.hand(0, 2 * MILK)
  shelf.pass(2.6)
  shelf.plates.hand(0, -MILK)
  shelf.pass(2.6)
  shelf.plates.hand(0, 4 * MILK)
  shelf.pass(12)
  t.same(shelf.told(), ['taken A/1/1 milk 1', 'restocked A/1/1 milk 6'])
})

test('the very piece that was taken after a refill comes back: it is no part of the refill', async (t) => {
  const shelf = createShelf({ pieces: [2, 8, 8] })
  shelf.pass(5)
  shelf.plates.hand(0, 3 * MILK)
  shelf.pass(6)
  shelf.plates.hand(0, -(MILK + 8))
  shelf.pass(6)
  shelf.plates.hand(0, MILK + 8)
  shelf.pass(20)
  t.same(shelf.told().sort(), ['restocked A/1/1 milk 5', 'returned A/1/1 milk 1', 'taken A/1/1 milk 1'])
})

test('what weighs as six pieces is put down and goes again by itself: nobody took six', async (t) => {
  const shelf = createShelf({ pieces: [6, 4, 4] })
  shelf.pass(5)
  shelf.plates.hand(2, 6 * TEA + 6)
  shelf.pass(30)
  shelf.plates.hand(2, -(6 * TEA + 6))
  shelf.pass(20)
  t.notOk(shelf.told().some((line) => line.startsWith('taken')))
  t.same(shelf.counts(), [6, 4, 4])
})

test('a heavy handful opens a refill: its pieces are counted, and low and empty are told when they are true', async (t) => {
  const shelf = createShelf({ pieces: [2, 8, 8] })
  shelf.pass(5)
  shelf.plates.hand(0, 3 * (MILK + 16))
  shelf.pass(2.6)
  shelf.plates.hand(0, 2 * MILK)
  shelf.pass(80)
  t.equal(shelf.counts()[0], 7)
  t.same(shelf.told(), ['restocked A/1/1 milk 7'])
})

test('a slot of two alike products gains weight that nobody saw come: how many are there is mended, told as counted', async (t) => {
  const alike = {
    products: [
      { id: 'berry', name: 'Berry', weightGrams: 168, toleranceGrams: 3 },
      { id: 'lemon', name: 'Lemon', weightGrams: 177, toleranceGrams: 3 },
    ],
    planogram: { fixtures: [{ id: 'A' }], slots: [{ slot: 'A/1/1', products: ['berry', 'lemon'], capacity: 16 }] },
  }
  const shelf = createShelf({ goods: alike, pieces: [4] })
  shelf.pass(10)
  shelf.plates.pour(0, 4 * 168 + 4 * 177, 20)
  shelf.pass(60)
  t.same(shelf.counts(), [12])
  t.match(shelf.events.at(-1), { type: 'shelf.counted', data: { count: 12 } })
  t.same(shelf.told(), [])
})

test('a slot that was sold down is refilled piece by piece: nobody brought five back', async (t) => {
  const shelf = createShelf()
  shelf.pass(5)
  for (let i = 0; i < 5; i++) {
    shelf.plates.hand(1, -YOGHURT)
    shelf.pass(6)
  }
  shelf.told()
  for (let i = 0; i < 5; i++) {
    shelf.plates.hand(1, YOGHURT)
    shelf.pass(2)
  }
  shelf.pass(12)
  t.same(shelf.told(), ['restocked A/1/2 yoghurt 8'])
})

test('of a refill one handful is set down slowly, before or after: the other is no return', async (t) => {
  for (const isSlowFirst of [true, false]) {
    const shelf = createShelf()
    shelf.pass(5)
    for (let i = 0; i < 4; i++) {
      shelf.plates.hand(1, -YOGHURT)
      shelf.pass(6)
    }
    shelf.told()
    for (const isSlow of [isSlowFirst, !isSlowFirst]) {
      if (isSlow) shelf.plates.pour(1, 2 * YOGHURT, 1.2)
      else shelf.plates.hand(1, 2 * YOGHURT)
      shelf.pass(3.2)
    }
    shelf.pass(12)
    t.same(shelf.told(), ['restocked A/1/2 yoghurt 8'])
    t.equal(shelf.counts()[1], 8)
  }
})
