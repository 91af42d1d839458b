import { test } from 'tap'
import { sampleEvent } from '../support/events.ts'
import { berlin, openWorld } from '../support/shop-world.ts'

test('her favourite is told if on shift and if she agreed; else whoever is nearest; else anybody', async (t) => {
  const { shop, bus, clock } = await openWorld(t, t.testdir())
  const { id } = await shop.people.add({ name: 'Mara', tags: ['c4:7c:8d:6a:3e:11'], favourite: 'bruno' }, 'manager')
  const ask = { about: `person/${id}`, zone: 'entrance' }
  t.match(shop.chooseStaff(ask), { staff: 'anna', reason: /on shift/ }, 'nobody was seen yet: the first of the roster')
  t.match(shop.chooseStaff(ask), { staff: 'anna' }, 'and the same one again')

  const seen = (staff: string, x: number, y: number) => {
    const who = `staff/${staff}`
    bus.publish(sampleEvent('presence.moved', { subject: who, data: { who, kind: 'staff', zone: 'dairy', x, y } }))
  }
  seen('anna', 18, 5)
  seen('bruno', 8, 5)
  t.match(shop.chooseStaff(ask), { staff: 'bruno', reason: 'nearest on shift, 5 m away' })
  seen('bruno', 19, 5)
  t.match(shop.chooseStaff(ask), { staff: 'anna', reason: /nearest/ })

  await shop.people.give(id, 'favourite-associate', 'manager')
  t.match(shop.chooseStaff(ask), { staff: 'bruno', reason: /favourite/ })
  clock.time = berlin('2026-06-10T16:00')
  t.match(shop.chooseStaff(ask), { staff: 'anna' }, 'Bruno went home at three')
  clock.time = berlin('2026-06-10T23:00')
  t.equal(shop.chooseStaff(ask), undefined, 'the shop is empty')
})

test('an associate who was seen entering a zone is near it', async (t) => {
  const { shop, bus, clock } = await openWorld(t, t.testdir())
  const data = { who: 'staff/bruno', kind: 'staff' as const, zone: 'till' }
  bus.publish(sampleEvent('presence.entered', { subject: 'zone/till', time: clock.time, data }))
  t.match(shop.chooseStaff({ zone: 'till' }), { staff: 'bruno', reason: /there already/ })
  clock.time += 3_600_000
  t.match(shop.chooseStaff({ zone: 'till' }), { staff: 'anna' }, 'an hour later that is no news')
})
