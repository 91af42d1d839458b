import { test } from 'tap'
import type { Task } from '../../runtime/shop/index.ts'
import { nextEvent, waitFor } from '../support/events.ts'
import { berlin, cornerShop, openWorld, type World } from '../support/shop-world.ts'

const minute = 60_000
/** Anna leads and knows the cheese; Bruno fills shelves; Cem works beside them on Wednesdays. */
const yaml = cornerShop
  .replace('    name: Anna Keller\n', '    name: Anna Keller\n    roles: [lead]\n    skills: [cheese]\n')
  .replace('    name: Bruno Frei\n', '    name: Bruno Frei\n    groups: [shelves]\n')
  .replace(
    '  - id: nadia\n',
    "  - id: cem\n    name: Cem Aydin\n    groups: [shelves]\n    shifts:\n      - { days: [wed], from: '09:00', to: '18:00' }\n  - id: nadia\n",
  )

const refill = { title: 'Refill oat milk', kind: 'refill', key: 'refill/A/3/2', zone: 'dairy', slot: 'A/3/2' }
const titles = (list: Task[]) => list.map(({ title }) => title)
const openTask = (world: World, params: Parameters<typeof world.call<'task.open'>>[2], to = 'staff/+') =>
  world.call('task.open', to, params) as Promise<{ task: string; told: string[]; again: boolean }>

test('a task is opened for a group, taken by one, and is done; everybody reads why', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder, { yaml })
  const { shop, clock, typed } = world
  const cause = '0198f1de-0000-7000-8000-000000000001'
  const seenByCem: Task[] = []
  shop.tasks.attach('cem', (task) => seenByCem.push(task))
  const params = { ...refill, for: { group: 'shelves' } }
  const opened = (await world.call('task.open', 'staff/+', params, 'flows', [cause])) as { task: string }
  t.match(opened, { told: ['bruno', 'cem'], again: false })
  t.same(titles(shop.tasks.of('anna')), [], 'Anna fills no shelves')
  t.same(titles(shop.tasks.of('bruno')), ['Refill oat milk'])
  t.match(typed('task.opened'), [{ because: [cause], data: { kind: 'refill', key: 'refill/A/3/2', slot: 'A/3/2' } }])

  clock.time += minute
  const both = await Promise.allSettled([shop.tasks.claim('bruno', opened.task), shop.tasks.claim('cem', opened.task)])
  t.match(both, [
    { status: 'fulfilled', value: { state: 'claimed', claimedBy: 'bruno', claimedAt: clock.time } },
    { status: 'rejected', reason: { code: 'ENDCAP_TASK_TAKEN', message: /Bruno Frei has the task «Refill oat milk»/ } },
  ])
  t.match(seenByCem, [{ state: 'open' }, { state: 'claimed', claimedBy: 'bruno' }], 'and sees it gone')
  t.same(shop.tasks.of('cem'), [])
  t.match(await shop.tasks.claim('bruno', opened.task), { claimedBy: 'bruno' }, 'a second tap is no other claim')
  await t.rejects(shop.tasks.done('cem', opened.task), { code: 'ENDCAP_TASK_TAKEN' })
  await t.rejects(shop.tasks.claim('nadia', opened.task), { code: 'ENDCAP_TASK_TAKEN' })
  await shop.tasks.done('bruno', opened.task)
  t.match(await shop.tasks.done('bruno', opened.task), { state: 'done' }, 'told twice, done once')
  await t.rejects(shop.tasks.claim('cem', opened.task), { code: 'ENDCAP_TASK_OVER' })
  const told = typed('task.opened')[0]?.id
  t.match(typed('task.claimed'), [{ because: [told], data: { staff: 'bruno', kind: 'refill', key: 'refill/A/3/2' } }])
  t.match(typed('task.done'), [{ because: [told], data: { staff: 'bruno', key: 'refill/A/3/2' } }])
  t.match(
    (await world.ledger.audit.list(10)).map(({ action, actor }) => `${actor} ${action}`),
    ['staff/bruno task.done', 'staff/bruno task.claimed', 'flows task.opened'],
  )
  await world.close()
  const after = await openWorld(t, folder, { time: clock.time + minute })
  t.match(after.shop.tasks.list(), [{ id: opened.task, state: 'done', because: [cause] }], 'the day keeps its history')
})

test('what is asked again is brought up to date, and what is seen to is closed', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, typed, call } = world
  const first = await openTask(world, { ...refill, text: 'Two left' })
  await shop.tasks.claim('cem', first.task)
  const again = await openTask(world, { ...refill, text: 'None left', urgency: 'urgent' })
  t.match(again, { task: first.task, again: true })
  t.match(shop.tasks.list(), [{ text: 'None left', urgency: 'urgent', claimedBy: 'cem' }])
  t.equal(typed('task.opened').length, 1)
  t.same(await call('task.close', 'task/+', { key: refill.key, reason: 'the slot was filled again' }), { closed: 1 })
  t.same(await call('task.close', `task/${first.task}`, { reason: 'once more' }), { closed: 0 })
  t.match(typed('task.closed'), [{ data: { staff: 'cem', reason: 'the slot was filled again', key: refill.key } }])
  await t.rejects(call('task.close', 'task/+', { reason: 'all of them' }), { code: 'ENDCAP_COMMAND_INVALID' })
  await t.rejects(openTask(world, { title: 'Hello' }, 'staff/otto'), { code: 'ENDCAP_TARGET_UNKNOWN' })
  t.match(await openTask(world, refill), { again: false }, 'a new one is opened after the end of the old')
})

test('nobody takes it: others are called, and called again until somebody does', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, bus, typed } = world
  const escalate = [
    { afterSeconds: 0.02, for: { group: 'shelves' } },
    { afterSeconds: 0.05, for: { role: 'lead' } },
  ]
  const escalated = nextEvent(bus, 'task.escalated')
  const { task, told } = await openTask(world, { title: 'Cheese, please', for: { skill: 'cheese' }, escalate })
  t.same(told, ['anna'])
  await escalated
  t.same(titles(shop.tasks.of('cem')), ['Cheese, please'], 'now it is for them too')
  await waitFor(() => typed('task.escalated').length === 2)
  t.match(shop.tasks.get(task), { escalations: 2, told: ['anna', 'bruno', 'cem'] })
  await shop.tasks.claim('cem', task)

  const expired = nextEvent(bus, 'task.expired')
  const late = await openTask(world, { title: 'Too late', ttlSeconds: 0.02 })
  await expired
  t.match(shop.tasks.get(late.task), { state: 'expired' })
})

test('the power was out while a step fell due: it happens at the start, once', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder, { yaml })
  const escalate = [{ afterSeconds: 300 }, { afterSeconds: 600, for: { role: 'lead' }, repeat: true }]
  const { task } = await openTask(first, {
    title: 'Fridge 2 is warm',
    urgency: 'urgent',
    for: { group: 'shelves' },
    escalate,
  })
  const { time } = first.clock
  await first.crash()

  const second = await openWorld(t, folder, { time: time + 6 * 3_600_000 })
  await waitFor(() => second.typed('task.escalated').length === 2)
  t.match(second.shop.tasks.get(task), { escalations: 2, state: 'open', because: [] })
  await second.shop.tasks.claim('anna', task)
  t.match(second.shop.tasks.get(task), { claimedBy: 'anna' }, 'who was called by escalation may take it')
  await second.close()
  const third = await openWorld(t, folder, { time: time + 6.5 * 3_600_000 })
  t.match(third.shop.tasks.get(task), { claimedBy: 'anna', escalations: 2 })
  t.same(third.typed('task.escalated'), [], 'who has it is left in peace')
})

test('a task is passed to a colleague, back to all, and given back when its shift is over', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder, { yaml })
  const { shop, typed } = world
  const { task } = await openTask(world, refill)
  await shop.tasks.claim('bruno', task)
  t.match(await shop.tasks.pass('bruno', task, 'cem'), { state: 'open', offeredTo: 'cem', passedBy: 'bruno' })
  await t.rejects(shop.tasks.pass('cem', task, 'nadia'), { code: 'ENDCAP_STAFF_OFF_SHIFT' })
  await shop.tasks.claim('cem', task)
  await shop.tasks.pass('cem', task)
  t.match(typed('task.passed'), [{ data: { staff: 'bruno', to: 'cem' } }, { data: { staff: 'cem' } }])
  await shop.tasks.claim('cem', task)
  await world.close()

  // Cem works on Wednesdays: on Thursday the others find what he left.
  const after = await openWorld(t, folder, { time: berlin('2026-06-11T09:00') })
  await waitFor(() => after.typed('task.passed').length === 1)
  t.match(after.shop.tasks.of('anna'), [{ id: task, state: 'open', told: ['anna', 'bruno', 'cem'] }])
})

test('what nobody took is heard again by those whose next shift begins', async (t) => {
  const world = await openWorld(t, t.testdir(), { time: berlin('2026-06-10T16:00') })
  const { shop, clock, call, typed } = world
  await call('task.open', 'staff/+', { title: 'Count the eggs' })
  const heard = () => typed('staff.alerted').map(({ subject }) => subject)
  t.same(heard(), ['staff/anna'])
  /** The clock of the shop goes on; a change of the plan makes it look who is on shift. */
  const at = async (local: string, who: string) => {
    const before = typed('staff.shift').length
    clock.time = berlin(local)
    await shop.importYaml(cornerShop.replace('Corner Market', `Corner at ${local.slice(11)}`), 'manager')
    await waitFor(() => typed('staff.shift').length > before)
    t.match(typed('staff.shift').at(-1), { subject: who })
  }
  await at('2026-06-10T17:30', 'staff/anna')
  await at('2026-06-11T06:30', 'staff/bruno')
  await waitFor(() => heard().length === 2)
  await at('2026-06-11T08:30', 'staff/anna')
  await waitFor(() => heard().length === 3)
  t.same(heard(), ['staff/anna', 'staff/bruno', 'staff/anna'], 'whoever comes on shift hears it once')
  t.same(shop.tasks.list()[0]?.told, ['bruno', 'anna'])
})

test('a break is a break, unless it is urgent and nobody else is there; the busy come last', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder, { yaml })
  const { shop, call, typed } = world
  await shop.staff.setAvailability('bruno', { availability: 'busy' })
  await shop.staff.setAvailability('cem', { availability: 'break' })
  t.match(typed('staff.availability'), [
    { subject: 'staff/bruno', data: { availability: 'busy', quiet: false } },
    { subject: 'staff/cem', data: { availability: 'break' } },
  ])
  t.match(await call('staff.notify', 'staff/+', { title: 'Spill' }), { told: ['anna', 'bruno'] })
  t.match(await call('staff.notify', 'staff/cem', { title: 'Spill' }), { told: [], reason: /break/ })
  t.match(await call('staff.notify', 'staff/+', { title: 'Spill', for: { skill: 'forklift' } }), {
    told: [],
    reason: 'nobody on shift has skill forklift',
  })
  const { task } = await openTask(world, { ...refill, for: { group: 'shelves' } })
  t.match(shop.tasks.get(task).told, ['bruno'])
  await shop.staff.setAvailability('bruno', { availability: 'break' })
  t.match(
    await call('staff.notify', 'staff/+', { title: 'Fire door open', urgency: 'urgent', for: { group: 'shelves' } }),
    {
      told: ['bruno', 'cem'],
    },
  )
  await shop.staff.setAvailability('cem', { availability: 'available' })
  await waitFor(() => shop.tasks.get(task).told.includes('cem'))
  t.pass('back from the break, Cem hears what waits')
  await t.rejects(shop.staff.setAvailability('nadia', { quiet: true }), { code: 'ENDCAP_STAFF_OFF_SHIFT' })
  await world.close()
  const after = await openWorld(t, folder, { time: berlin('2026-06-11T09:00') })
  await waitFor(() => after.shop.staff.availability('bruno').availability === 'available')
  t.equal(after.shop.staff.availability('anna').quiet, false)
})

test('a break with a task in hand keeps it; a text that is too long opens none', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, typed } = world
  const { task } = await openTask(world, refill)
  await shop.tasks.claim('cem', task)
  await shop.staff.setAvailability('cem', { availability: 'break' })
  t.match(shop.tasks.of('cem'), [{ id: task, state: 'claimed', claimedBy: 'cem' }], 'whoever has it decides')
  await shop.tasks.pass('cem', task)
  t.match(shop.tasks.get(task), { state: 'open' })
  t.equal(typed('task.passed').length, 1, 'it can be given back from the break')
  await t.rejects(openTask(world, { title: 'x'.repeat(1000) }), { code: 'ENDCAP_COMMAND_INVALID' })
  await t.rejects(openTask(world, { title: 'x', text: '🧀'.repeat(1000) }), { code: 'ENDCAP_COMMAND_INVALID' })
  t.equal(shop.tasks.list().length, 1)
})

test('a flow gone wrong opens tasks without end: the least pressing go', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const alarm = await openTask(world, { title: 'Fridge 2 is warm', urgency: 'urgent' })
  const calls = Array.from({ length: 503 }, (_, index) => openTask(world, { title: `Task ${index}`, urgency: 'calm' }))
  await Promise.all(calls)
  const running = world.shop.tasks.list().filter(({ state }) => state === 'open')
  t.equal(running.length, 500)
  t.ok(running.some(({ id }) => id === alarm.task))
  t.match(world.typed('task.closed')[0]?.data, { reason: /more than 500/ })
})

test('a flow that is wrong cannot reach the alarm of a fridge', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, call } = world
  const alarm = { title: 'Fridge 2 is warm', kind: 'cold', key: 'cold/fridge-2', urgency: 'urgent' } as const
  const { task } = (await call('task.open', 'staff/+', alarm, 'cold-chain')) as { task: string }

  const forged = { title: 'All is well', key: 'cold/fridge-2', urgency: 'calm' } as const
  t.match(await call('task.open', 'staff/+', forged, 'flows'), { again: false }, 'its key is its own')
  t.match(shop.tasks.get(task), { title: 'Fridge 2 is warm', urgency: 'urgent', kind: 'cold' })
  t.same(await call('task.close', 'task/+', { key: 'cold/fridge-2', reason: 'quiet' }, 'flows'), { closed: 1 })
  t.same(await call('task.close', `task/${task}`, { reason: 'quiet' }, 'flows'), { closed: 0 })
  t.match(shop.tasks.get(task), { state: 'open' }, 'the alarm stands')

  for (let n = 0; n < 510; n++) await call('task.open', 'staff/+', { title: `Loop ${n}`, urgency: 'urgent' }, 'flows')
  t.match(shop.tasks.get(task), { state: 'open' }, 'and is not crowded out')
  const late = { ...alarm, key: 'cold/fridge-3' }
  const { task: second } = (await call('task.open', 'staff/+', late, 'cold-chain')) as { task: string }
  t.match(shop.tasks.get(second), { state: 'open' }, 'nor is one that comes later')

  t.match(await call('task.open', 'staff/+', { ...alarm, title: 'Go now' }, 'api/manager'), { again: true })
  t.match(shop.tasks.get(task), { title: 'Go now' }, 'a manager may change it')
  t.same(await call('task.close', 'task/+', { key: alarm.key, reason: 'cold again' }, 'cold-chain'), { closed: 1 })
})

test('nobody watches the fridges any more: everybody is called until somebody does', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, bus } = world
  const tell = (type: string, data: object) =>
    bus.publish({
      id: `id-${type}`,
      type,
      source: 'endcap/host',
      subject: 'plugin/cold-chain',
      time: 0,
      data,
      privacy: 'none',
    })
  const opened = nextEvent(bus, 'task.opened')
  tell('plugin.quarantined', { plugin: 'shelf-scale', reason: 'hung', crashes: 3 })
  tell('plugin.quarantined', { plugin: 'cold-chain', reason: 'hung', crashes: 3 })
  await opened
  t.match(shop.tasks.of('anna'), [{ title: 'Fridges are not watched any more', urgency: 'urgent', state: 'open' }])
  t.equal(shop.tasks.list().length, 1)
  const closed = nextEvent(bus, 'task.closed')
  tell('plugin.started', { plugin: 'cold-chain', startMilliseconds: 80 })
  await closed
  t.match(shop.tasks.list(), [{ state: 'closed' }])
})
