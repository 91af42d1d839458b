/** The twin's fault "power off a fridge", played by the clock of the story: sped-up physics would rise as a defrost does. */
import { test } from 'tap'
import { createCabinets } from '../../../plugins/cold-chain/cabinets.ts'
import { chilled, simulated } from './cabinet-world.ts'

test('the power of a fridge is off: warned, called, taken, back, recovered', async (t) => {
  const story: string[] = []
  const ctx: Parameters<typeof createCabinets>[0] = {
    emit: Object.assign(
      (type: string) => {
        if (type !== 'cold.state' && type !== 'cold.logged') story.push(type)
      },
      { committed: () => Promise.resolve({ id: 'e' }) },
    ),
    signal: new AbortController().signal,
    log: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} },
    call: (name, _to, params) => {
      const { title = '' } = params as { title?: string }
      story.push(`${name} ${title}`.trim())
      return Promise.resolve({ told: ['anna'], task: 't', again: false, closed: 1 } as never)
    },
  }
  const settings = { nextAfterSeconds: 300, calmMinutes: 3, claimMinutes: 30 }
  const cabinets = createCabinets(
    ctx,
    settings,
    {},
    () => Promise.resolve(),
    () => undefined,
  )
  cabinets.plan([chilled], 'celsius', 0)
  const { cabinet: twin, measure } = simulated('chilled', 4)
  let minute = 0
  const pass = async (minutes: number, enough: () => boolean = () => false) => {
    for (let one = 0; one < minutes && !enough(); one++) {
      const { air, door } = measure()
      minute++
      cabinets.door('door', door, minute, 'd')
      cabinets.temperature('air', air, minute, 'e')
      await new Promise(setImmediate)
    }
  }
  const has = (words: string) => () => story.some((one) => one.startsWith(words))
  await pass(1440)
  t.same(story, [], 'a day with doors and defrosts calls nobody')
  twin.fault({ power: 'off' })
  await pass(120, has('task.open'))
  t.match(story[0], 'cold.warning')
  t.ok(has('task.open Dairy wall')(), `staff are told: ${story.join(', ')}`)
  cabinets.task('dairy', 'claimed', minute, 'anna')
  t.equal(story.at(-1), 'cold.acknowledged')
  twin.fault({ power: 'on' })
  await pass(300, has('cold.recovered'))
  t.ok(has('cold.recovered')(), 'it is told that it is well again')
  await pass(1)
  t.ok(has('task.close')(), 'and the task goes by itself')
})
