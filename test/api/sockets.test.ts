import { EventEmitter } from 'node:events'
import { mock } from 'node:test'
import { test } from 'tap'
import type { WebSocket } from 'ws'
import type { Session, Sessions } from '../../runtime/api/sessions.ts'
import { guardSocket } from '../../runtime/api/sockets.ts'

const round = 15_000
/** What a socket is asked to do; the test says what its peer answers. */
class Peer extends EventEmitter {
  asked: string[] = []
  ping = () => void this.asked.push('ping')
  terminate = () => void this.asked.push('terminate')
}
const turn = () => new Promise((next) => setImmediate(next))

test('a box that was kept from running hears the answer that waits for it; a peer that is gone is let go', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const peer = new Peer()
  const sessions = { onEnd: () => () => undefined } as Partial<Sessions> as Sessions
  let beats = 0
  guardSocket(
    peer as EventEmitter as WebSocket,
    sessions,
    {} as Session,
    () => undefined,
    () => void beats++,
  )
  mock.timers.tick(round)
  t.same([peer.asked, beats], [['ping'], 1], 'a page, which sees no ping, gets a beat')

  // The process stood still: the clock is on, and the answer is still to be read.
  mock.timers.tick(round)
  peer.emit('pong')
  await turn()
  mock.timers.tick(round)
  t.same(peer.asked, ['ping', 'ping'])

  mock.timers.tick(round)
  await turn()
  t.same(peer.asked, ['ping', 'ping', 'terminate'])
  peer.emit('close')
  mock.timers.tick(round)
  t.equal(beats, 2)
})
