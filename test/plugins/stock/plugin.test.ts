import path from 'node:path'
import { test } from 'tap'
import { testPlugin } from '../../../runtime/sdk/testing.ts'
import '../../support/plain-children.ts'
import { createPlates } from '../../../devices/twin/plates.ts'
import { createRandom } from '../../../devices/twin/random.ts'
import { goods, MILK } from './shelf.ts'

const folder = path.join(import.meta.dirname, '../../../plugins/stock')
/** Most of a shop is not weighed. */
const elsewhere = Array.from({ length: 100 }, (_, at) => ({ slot: `B/${at}/1`, products: ['milk'] }))
const knowledge = {
  ...goods,
  planogram: { ...goods.planogram, slots: [...elsewhere, ...goods.planogram.slots] },
  cabinets: [],
}

test('the plugin tells of a bottle that was taken, keeps its count when it is stopped, and tells nothing anew', async (t) => {
  const plates = createPlates(createRandom(3), 3, { noiseGrams: () => 0.7 })
  for (const [plate, grams] of [6 * MILK, 0, 0].entries()) plates.place(plate, grams)
  const grams = new Float64Array(3)
  let time = Date.now()
  const weigh = (plugin: Awaited<ReturnType<typeof testPlugin>>, seconds: number) => {
    for (let i = 0; i < seconds * 60; i++) {
      plates.read(1 / 60, grams)
      plugin.deliver({
        type: 'shelf.weights',
        source: 'shelf-scale/left',
        subject: 'device/left',
        time: Math.round((time += 1000 / 60)),
        data: { plates: goods.planogram.slots.map(({ slot }, at) => ({ slot, grams: grams[at] ?? 0 })) },
      })
    }
  }
  const plugin = await testPlugin(folder, { knowledge })
  weigh(plugin, 3)
  plates.hand(0, -MILK)
  weigh(plugin, 3)
  const taken = await plugin.next('shelf.taken')
  t.match(taken, { subject: 'slot/A/1/1', data: { slot: 'A/1/1', product: 'milk', count: 1 } })
  t.notOk(taken.fault)
  t.equal(taken.because?.length, 2)
  await plugin.stop()
  t.match(plugin.state.get('shelf/A/1'), { 'A/1/1': { counts: [5] } })
  t.same([...plugin.state.keys()].sort(), ['shelf/A/1', 'shelves'], 'it has to do with what is weighed alone')

  const again = await testPlugin(folder, { knowledge, state: plugin.state })
  weigh(again, 4)
  const counted = await again.next('shelf.counted')
  t.match(counted.data, { slot: 'A/1/1', count: 5 })
  plates.hand(0, -MILK)
  weigh(again, 3)
  await again.next('shelf.taken')
  t.same(
    again.events.filter(({ type }) => type !== 'shelf.counted').map(({ type }) => type),
    ['shelf.taken'],
  )
  t.notOk(again.events.some(({ fault }) => fault))
  await again.stop()
})
