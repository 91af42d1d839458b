import { mock } from 'node:test'
import { test } from 'tap'
import { createDeviceStates } from '../../runtime/sdk/device-states.ts'

function tell() {
  const told: string[] = []
  let now = 0
  mock.timers.enable({ apis: ['setTimeout'] })
  const states = createDeviceStates(
    (type, device, { reason }) => told.push([type, device, ...(reason === undefined ? [] : [reason])].join(' ')),
    () => now,
  )
  const pass = (milliseconds: number) => {
    now += milliseconds
    mock.timers.tick(milliseconds)
  }
  return { told, states, pass }
}

test('a suspicion is told once, and the next believable reading ends it', (t) => {
  t.teardown(() => mock.timers.reset())
  const { told, states } = tell()
  states.believed('dairy', 'thermometer')
  t.strictSame(told, [], 'a reading alone says nothing of the state')
  states.suspect('dairy', 'thermometer', 'it jumped')
  states.suspect('dairy', 'thermometer', 'it jumped')
  states.believed('dairy', 'thermometer')
  states.believed('dairy', 'thermometer')
  t.strictSame(told, ['device.suspect dairy it jumped', 'device.online dairy'])
  t.end()
})

test('one that lies with every second frame does not flood, and what holds last is told', (t) => {
  t.teardown(() => mock.timers.reset())
  const { told, states, pass } = tell()
  for (let frame = 0; frame < 500; frame++) {
    states.suspect('dairy', 'thermometer', 'it jumped')
    states.believed('dairy', 'thermometer')
    pass(100)
  }
  t.ok(told.length <= 12, `${told.length} events in 50 s`)
  t.equal(told.at(-1), 'device.online dairy', 'it ended with a believable reading')
  states.suspect('dairy', 'thermometer', 'it jumped')
  states.suspect('dairy', 'thermometer', 'it repeats itself')
  pass(10_000)
  t.equal(told.at(-1), 'device.suspect dairy it repeats itself', 'the pause hides none for good')
  states.suspect('milk', 'thermometer', 'it jumped')
  t.equal(told.at(-1), 'device.suspect milk it jumped', 'each device has its own pause')
  states.suspect('milk', 'thermometer', 'it repeats itself')
  states.stop()
  const before = told.length
  pass(60_000)
  t.equal(told.length, before, 'nothing is told after the end')
  t.end()
})
