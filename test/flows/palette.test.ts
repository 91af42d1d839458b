import { test } from 'tap'
import { startBox } from '../flow-engine/box.ts'

const tab = { id: 'tab', type: 'tab', label: 'Test' }
const at = { z: 'tab', x: 1, y: 1 }

test('event in hears what it names, and a device command carries its cause and brings an answer', async (t) => {
  const box = await startBox({
    home: t.testdir(),
    flows: [
      tab,
      { id: 'in', type: 'endcap-event-in', ...at, event: 'shelf.*', field: 'slot', value: 'A/1/1', wires: [['do']] },
      {
        id: 'do',
        type: 'endcap-device-command',
        ...at,
        command: 'sign.show',
        to: 'screen/door',
        from: 'form',
        params: '{"content":{"layout":"message","title":"Empty"}}',
        wires: [['next']],
      },
      {
        id: 'next',
        type: 'endcap-show-on-sign',
        ...at,
        action: 'show',
        screen: 'counter',
        title: 'showing: {{answer.showing}}',
        wires: [[]],
      },
    ],
  })
  t.teardown(() => box.stop())
  box.publish('shelf.low', { data: { slot: 'B/2/2' } })
  const low = box.publish('shelf.low', { data: { slot: 'A/1/1' } })
  const [, counter] = await Promise.all([
    box.called(({ to }) => to === 'screen/door'),
    box.called(({ to }) => to === 'screen/counter'),
  ])
  t.match(counter.params, { content: { title: 'showing: true' } })
  t.same(
    box.calls.map(({ because }) => because),
    [[low.id], [low.id]],
    'one event matched, and is the cause of both',
  )
})

test('everybody on shift is told, and an error of a command reaches the catch node', async (t) => {
  const box = await startBox({
    home: t.testdir(),
    flows: [
      tab,
      { id: 'in', type: 'endcap-event-in', ...at, event: 'cold.excursion', wires: [['who', 'wrong']] },
      { id: 'who', type: 'endcap-staff-on-shift', ...at, mode: 'everybody', wires: [['tell'], []] },
      {
        id: 'tell',
        type: 'endcap-notify-staff',
        ...at,
        to: '@chosen',
        title: 'Fridge',
        urgency: 'urgent',
        onceMinutes: 0,
        wires: [[], []],
      },
      {
        id: 'wrong',
        type: 'endcap-device-command',
        ...at,
        command: 'sign.show',
        to: 'screen/nowhere',
        from: 'form',
        params: '{}',
        wires: [[]],
      },
      { id: 'catch', type: 'catch', ...at, scope: ['wrong'], wires: [['sign']] },
      {
        id: 'sign',
        type: 'endcap-show-on-sign',
        ...at,
        action: 'show',
        screen: 'door',
        title: '{{error.message}}',
        wires: [[]],
      },
    ],
  })
  t.teardown(() => box.stop())
  box.publish('cold.excursion')
  const sign = await box.called(({ name }) => name === 'sign.show')
  t.match(sign.params, { content: { title: /sign\.show|screen\/nowhere/ } })
  t.equal((await box.called(({ name }) => name === 'staff.notify')).to, 'staff/+')
  t.same(
    ['anna', 'ben', 'carla'].map((staff) => box.shop.notices.list(staff).length),
    [1, 1, 0],
  )
})

test('a task is about a customer: associates read the name while she agrees, and no flow ever does', async (t) => {
  const task = { type: 'endcap-open-task', ...at, to: '+', title: 'Carry bags for {{name}}', wires: [[]] }
  const box = await startBox({
    home: t.testdir(),
    flows: [
      tab,
      { id: 'in', type: 'endcap-event-in', ...at, event: 'presence.entered', wires: [['about', 'plain']] },
      { ...task, id: 'about', about: true, text: '{{name}} is in {{payload.zone}}' },
      { ...task, id: 'plain' },
    ],
  })
  t.teardown(() => box.stop())
  const { people, tasks } = box.shop
  const { id } = await people.add({ name: 'Greta', tags: [] }, 'manager')
  for (const purpose of ['recognition', 'arrival-notice'] as const) await people.give(id, purpose, 'manager')
  const who = `person/${id}`
  box.publish('presence.entered', { subject: 'zone/entrance', data: { who, kind: 'customer', zone: 'entrance' } })
  const about = await box.called(({ name, params }) => name === 'task.open' && params['about'] !== undefined)
  t.match(about.params, { about: who, title: 'Carry bags for {{name}}', text: '{{name}} is in entrance' })
  await box.called(({ name, params }) => name === 'task.open' && params['about'] === undefined)
  const read = () =>
    tasks
      .of('anna')
      .map(({ title, text }) => [title, text].filter(Boolean).join(': '))
      .sort()
  t.same(read(), ['Carry bags for A customer', 'Carry bags for Greta: Greta is in entrance'])
  await people.withdraw(id, 'arrival-notice', 'manager')
  t.same(read(), ['Carry bags for A customer', 'Carry bags for A customer: A customer is in entrance'])
  t.notMatch(JSON.stringify(box.calls), 'Greta')
})
