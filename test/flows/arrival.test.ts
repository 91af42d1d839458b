import { test } from 'tap'
import { startBox } from '../flow-engine/box.ts'

test('arrival: an associate is told once, and only with consent', async (t) => {
  const box = await startBox({ home: t.testdir() })
  t.teardown(() => box.stop())
  const { people } = box.shop
  const customer = async (name: string, favourite: string, purposes: Parameters<typeof people.give>[1][]) => {
    const { id } = await people.add({ name, tags: [], favourite }, 'manager')
    for (const purpose of purposes) await people.give(id, purpose, 'manager')
    return `person/${id}`
  }
  const enters = (who: string) =>
    box.publish('presence.entered', { subject: 'zone/entrance', data: { who, kind: 'customer', zone: 'entrance' } })
  const told = (who: string, from = 0) =>
    box.called(({ name, params }) => name === 'staff.notify' && params['about'] === who, from)
  const all = ['recognition', 'arrival-notice', 'favourite-associate'] as const
  const open = () => ['anna', 'ben', 'carla'].flatMap((staff) => box.shop.notices.list(staff))

  const silent = await customer('Silent Sam', 'ben', ['recognition'])
  const greta = await customer('Greta', 'ben', [...all])
  const lotte = await customer('Lotte', 'carla', [...all])

  // Who did not agree comes first: had a notice been given, it would stand before Greta's.
  enters(silent)
  const entered = enters(greta)
  const first = await told(greta)
  t.equal(first.to, 'staff/ben', 'her favourite, who is on shift')
  t.same(first.because, [entered.id])
  t.same(
    open().map(({ staff, title, text }) => ({ staff, title, text })),
    [{ staff: 'ben', title: 'Greta has come in', text: 'In Entrance now.' }],
  )
  t.notOk(
    box.calls.some(({ params }) => params['about'] === silent),
    'nothing at all without consent',
  )
  t.notMatch(JSON.stringify(box.calls), 'Greta', 'her name never was in Node-RED')

  // Carla is not on shift; Anna was seen nearest to the entrance.
  box.publish('presence.moved', {
    subject: 'staff/anna',
    data: { who: 'staff/anna', kind: 'staff', zone: 'entrance', x: 2, y: 2, accuracyMetres: 1 },
  })
  enters(lotte)
  t.equal((await told(lotte)).to, 'staff/anna', 'whoever is nearest, where the favourite is off')

  const from = box.calls.length
  enters(greta)
  await told(greta, from)
  t.equal(open().length, 2, 'a repeat within ten minutes tells nobody')
})
