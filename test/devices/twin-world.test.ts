import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { test } from 'tap'
import { parse } from 'yaml'
import { decodeScratchpad, decodeSensor, parseRawAdvertisement } from '../../devices/decoders/index.ts'
import { createCamera, takePicture } from '../../devices/twin/camera.ts'
import { demoDeliveries, demoGoods, demoOrder, demoPlaylists, demoSettings } from '../../devices/twin/demo.ts'
import { twinPlan } from '../../devices/twin/start.ts'
import { faultOf, faults } from '../../devices/twin/faults.ts'
import { boards, readGoods, slotsOf } from '../../devices/twin/goods.ts'
import { createOneWireTree, slaveFile } from '../../devices/twin/one-wire.ts'
import { createRandom } from '../../devices/twin/random.ts'
import type { Told } from '../../devices/twin/truth.ts'
import { contact, onAir, thermometer } from '../../devices/twin/wireless.ts'
import { createWorld } from '../../devices/twin/world.ts'
import { Cabinet, Delivery, fits, Order, Planogram, PlaylistFile, Product } from '../../runtime/contract/index.ts'
import { readPlan } from '../../runtime/shop/index.ts'

const goods = readGoods()
const live = (
  seed: number,
  minutes: number,
  each?: (world: ReturnType<typeof createWorld>, minute: number) => void,
) => {
  const truth: Told[] = []
  const world = createWorld({
    seed,
    goods,
    customers: [{ name: 'Linh', minor: 3 }],
    hour: 9,
    tell: (told) => void truth.push(told),
  })
  const before = world.shelves.slots.map(({ pieces }) => pieces.length)
  for (let i = 0; i < minutes * 120; i++) {
    if (i % 120 === 0) each?.(world, i / 120)
    world.step(0.5)
  }
  return { truth, world, before }
}

/** GS1 General Specifications, 7.9: digits weigh 3 and 1 in turn from the right, the last one fills up to ten. */
const checks = (gtin: string) =>
  Array.from(gtin)
    .toReversed()
    .reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 1 ? 3 : 1), 0) %
    10 ===
  0

test('what the virtual shop sells is what the box can know, and imitates nobody', (t) => {
  const { products, planogram, cabinets, pictures } = demoGoods()
  for (const product of products) {
    t.ok(fits(Product, product) && checks(product.gtin ?? ''), `${product.id} is whole, its number checks`)
    t.match(product.gtin, /^(952|2)/, 'a number for demonstrations or for one shop')
    t.match(pictures.get(product.picture ?? ''), /^<svg /)
  }
  t.ok(fits(Planogram, planogram))
  t.ok(cabinets.every((cabinet) => fits(Cabinet, cabinet)))
  t.same(
    planogram.slots.flatMap((slot) => slot.products).filter((id) => !products.some((product) => product.id === id)),
    [],
    'every slot is for something that is sold',
  )
  const now = Date.parse('2026-03-01T09:30:00Z')
  t.ok(fits(Order, demoOrder(1, now)) && demoDeliveries(now).every((delivery) => fits(Delivery, delivery)))
  t.same(demoOrder(7, now), demoOrder(7, now), 'an order is the same each time')
  t.end()
})

test('its screens play drawings and products that it sells, at every hour', (t) => {
  const { yaml, pictures } = demoPlaylists()
  const file: unknown = parse(yaml)
  if (!fits(PlaylistFile, file)) throw new Error('playlists.yaml is not whole')
  const contents = file.playlists.flatMap(({ items }) => items.flatMap(({ content }) => content ?? []))
  const sold = new Set(goods.products.map(({ id }) => id))
  t.same(
    contents.filter(({ product, media }) => (product === undefined ? !pictures.has(media ?? '') : !sold.has(product))),
    [],
  )
  t.match([...pictures.values()], Array(pictures.size).fill(/^<svg /))
  const { plan } = readPlan(twinPlan(), 'shop.yaml')
  for (const screen of plan.screens)
    t.ok(
      file.playlists.some(({ screens = [], groups = [] }) =>
        screen.group === undefined ? screens.includes(screen.id) : groups.includes(screen.group),
      ),
      `${screen.id} has a playlist`,
    )
  t.end()
})

test('every plate and probe of the shop is one that a plugin is told of', (t) => {
  const settings = demoSettings({ broker: 1883, boards: [1, 2, 3], folder: '/twin' })
  const plates = JSON.stringify(settings['shelf-scale'])
  for (const board of boards) for (const slot of slotsOf(goods, board)) t.match(plates, `"slot":"${slot}"`)
  const told = JSON.stringify([settings['fridge-probe'], settings['mqtt']])
  for (const { air, product, door } of goods.cabinets)
    for (const probe of [...air, product, door]) if (probe !== undefined) t.match(told, `"probe":"${probe}"`)
  t.end()
})

test('the same seed gives the same day, another one another', (t) => {
  const [first, again, other] = [3, 3, 4].map((seed) => JSON.stringify(live(seed, 10).truth))
  t.ok(first === again)
  t.ok(first !== other)
  t.end()
})

test('pieces are taken, put back and refilled, and none comes from nowhere', (t) => {
  const { truth, world, before } = live(5, 60)
  const sum = (...kinds: string[]) =>
    truth.reduce((all, one) => all + ('count' in one && kinds.includes(one.kind) ? one.count : 0), 0)
  const were = before.reduce((all, count) => all + count, 0)
  const are = world.shelves.slots.reduce((all, { pieces }) => all + pieces.length, 0)
  t.equal(are, were - sum('taken', 'tidied') + sum('returned', 'misplaced', 'placed'))
  t.ok(sum('taken') > 50 && sum('returned') > 0 && sum('restocked') > 0)
  t.ok(world.shelves.slots.every(({ pieces, plan }) => pieces.length <= plan.capacity + 4))
  t.end()
})

test('a fridge without power warms, and recovers when it has it again', (t) => {
  const air: number[] = []
  live(2, 240, (world, minute) => {
    if (minute === 30) world.set('fridge-off.poultry', true)
    if (minute === 90) world.set('fridge-off.poultry', false)
    air.push(world.cabinets.now('poultry').airCelsius)
  })
  t.ok((air[29] ?? 99) < 4)
  t.ok((air[90] ?? 0) > 6, `${air[90]} °C after an hour`)
  t.ok((air.at(-1) ?? 99) < 4)
  t.end()
})

test('somebody leaves what does not belong, and it is taken away again', (t) => {
  const { truth } = live(1, 4, (world, minute) => {
    if (minute === 1) world.set('misplaced.a-1-4', true)
    if (minute === 2) world.set('misplaced.a-1-4', false)
  })
  const stray = truth.filter(
    (one) => 'slot' in one && one.slot === 'A/1/4' && 'product' in one && one.product === 'cheddar',
  )
  t.same(stray.map(({ kind }) => kind).slice(0, 2), ['misplaced', 'tidied'])
  t.end()
})

test('a fault that the shop does not have is refused by its name, and every other can be mended', (t) => {
  t.throws(() => faultOf('fridge-off.cellar'), {
    message: /no fault fridge-off\.cellar; it has fridge-off\.dairy-wall/,
  })
  const { world } = live(1, 1)
  t.throws(() => world.set('fire.everywhere', true), RangeError)
  for (const { id } of faults) world.set(id, true)
  t.equal(world.faults().length, faults.length)
  world.step(1)
  for (const { id } of faults) world.set(id, false)
  world.step(1)
  t.same(world.faults(), [])
  t.equal(new Set(faults.map(({ id }) => id)).size, faults.length, 'no id stands twice')
  t.end()
})

test('the 1-wire tree reads as the kernel writes it', (t) => {
  const bytes = (text: string) => Uint8Array.from(text.slice(0, 26).split(' '), (hex) => Number.parseInt(hex, 16))
  const cold = slaveFile(-18.5)
  t.match(cold, /^d8 fe (.. ){7}: crc=.. YES\nd8 fe (.. ){7}t=-18500\n$/)
  t.same(decodeScratchpad('28', bytes(cold)), { celsius: -18.5, powerOn: false })
  t.match(slaveFile(4, 'garbled'), /: crc=.. NO\n/)
  t.equal(decodeScratchpad('28', bytes(slaveFile(4, 'garbled'))), undefined)
  t.match(decodeScratchpad('28', bytes(slaveFile(4, 'reset'))), { celsius: 85, powerOn: true })
  const folder = t.testdir()
  const tree = createOneWireTree(folder)
  tree.set('28-0316a279e1ff', 3.25)
  t.equal(readFileSync(join(folder, '28-0316a279e1ff', 'w1_slave'), 'utf8'), slaveFile(3.25))
  t.same(readdirSync(join(folder, '28-0316a279e1ff')).toSorted(), ['name', 'w1_slave'], 'no half file is left')
  tree.remove('28-0316a279e1ff')
  t.same(readdirSync(folder), [])
  t.end()
})

test('wireless sensors say what they mean, in frames that fit into an advertisement', (t) => {
  const heard = (frame: ReturnType<typeof contact>) => {
    const payload = Buffer.from(onAir(frame), 'hex')
    t.ok(payload.length <= 31, `${payload.length} bytes`)
    return decodeSensor({ address: frame.address, ...parseRawAdvertisement(payload) })
  }
  t.match(heard(thermometer('b0:c7:de:10:00:01', 300, -3.14, 62))?.readings, [
    {},
    {},
    { field: 'celsius', value: -3.1 },
  ])
  t.match(heard(contact('b0:c7:de:10:00:02', 1, true))?.readings, [{}, { field: 'windowOpen', value: true }])
  t.end()
})

test('the camera shows who passes, and nothing where something hangs before it', async (t) => {
  const random = createRandom(1)
  const light = async (picture: Buffer) => (await sharp(picture).greyscale().stats()).channels[0]?.mean ?? 0
  const someone = [{ name: 'anna', x: 9, y: 13.4 }]
  const empty = await takePicture([], random)
  t.ok((await light(empty)) > 80)
  t.ok((await light(await takePicture(someone, random, 'black'))) < 10)
  t.not(empty.equals(await takePicture([], random)), true, 'two pictures of an empty shop differ by their noise')
  const folder = t.testdir()
  const camera = createCamera(folder, 1)
  await camera.shoot(someone)
  await camera.shoot(someone, 'frozen')
  const names = readdirSync(folder)
  t.ok(names.length > 0 && names.every((name) => /^\d{13}\.jpg$/.test(name)))
  t.equal((await sharp(join(folder, names.at(-1) ?? '')).metadata()).format, 'jpeg')
})
