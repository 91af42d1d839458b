/** The end of a shift, from the roster to the badge, the floor plan and the page of whoever goes home. */
import { test } from 'tap'
import type { RosterEntry } from '../../runtime/contract/index.ts'
import { sampleEvent } from '../support/events.ts'
import { openBox, type Socket } from './box.ts'

const badge = 'aa:bb:cc:00:00:01'

async function until(socket: Socket, wanted: (message: Record<string, unknown>) => boolean) {
  for (;;) {
    const message = await socket.next<Record<string, unknown>>()
    if (wanted(message)) return message
  }
}

test('a badge tells the zone of its bearer on shift, and nothing of them from the end of it, without a restart', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const { body, headers } = await call<RosterEntry>('GET', '/api/v1/roster/anna')
  const worn = { ...body, badges: [badge] }
  const put = await call('PUT', '/api/v1/roster/anna', worn, { 'if-match': headers.get('etag') ?? '' })
  t.equal(box.shop.identity.token(badge), 'staff/anna', 'a badge that was just registered is hers')
  const anna = await box.device('staff', 'anna')
  const page = anna.socket('/api/v1/staff/me/stream')
  await until(page, ({ me }) => me !== undefined)
  const moved = { who: 'staff/anna', kind: 'staff' as const, zone: 'dairy' }
  box.bus.publish(sampleEvent('presence.entered', { subject: 'zone/dairy', data: moved }))
  t.match((await anna.call('GET', '/api/v1/staff/me')).body, { zone: 'dairy', badges: 1, onShift: true })
  t.match((await call('GET', '/api/v1/staff')).body, [{ id: 'anna', zone: 'dairy' }, {}])
  const opened = await call<{ task: string }>('POST', '/api/v1/tasks', { params: { title: 'Refill oat milk' } })
  t.equal((await anna.call('POST', `/api/v1/staff/me/tasks/${opened.body.task}/claim`)).status, 200)

  const home = await call(
    'PUT',
    '/api/v1/roster/anna',
    { ...worn, shifts: [] },
    { 'if-match': put.headers.get('etag') ?? '' },
  )
  t.equal(home.status, 200)
  t.match(box.shop.identity.token(badge), /^visit\/[0-9a-f]{16}$/, 'a visitor like any other')
  t.notOk(box.shop.identity.allowed('staff/anna'), 'and what names her is refused')
  await until(page, ({ hello }) => (hello as { onShift?: boolean } | undefined)?.onShift === false)
  const { me } = await until(page, (message) => (message['me'] as { onShift?: boolean } | undefined)?.onShift === false)
  t.notOk((me as { zone?: string }).zone, 'her page knows no zone')
  const me2 = (await anna.call<{ zone?: string }>('GET', '/api/v1/staff/me')).body
  t.equal(me2.zone, undefined)
  t.same((await call('GET', '/api/v1/presence')).body, [], 'nor does the floor plan')
  const [listed] = (await call<{ zone?: string; onShift: boolean }[]>('GET', '/api/v1/staff')).body
  t.match([listed?.zone, listed?.onShift], [undefined, false])
  t.match(box.shop.tasks.get(opened.body.task), { state: 'open' }, 'and what she had waits for somebody')
})
