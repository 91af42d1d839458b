import { array, assert, constantFrom, double, integer, oneof, property, record } from 'fast-check'
import { test } from 'tap'
import { createPresence } from '../../../plugins/presence/engine.ts'
import type { PresenceEvent } from '../../../plugins/presence/events.ts'
import type { Plan } from '../../../plugins/presence/plan.ts'
import { faults, vocabulary } from '../../../runtime/contract/index.ts'
import { box, cornerShop } from './shop-radio.ts'

const signal = (mean: number) => ({ mean, deviation: 3, count: 20 })
const plans: Plan[] = [
  cornerShop,
  { ...cornerShop, zones: [box('dairy', 0, 0, 18, 12), box('till', 6, 0, 2, 2)] },
  { ...cornerShop, zones: [], receivers: [] },
  {
    ...cornerShop,
    receivers: cornerShop.receivers.slice(0, 1),
    zones: [{ id: 'door', receiver: 'door', radiusMetres: 2 }],
  },
  { ...cornerShop, samples: [{ x: 2, y: 6, signals: { door: signal(-50) } }] },
  {
    ...cornerShop,
    samples: cornerShop.zones.map(({ id }, i) => ({ zone: id, signals: { door: signal(-50 - 15 * i) } })),
  },
]

const sighting = record({
  tag: constantFrom('staff/anna', 'person/kim', 'visit/1', 'visit/2', 'asset/cart'),
  receiver: constantFrom('door', 'bread', 'fruit', 'wine', 'cheese', 'milk', 'unknown'),
  rssi: double({ min: -127, max: 20, noNaN: true }),
  measuredPower: integer({ min: -127, max: 20 }),
  repeat: integer({ min: 1, max: 20 }),
  // Mostly on, sometimes far ahead, sometimes back.
  stepMs: oneof(integer({ min: 0, max: 2000 }), integer({ min: -100_000, max: 100_000 })),
})
const step = oneof({ weight: 12, arbitrary: sighting }, { weight: 1, arbitrary: constantFrom(...plans) })

/** Who is where if one believes the events alone; a contradiction is an error. */
function follow(present: Map<string, string>, { type, data }: PresenceEvent): string | undefined {
  if (type === 'presence.entered') {
    if (present.has(data.who)) return `${data.who} entered ${data.zone} while in ${present.get(data.who)}`
    present.set(data.who, data.zone)
  }
  if (type === 'presence.dwelled' && present.get(data.who) !== data.zone) return `${data.who} dwelled outside`
  if (type !== 'presence.left') return undefined
  if (present.get(data.who) !== data.zone) return `${data.who} left ${data.zone} without having entered`
  present.delete(data.who)
  return undefined
}

void test('whatever is heard, nobody enters twice or leaves where they were not, and all events are valid', async (t) => {
  const seen = new Map<string, number>()
  assert(
    property(constantFrom(...plans), array(step, { maxLength: 120 }), (plan, steps) => {
      const presence = createPresence(plan, { dwellSeconds: [5], maxTags: 3 })
      const present = new Map<string, string>()
      let time = 0
      const check = (events: PresenceEvent[]) => {
        for (const event of events) {
          seen.set(event.type, (seen.get(event.type) ?? 0) + 1)
          const definition = vocabulary.get(event.type)
          const fault = follow(present, event) ?? (definition && faults(definition.data, event.data)[0])
          if (fault) throw new Error(JSON.stringify({ fault, event }))
        }
      }
      for (const one of steps) {
        if ('floor' in one) {
          check(presence.replan(one))
          continue
        }
        const { stepMs, repeat, ...heard } = one
        for (let i = 0; i < repeat; i++) {
          time += stepMs / repeat
          check(presence.sight({ ...heard, time }))
          check(presence.tick(time))
        }
      }
      for (let i = 0; i < 60; i++) check(presence.tick((time += 1000)))
      if (present.size > 0) throw new Error('somebody is still there long after the last sighting')
    }),
    { numRuns: 150 },
  )
  for (const type of ['entered', 'left', 'moved', 'dwelled']) {
    t.ok((seen.get(`presence.${type}`) ?? 0) > 20, `${type} was among it`)
  }
})
