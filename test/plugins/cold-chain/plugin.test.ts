import '../../support/plain-children.ts'
import { test } from 'tap'
import { testPlugin, type TestedPlugin } from '../../../runtime/sdk/testing.ts'
import type { Cabinet, PublicPlan } from '../../../runtime/contract/index.ts'

const dairy: Cabinet = {
  id: 'dairy',
  name: 'Dairy wall',
  profile: 'chilled',
  air: ['dairy-air'],
  product: 'dairy-bottle',
  door: 'dairy-door',
  roles: ['fresh', 'manager'],
}
const plan: PublicPlan = {
  name: 'Corner shop',
  timezone: 'Europe/Berlin',
  locale: 'en-US',
  floor: { width: 5, depth: 5 },
  zones: [],
  receivers: [],
  screens: [],
}
interface Call {
  name: string
  to: string
  params: Record<string, unknown>
}

/** The plugin in its own process; `shop` answers its calls. */
async function start(shop: (call: Call) => unknown, state: ReadonlyMap<string, unknown> = new Map()) {
  const waiting = new Set<() => void>()
  const calls: Call[] = []
  const plugin = await testPlugin('plugins/cold-chain', {
    plan,
    knowledge: { products: [], planogram: { fixtures: [], slots: [] }, cabinets: [dairy] },
    state,
    config: { nextAfterSeconds: 300, calmMinutes: 3, claimMinutes: 30 },
    call(name, to, params) {
      const call = { name, to, params: params as Record<string, unknown> }
      calls.push(call)
      for (const look of waiting) look()
      return shop(call)
    },
  })
  const called = (fits: (call: Call) => boolean) =>
    new Promise<Call>((resolve) => {
      const look = () => {
        const found = calls.find(fits)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { plugin, calls, called }
}

const measure = (plugin: TestedPlugin, probe: string, celsius: number) =>
  plugin.deliver({ type: 'probe.temperature', subject: `probe/${probe}`, source: 'mqtt/x', data: { probe, celsius } })
const opened = { task: 't-1', told: ['anna'], again: false }

void test('an alarm is called out by the plugin itself, and is not lost where the shop does not answer at first', async (t) => {
  let refusals = 2
  const { plugin, calls, called } = await start(({ name }) => {
    if (name === 'task.close') return { closed: 1 }
    if (refusals-- > 0) throw new Error('the shop is busy')
    return opened
  })
  t.teardown(() => plugin.kill())
  measure(plugin, 'dairy-air', 3.5)
  t.match((await plugin.next('cold.state')).data, { cabinet: 'dairy' })
  measure(plugin, 'dairy-air', 6.5)
  const cause = measure(plugin, 'dairy-bottle', 6.2)
  const excursion = await plugin.next('cold.excursion')
  t.match(excursion, { subject: 'cabinet/dairy', data: { celsius: 6.2, limitCelsius: 5, sinceSeconds: 0 } })
  t.ok(excursion.because?.includes(cause), 'with the measurement that it comes from')
  await called(() => calls.length === 3)
  t.match(calls[2], {
    name: 'task.open',
    to: 'staff/+',
    params: {
      title: 'Dairy wall: the product is over its limit',
      text: /product 43\.2 °F, limit 41\.0 °F/,
      kind: 'cold',
      key: 'cold/dairy',
      cabinet: 'dairy',
      urgency: 'urgent',
      for: { role: 'fresh' },
      escalate: [{ afterSeconds: 300, for: { role: 'manager' } }, { repeat: true }],
    },
  })

  const claim = { task: 't-1', staff: 'anna', kind: 'cold', key: 'cold/dairy' }
  plugin.deliver({ type: 'task.claimed', data: claim })
  t.match((await plugin.next('cold.acknowledged')).data, { cabinet: 'dairy', staff: 'anna' })
  t.strictSame(
    await plugin.command('cold.acknowledge', 'dairy', {}),
    { acknowledged: false },
    'somebody said so before',
  )
  await t.rejects(plugin.command('cold.acknowledge', 'bakery', {}), /bakery/)
  t.strictSame((await plugin.stop()).inTime, true)
  t.notOk(plugin.events.find(({ fault }) => fault !== undefined)?.fault)

  const again = await start(({ name }) => (name === 'task.close' ? { closed: 1 } : opened), plugin.state)
  t.teardown(() => again.plugin.kill())
  measure(again.plugin, 'dairy-air', 6.4)
  measure(again.plugin, 'dairy-bottle', 6.1)
  const { data } = await again.plugin.next('cold.state')
  t.match(data, { state: 'excursion' }, 'after a restart it goes on where it was')
  t.strictSame(again.calls, [], 'and whoever saw to it is not called again')
  t.notOk(
    again.plugin.events.some(({ type }) => type === 'cold.excursion'),
    'nor is it told again',
  )
})

void test('where nobody of the role is there, everybody is called', async (t) => {
  const { plugin, called } = await start(({ params }) => ({ ...opened, told: 'for' in params ? [] : ['bogdan'] }))
  t.teardown(() => plugin.kill())
  measure(plugin, 'dairy-air', 7)
  measure(plugin, 'dairy-bottle', 6.2)
  t.notOk('for' in (await called(({ params }) => !('for' in params))).params)
  await plugin.stop()
})

void test('the console acknowledges', async (t) => {
  const { plugin, called } = await start(({ name }) => (name === 'task.close' ? { closed: 1 } : opened))
  t.teardown(() => plugin.kill())
  measure(plugin, 'dairy-air', 7)
  measure(plugin, 'dairy-bottle', 6.2)
  await plugin.next('cold.excursion')
  t.strictSame(await plugin.command('cold.acknowledge', 'dairy', {}), { acknowledged: true })
  t.match(await called(({ name }) => name === 'task.close'), { to: 'task/+', params: { key: 'cold/dairy' } })
  await plugin.stop()
})

void test('a door contact of any plugin is the door of its cabinet', async (t) => {
  const { plugin } = await start(() => opened)
  t.teardown(() => plugin.kill())
  for (const source of ['ble/contact-1', 'mqtt/gateway']) {
    const door = (open: boolean) =>
      plugin.deliver({ type: 'probe.door', subject: 'probe/dairy-door', source, data: { probe: 'dairy-door', open } })
    const reaches = async (state: string) => {
      while (((await plugin.next('cold.state')).data as { state: string }).state !== state);
    }
    measure(plugin, 'dairy-air', 3)
    measure(plugin, 'dairy-bottle', 3)
    door(true)
    await reaches('door-open')
    door(false)
    await reaches('in-range')
    t.pass(source)
  }
  await plugin.stop()
})
