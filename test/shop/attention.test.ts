import { test } from 'tap'
import type { StaffAlert } from '../../runtime/shop/index.ts'
import { sampleEvent, waitFor } from '../support/events.ts'
import { berlin, cornerShop, openWorld, type World } from '../support/shop-world.ts'

const minute = 60_000
/** Anna agreed to three alerts an hour. */
const yaml = cornerShop.replace('    name: Anna Keller\n', '    name: Anna Keller\n    alertsPerHour: 3\n')

const openTask = (world: World, params: Parameters<typeof world.call<'task.open'>>[2], to = 'staff/anna') =>
  world.call('task.open', to, params) as Promise<{ task: string }>

/** What disturbs Anna, as titles in the order in which it comes. */
function feel(world: World): string[] {
  const felt: string[] = []
  const { shop } = world
  shop.staff.attach('anna', ({ what, id }: StaffAlert) => {
    const list: { id: string; title: string }[] = what === 'task' ? shop.tasks.list() : shop.notices.list('anna')
    felt.push(list.find((one) => one.id === id)?.title ?? '?')
  })
  return felt
}
const waiting = (world: World) => {
  const { held } = world.shop.staff.attention('anna')
  return held.map(({ id, why }) => `${world.shop.tasks.get(id).title}: ${why}`)
}

test('three an hour disturb, the fourth waits and says why; an urgent one always comes', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder, { yaml })
  const { shop, clock } = world
  const felt = feel(world)
  for (const title of ['one', 'two', 'three']) {
    await openTask(world, { title })
    clock.time += 2 * minute
  }
  const seen = (zone: string, x: number) =>
    world.bus.publish(
      sampleEvent('presence.moved', {
        subject: 'staff/anna',
        data: { who: 'staff/anna', kind: 'staff', zone, x, y: 5 },
      }),
    )
  seen('dairy', 10)
  await openTask(world, { title: 'calm', urgency: 'calm' })
  await openTask(world, { title: 'far', zone: 'entrance' })
  await openTask(world, { title: 'near', zone: 'dairy' })
  t.same(felt, ['one', 'two', 'three'])
  t.same(waiting(world), ['near: budget', 'far: budget', 'calm: budget'], 'ranked by urgency, age and nearness')
  t.match(shop.staff.attention('anna'), {
    alertsPerHour: 3,
    used: 3,
    roomAt: clock.time + 54 * minute,
    held: [{ rank: 1, reason: '3 alerts have disturbed you within the hour; this one waits for room' }],
  })
  t.equal(shop.tasks.of('anna').length, 6, 'the list has them all')
  await openTask(world, { title: 'fridge', urgency: 'urgent' })
  t.same(felt.slice(3), ['fridge'])
  await world.close()

  // An hour after the first three, the box was restarted meanwhile: there is room for two beside the fridge.
  const after = await openWorld(t, folder, { time: clock.time + 61 * minute })
  const later = feel(after)
  await waitFor(() => later.length > 0)
  t.same(later, ['near', 'far', 'calm'].slice(0, later.length), 'what waited comes in its order')
  t.match(after.shop.staff.attention('anna').used, later.length)
})

test('several of one kind within a minute are one alert, and quiet lets only the urgent through', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, clock, call, typed } = world
  const felt = feel(world)
  const refill = (slot: string) => openTask(world, { title: `Refill ${slot}`, kind: 'refill', key: `refill/${slot}` })
  const { task } = await refill('A/1/1')
  await refill('A/1/2')
  await refill('A/1/3')
  t.same(felt, ['Refill A/1/1'])
  t.match(shop.staff.attention('anna'), { used: 1, held: [{ why: 'folded', reason: /within a minute/ }, {}] })

  await shop.staff.setAvailability('anna', { quiet: true })
  clock.time += 2 * minute
  const till = await openTask(world, { title: 'Till 2', kind: 'help' })
  const cheese = await openTask(world, { title: 'Cheese', kind: 'help' })
  await call('staff.notify', 'staff/anna', { title: 'Fire door is open', urgency: 'urgent' })
  t.same(felt.slice(1), ['Fire door is open'])
  t.match(
    shop.staff.attention('anna').held.filter(({ why }) => why === 'quiet'),
    [{ reason: /you want quiet/ }, {}],
  )
  await shop.tasks.done('anna', task)
  await shop.staff.setAvailability('anna', { quiet: false })
  t.same(felt.slice(2), ['Till 2'], 'with its like folded in')
  t.match(typed('staff.alerted').at(-1), {
    subject: 'staff/anna',
    data: { item: till.task, title: 'Till 2', folded: 1 },
  })
  await shop.tasks.claim('bruno', cheese.task).catch(() => undefined)
  await shop.tasks.claim('anna', cheese.task)
  t.notOk(
    waiting(world).some((one) => one.startsWith('Cheese')),
    'what is taken waits no more',
  )
})

test('what somebody wears is shown no name, answers for its bearer, and hears of the end of the shift', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml, time: berlin('2026-06-10T16:00') })
  const { shop, call, typed, clock } = world
  const { id } = await shop.people.add({ name: 'Mara Vogel', tags: [] }, 'manager')
  for (const purpose of ['recognition', 'arrival-notice'] as const) await shop.people.give(id, purpose, 'manager')
  const params = { title: '{{name}} has come in', text: 'Say hello to {{name}}', about: `person/${id}` }
  const { notice } = (await call('staff.notify', 'staff/anna', params)) as { notice: string }
  t.match(shop.notices.list('anna'), [{ title: 'Mara Vogel has come in' }])
  t.match(typed('staff.alerted'), [
    { data: { what: 'notice', item: notice, title: 'A customer has come in', text: 'Say hello to A customer' } },
  ])
  t.notMatch(JSON.stringify(world.events), /Vogel/)

  await call('staff.answer', 'staff/anna', { item: notice, answer: 'acknowledge' }, 'bangle')
  const { task } = await openTask(world, { title: 'Till 2' })
  await call('staff.answer', 'staff/anna', { item: task, answer: 'claim' }, 'bangle')
  t.match(typed('staff.acknowledged'), [{ data: { notice } }])
  t.match(typed('task.claimed'), [{ data: { task, staff: 'anna' } }])
  await t.rejects(call('staff.answer', 'staff/nadia', { item: task, answer: 'done' }, 'bangle'), {
    code: 'ENDCAP_TASK_TAKEN',
  })

  clock.time = berlin('2026-06-10T17:00')
  await shop.importYaml(yaml.replace('Corner Market', 'Corner Shop'), 'manager')
  await waitFor(() => typed('staff.shift').length > 0)
  t.match(typed('staff.shift'), [{ data: { staff: 'anna', onShift: false } }])
  t.equal(shop.staff.attention('anna').used, 0, 'and nothing is kept of how often she was disturbed')
})

test('what was seen to stands for nothing that comes after it, and a clock that is set back silences nobody', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  const { shop, clock } = world
  const felt = feel(world)
  const refill = (slot: string) => openTask(world, { title: `Refill ${slot}`, kind: 'refill' })
  const { task } = await refill('A/1/1')
  await shop.tasks.claim('anna', task)
  await refill('A/1/2')
  t.same(felt, ['Refill A/1/1', 'Refill A/1/2'], 'the first is taken, so the second makes a sound of its own')
  await refill('A/1/3')
  t.equal(felt.length, 2, 'and the third comes with the second')

  await openTask(world, { title: 'Till 2' })
  t.equal(shop.staff.attention('anna').used, 3)
  clock.time -= 2 * 60 * minute
  await openTask(world, { title: 'Till 3' })
  t.same(felt.slice(3), ['Till 3'], 'alerts from the future do not fill the hour')
})
