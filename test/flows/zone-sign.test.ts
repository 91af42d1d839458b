import { test } from 'tap'
import { waitFor } from '../support/events.ts'
import { startBox } from '../flow-engine/box.ts'

const who = (visitor: string, zone: string) => ({
  subject: `zone/${zone}`,
  data: { who: `visit/${visitor}`, kind: 'visitor' as const, zone },
})

test('zone-sign: a screen shows what fits its zone while somebody is there', async (t) => {
  const box = await startBox({ home: t.testdir() })
  t.teardown(() => box.stop())
  const title = (screen: string) => box.shop.screens.state(screen).content.title
  const shows = (screen: string, text: string) => waitFor(() => title(screen) === text, `${text} on ${screen}`)
  t.equal(title('counter'), 'Bread', 'nobody is there: the fallback')

  const entered = box.publish('presence.entered', who('a', 'bakery'))
  await shows('counter', 'Just out of the oven')
  t.same(box.shop.screens.state('counter').because, [entered.id], 'the sign tells why')
  t.equal(title('door'), 'Good morning', 'the screen of another zone is left alone')

  // A second visitor keeps the sign when the first one goes. The door answers after the bakery was counted.
  box.publish('presence.entered', who('b', 'bakery'))
  box.publish('presence.left', who('a', 'bakery'))
  box.publish('presence.entered', who('a', 'entrance'))
  await shows('door', 'Good to see you')
  t.equal(title('counter'), 'Just out of the oven')

  box.publish('presence.left', who('b', 'bakery'))
  await shows('counter', 'Bread')

  // While Node-RED is away the last one goes; when it is back, it counts and sets the sign right.
  const away = box.host.restart('flows')
  box.publish('presence.left', who('a', 'entrance'))
  await away
  await shows('door', 'Good morning')
})
