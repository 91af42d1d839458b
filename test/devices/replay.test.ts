import { test } from 'tap'
import { createReplayGuard, createSensors } from '../../runtime/sdk/sensors/index.ts'

const minute = 60_000

test('a recorded frame is refused after a restart of the box too', (t) => {
  const guard = createReplayGuard()
  for (const counter of [1000, 1001, 1005]) t.ok(guard.admit(counter, 0))
  t.notOk(guard.admit(1001, 1000))
  const after = createReplayGuard(guard.counter)
  t.notOk(after.admit(1004, 0), 'the counter was kept')
  t.notOk(after.admit(1005, 0), 'the very last one, too')
  t.ok(after.admit(1006, 0))
  t.end()
})

test('a sensor that counts anew after a change of its battery is believed after three frames', (t) => {
  const guard = createReplayGuard(5000)
  t.notOk(guard.admit(1, 0))
  t.notOk(guard.admit(1, 500), 'the same frame again proves nothing')
  t.notOk(guard.admit(2, 1000))
  t.ok(guard.admit(3, 2000))
  t.ok(guard.admit(4, 3000))
  t.equal(guard.counter, 4)

  const busy = createReplayGuard(5000)
  busy.admit(5001, 0)
  for (const counter of [1, 2, 3, 4]) t.notOk(busy.admit(counter, 1000), 'its true sensor spoke a moment ago')
  t.ok(busy.admit(5002, 2000))
  for (const counter of [7, 6, 5]) t.notOk(busy.admit(counter, 2000 + 2 * minute), 'counters that do not rise')
  for (const counter of [400, 401, 402]) t.notOk(busy.admit(counter, 2000 + 3 * minute), 'no beginning')
  t.end()
})

test('two of one model whose addresses end alike are kept apart, over restarts too', (t) => {
  const found: string[] = []
  const heard: string[] = []
  const open = (remembered = {}) =>
    createSensors({
      profiles: [],
      adopted: [{ radio: 'bthome-v2-1234', probe: 'dairy' }],
      emit: ({ data }) => void heard.push(JSON.stringify(data)),
      found: ({ device }) => void found.push(device),
      state() {},
      remembered,
      clock: () => 0,
    })
  const says = (sensors: ReturnType<typeof open>, address: string, celsius: string) =>
    sensors.hear({
      address,
      manufacturerData: {},
      serviceData: { fcd2: Uint8Array.from(Buffer.from(`4002${celsius}`, 'hex')) },
    })
  const first = open()
  t.ok(says(first, 'a4:c1:38:aa:12:34', '9001'))
  t.notOk(says(first, 'a4:c1:38:bb:12:34', 'd007'))
  t.same(found, ['bthome-v2-bb1234'], 'the second is found under a longer name')
  const again = open(first.remembered())
  t.notOk(says(again, 'a4:c1:38:bb:12:34', 'd007'), 'which was heard first does not matter')
  t.ok(says(again, 'a4:c1:38:aa:12:34', '9001'))
  t.same(heard, ['{"probe":"dairy","celsius":4}', '{"probe":"dairy","celsius":4}'])
  t.notMatch(JSON.stringify(again.remembered()), /aa:12|a4:c1/, 'no address is kept')
  t.end()
})

test('a sensor that has fallen silent is told of, and so is one that was never heard', (t) => {
  let now = 0
  const states: string[] = []
  const sensors = createSensors({
    profiles: [],
    adopted: [
      { radio: 'a4:c1:38:aa:12:34', probe: 'dairy' },
      { radio: 'a4:c1:38:aa:99:99', probe: 'meat' },
    ],
    emit() {},
    found() {},
    state: (probe, _, state, __, seconds) => void states.push(`${probe} ${state} ${seconds ?? ''}`.trim()),
    clock: () => now,
  })
  const says = () =>
    sensors.hear({
      address: 'a4:c1:38:aa:12:34',
      manufacturerData: {},
      serviceData: { fcd2: Uint8Array.from(Buffer.from('40029001', 'hex')) },
    })
  says()
  now = 700_000
  sensors.tick()
  sensors.tick()
  says()
  t.same(states, ['dairy online', 'dairy stale 700', 'meat stale 700', 'dairy online'])
  t.end()
})
