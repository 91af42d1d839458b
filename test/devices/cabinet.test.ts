import { test } from 'tap'
import { cabinetModels, createCabinet } from '../../devices/twin/cabinet.ts'

/** Minutes of a cabinet's life, oldest first. */
const live = (cabinet: ReturnType<typeof createCabinet>, minutes: number) =>
  Array.from({ length: minutes }, () => cabinet.step(60))

void test('a cabinet keeps its range, defrosts, and warms when its compressor dies', async (t) => {
  for (const [name, model] of Object.entries(cabinetModels)) {
    const cabinet = createCabinet(7, model)
    const days = live(cabinet, 2 * 1440)
    const defrosts = days.filter((now, at) => now.defrosting && !days[at - 1]?.defrosting).length
    const expected = (2 * 1440) / model.defrost.everyMinutes
    t.ok(Math.abs(defrosts - expected) <= 1, `${name} defrosts ${defrosts} times in two days`)
    const product = days.map((now) => now.productCelsius)
    t.ok(Math.max(...product) < model.setpointCelsius + 5, `${name}: the product hardly moves through defrosts`)
    cabinet.fault({ compressor: 'dead' })
    const broken = live(cabinet, 300)
    t.ok((broken.at(-1)?.airCelsius ?? 0) > model.setpointCelsius + 10, `${name} warms`)
    cabinet.fault({ compressor: 'ok' })
    const mended = live(cabinet, 600)
    t.ok((mended.at(-1)?.productCelsius ?? 99) < model.setpointCelsius + 4, `${name} comes back`)
  }
})

void test('the same seed gives the same day, another seed another', async (t) => {
  const day = (seed: number) => live(createCabinet(seed, cabinetModels.chilled), 600)
  t.strictSame(day(1), day(1))
  t.not(day(1).at(-1)?.airCelsius, day(2).at(-1)?.airCelsius)
})

void test('an open door and warm goods warm it', async (t) => {
  const shut = createCabinet(5, cabinetModels.chilled)
  const open = createCabinet(5, cabinetModels.chilled)
  open.fault({ door: 'left-open' })
  t.ok((live(open, 15).at(-1)?.airCelsius ?? 0) > (live(shut, 15).at(-1)?.airCelsius ?? 0) + 3)
  const before = shut.now().productCelsius
  shut.load(0.5, 20)
  t.ok(shut.now().productCelsius > before + 6)
  t.ok(shut.now().doorOpen)
})
