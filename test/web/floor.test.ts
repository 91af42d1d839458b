import { test } from 'tap'
import { isStale, step } from '../../runtime/web/console/floor/presence.ts'
import type { KeptEvent } from '../../runtime/web/shared/types.ts'

const NOW = Date.parse('2026-03-01T09:30:00.000Z')
const who = 'visit/5b1f0a77c2d94e10'
const evidence = [{ receiver: 'door', rssi: -58.5, metres: 1.1 }]
const event = (type: string, data: object, seconds = 0): KeptEvent => ({
  id: 'e-1',
  type,
  source: 'presence',
  subject: who,
  time: new Date(NOW + seconds * 1000).toISOString(),
  privacy: 'visit',
  data: { who, kind: 'visitor', confidence: 0.9, evidence, ...data },
})
const moved = (x: number, zone?: string, seconds = 0) =>
  event('presence.moved', { x, y: 1, accuracyMetres: 1.5, ...(zone ? { zone } : {}) }, seconds)

test('a dot appears where somebody is first placed, and follows them', (t) => {
  t.equal(
    step(undefined, event('presence.entered', { zone: 'entrance' })),
    undefined,
    'in a zone, but where is not known',
  )
  const first = step(undefined, moved(2, 'entrance'))
  t.match(first, { who, kind: 'visitor', x: 2, y: 1, zone: 'entrance', evidence, confidence: 0.9 })
  const second = step(first, moved(3, undefined, 1))
  t.match(second, { x: 3, heardAt: NOW + 1000 })
  t.notOk(second && 'zone' in second, 'between two zones it belongs to none')
  t.end()
})

test('a dot fades when nothing is heard, and when somebody leaves the shop', (t) => {
  const dot = step(undefined, moved(2, 'entrance'))
  if (!dot) return t.fail('no dot')
  t.notOk(isStale(dot, NOW + 29_000))
  t.ok(isStale(dot, NOW + 31_000), 'after half a minute of silence')
  const leave = { zone: 'entrance', dwellSeconds: 20, reason: 'silence' }
  const gone = step(dot, event('presence.left', leave, 5))
  t.ok(gone && isStale(gone, NOW + 5000), 'at once when they left')
  const walked = step(dot, event('presence.left', { ...leave, reason: 'moved', to: 'dairy' }, 5))
  t.notOk(walked && isStale(walked, NOW + 5000), 'not when they only went to the next zone')
  const between = step(dot, event('presence.left', { ...leave, reason: 'moved' }, 5))
  t.notOk(between && isStale(between, NOW + 5000), 'nor when they went where no zone is')
  const back = step(gone, moved(2.5, 'entrance', 6))
  t.notOk(back && isStale(back, NOW + 6000), 'and it is whole again when they come back')
  return t.end()
})
