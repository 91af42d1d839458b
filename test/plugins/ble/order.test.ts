import { test } from 'tap'
import { createAdapter } from '../../../plugins/ble/adapter.ts'
import type { Session } from '../../../plugins/ble/session.ts'

/** BlueZ as a test answers for it: each call waits until it is told. */
function bluez() {
  const calls: { member: string; answer: (error?: Error) => void }[] = []
  const waiting: (() => void)[] = []
  const session = {
    call: ({ member }: { member: string }) =>
      new Promise<undefined>((resolve, reject) => {
        calls.push({ member, answer: (error) => (error ? reject(error) : resolve(undefined)) })
        for (const look of waiting.splice(0)) look()
      }),
  } as Partial<Session> as Session
  return {
    session,
    /** The next call, when it has come. */
    async next(member: string) {
      while (calls.length === 0) await new Promise<void>((resolve) => void waiting.push(resolve))
      const call = calls.shift()
      if (call?.member !== member) throw new Error(`${call?.member} was called, not ${member}`)
      return call.answer
    },
  }
}

test('an answer that BlueZ gave before it was restarted is not taken for one of the new BlueZ', async (t) => {
  const { session, next } = bluez()
  const states: string[] = []
  const adapter = createAdapter(
    {
      adapter: 'hci0',
      silenceSeconds: 60,
      online: () => void states.push('online'),
      stale: () => void states.push('stale'),
      offline: () => void states.push('offline'),
    },
    () => 0,
  )
  const started = adapter.start(session)
  const filtered = await next('SetDiscoveryFilter')
  filtered()
  const scanning = await next('StartDiscovery')
  adapter.bluezGone()
  void adapter.appeared()
  scanning()
  await started
  t.same(states, ['offline'], 'that it scanned is over')
  const again = await next('SetDiscoveryFilter')
  again()
  const anew = await next('StartDiscovery')
  anew()
  await new Promise((resolve) => setImmediate(resolve))
  t.same(states, ['offline', 'online'], 'the new one was asked, too')
})
