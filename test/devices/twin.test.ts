import { readFileSync } from 'node:fs'
import { test } from 'tap'
import { parse } from 'yaml'
import { createCrowd } from '../../devices/twin/crowd.ts'
import { route, spots } from '../../devices/twin/floor.ts'
import { gatewayOf } from '../../devices/twin/gateways.ts'
import { createRadio } from '../../devices/twin/radio.ts'
import { createRandom } from '../../devices/twin/random.ts'
import { twinPeople, twinPlan } from '../../devices/twin/start.ts'
import { createWalker } from '../../devices/twin/walker.ts'
import { fits, ShopPlan } from '../../runtime/contract/index.ts'

type Polygon = [number, number][]
const plan = parse(twinPlan()) as ShopPlan

const inside = (x: number, y: number, polygon: Polygon) => {
  let odd = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i] ?? [0, 0]
    const [xj, yj] = polygon[j] ?? [0, 0]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
  }
  return odd
}
const day = (seed: number, seconds: number) => {
  const crowd = createCrowd({
    random: createRandom(seed),
    customers: [{ name: 'Mrs Okafor', minor: 1 }],
    staff: [{ name: 'anna', minor: 1, home: 'bakery' }],
  })
  const seen: { name: string; x: number; y: number }[] = []
  for (let second = 0; second < seconds; second++) {
    crowd.step(1)
    for (const { name, walker } of crowd.bodies()) seen.push({ name, x: walker.x, y: walker.y })
  }
  return seen
}

test('the plan of the virtual shop is one that the runtime accepts', (t) => {
  t.ok(fits(ShopPlan, plan))
  t.ok(twinPeople().every(({ tags }) => tags.length === 1))
  t.end()
})

test('the same seed gives the same day, another seed another one', (t) => {
  const [first, again, other] = [day(7, 300), day(7, 300), day(8, 300)].map((seen) => JSON.stringify(seen))
  t.ok(first === again)
  t.ok(first !== other)
  t.end()
})

test('nobody walks through a shelf, and every spot can be reached from the street', (t) => {
  for (const spot of spots)
    t.ok(spot.id === 'street' || route('street', spot.id).length > 0, `${spot.id} can be reached`)
  const bodies = day(2, 3600)
  const through = bodies.filter(({ x, y }) => (plan.floor.fixtures ?? []).some(({ polygon }) => inside(x, y, polygon)))
  t.equal(through.length, 0, 'no position lies in a shelf')
  t.end()
})

test('a consenting customer comes in within seconds, shops and leaves', (t) => {
  const names = day(1, 20).map(({ name }) => name)
  t.ok(names.includes('Mrs Okafor'))
  const later = day(1, 900)
  const last = later.slice(-8).map(({ name }) => name)
  t.ok(later.length > 0 && last.includes('anna'), 'the associate is still there')
  const walker = createWalker('street', [{ spot: 'till', seconds: 1 }], createRandom(1))
  let steps = 0
  while (walker.step(1) && steps < 600) steps++
  t.ok(steps > 10 && steps < 600, 'a walk ends')
  t.end()
})

test('a tag nearby is heard louder than one far away, and one beyond reach is lost', (t) => {
  const random = createRandom(5)
  const radio = createRadio(5, random)
  const receiver = { x: 0, y: 0, height: 2.4 }
  const mean = (x: number) => {
    const heard = Array.from({ length: 200 }, () => radio.hear(0, receiver, { x, y: 0, height: 1.1 }, Math.PI, -59))
    const values = heard.filter((dbm) => dbm !== undefined)
    return { dbm: values.reduce((a, b) => a + b, 0) / values.length, share: values.length / heard.length }
  }
  t.ok(mean(1).dbm > mean(12).dbm + 10)
  t.ok(mean(400).share < 0.1)
  t.end()
})

test('gateways publish what the real ones do', (t) => {
  const tag = { uuid: '6c1f3f0a-52a1-4a3e-9d7c-0e5ad1c0ffee', major: 2, minor: 1, address: 'c4:00:00:00:00:01' }
  const [espresense, openMqttGateway, raw] = [0, 1, 2].map((kind) => gatewayOf(kind).beacon('door', tag, -70, -59))
  t.equal(espresense?.topic, 'espresense/devices/iBeacon:6c1f3f0a-52a1-4a3e-9d7c-0e5ad1c0ffee-2-1/door')
  t.equal(openMqttGateway?.topic, 'home/door/BTtoMQTT/C40000000001')
  t.match(JSON.parse(openMqttGateway?.payload ?? ''), {
    manufacturerdata: '4c0002156c1f3f0a52a14a3e9d7c0e5ad1c0ffee00020001c5',
  })
  t.match(JSON.parse(raw?.payload ?? ''), { mac: tag.address, rssi: -70, data: /^0201061aff4c000215/ })
  t.end()
})

test('the twin needs nothing beyond its folder', (t) => {
  const source = readFileSync(new URL('../../devices/twin/main.ts', import.meta.url), 'utf8')
  t.notMatch(source, /runtime\//)
  t.end()
})
