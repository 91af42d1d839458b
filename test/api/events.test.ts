import { test } from 'tap'
import { nextEvent, sampleEvent, waitFor } from '../support/events.ts'
import { openBox, plainRequest } from './box.ts'

interface Told {
  id: string
  type: string
  time: string
  subject: string
  source: string
}

test('an event that is sent in is kept before it is answered, and can be asked for', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const data = { task: 't-1', title: 'Till 2' }
  const sent = await call<{ id: string }>('POST', '/api/v1/events', {
    type: 'task.opened',
    subject: 'task/t-1',
    data,
  })
  t.equal(sent.status, 201)
  const { id } = sent.body
  t.equal(sent.headers.get('location'), `/api/v1/events/${id}`)
  const kept = await box.ledger.query({ id })
  t.match(kept, [{ id, source: 'api/manager', data }], 'it is in the ledger')

  const caused = sampleEvent('staff.acknowledged', { because: [id] })
  await box.ledger.commit(caused)
  const { body } = await call('GET', `/api/v1/events/${caused.id}`)
  t.match(body, { type: 'staff.acknowledged', causes: [{ id, type: 'task.opened' }], effects: [] })
  t.match((await call('GET', `/api/v1/events/${id}`)).body, { causes: [], effects: [{ id: caused.id }] })
  t.match(body['time'], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'time is RFC 3339')
  t.match((await call('GET', '/api/v1/events/none')).body, { code: 'ENDCAP_NOT_FOUND' })
})

test('events are found by type, subject and time, page by page', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const start = Date.UTC(2026, 1, 1)
  for (let i = 0; i < 5; i++)
    await box.ledger.commit(sampleEvent('task.opened', { time: start + i * 60_000, subject: `task/t-${i}` }))
  await box.ledger.commit(sampleEvent('staff.notified', { time: start }))
  const seen: string[] = []
  let where: string | undefined = '/api/v1/events?type=task.*&limit=2'
  let pages = 0
  while (where) {
    const page: { body: Told[]; headers: Headers } = await call<Told[]>('GET', where)
    seen.push(...page.body.map(({ subject }) => subject))
    where = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
    pages++
  }
  t.same(seen, ['task/t-4', 'task/t-3', 'task/t-2', 'task/t-1', 'task/t-0'], 'newest first, each once')
  t.equal(pages, 3)
  const between = '/api/v1/events?subject=task/%2B&since=2026-02-01T00:01:00Z&until=2026-02-01T00:03:00Z'
  t.same(
    (await call<Told[]>('GET', between)).body.map(({ subject }) => subject),
    ['task/t-2', 'task/t-1'],
  )
})

test('a wrong request is told which field, and what to do', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const post = (body: unknown) => call('POST', '/api/v1/events', body)
  const temperature = { type: 'probe.temperature', subject: 'probe/1', data: { celsius: 'cold' } }
  t.match(await post(temperature), { status: 422, body: { code: 'ENDCAP_EVENT_INVALID', remedy: /docs\/events\.md/ } })
  t.match(await post({ type: 'nothing.known', data: {} }), { status: 422, body: { code: 'ENDCAP_EVENT_UNKNOWN' } })
  t.match(await post({ data: {} }), { status: 400, body: { code: 'ENDCAP_REQUEST_INVALID', message: /at body.*type/ } })
  t.match(await post({ type: 'a.b', data: {}, colour: 'red' }), {
    status: 400,
    body: { message: /at body\/colour: is not/ },
  })
  t.match(
    await post({ type: 7, data: {} }),
    { status: 400, body: { message: /body\/type/ } },
    'bodies are not converted',
  )
  t.match(await call('POST', '/api/v1/events', '{"type":', { 'content-type': 'application/json' }), {
    status: 400,
    body: { code: 'ENDCAP_REQUEST_INVALID', message: /at body/ },
  })
  t.match(await call('POST', '/api/v1/events', '<a/>', { 'content-type': 'text/xml' }), {
    status: 400,
    body: { message: /content-type/ },
  })
  t.match(await call('GET', '/api/v1/events?limit=many'), { status: 400, body: { message: /query\/limit/ } })
  t.match(await call('GET', '/api/v1/events?since=yesterday'), {
    status: 400,
    body: { message: /query\/since.*RFC 3339/ },
  })
  t.match(await call('GET', '/api/v1/nothing'), { status: 404, body: { code: 'ENDCAP_NOT_FOUND' } })
  const wrong = await call('PUT', '/api/v1/events')
  t.match(wrong, { status: 405, body: { code: 'ENDCAP_METHOD_NOT_ALLOWED', remedy: /GET, HEAD, POST/ } })
  const options = await call('OPTIONS', '/api/v1/events')
  t.equal(options.status, 204)
  t.equal(options.headers.get('allow'), 'GET, HEAD, POST')
  t.equal((await call('HEAD', '/api/v1/events')).status, 200)
  const { cookie } = box.manager
  const odd = await plainRequest(box.address, 'GET', '/api/v1/%zz', { cookie })
  t.match(odd, { status: 400, text: /"code":"ENDCAP_REQUEST_INVALID"/ }, 'a path that cannot be decoded')
})

test('what fails inside is logged under the request id and tells nothing of its insides', async (t) => {
  const box = await openBox(t, {
    stages: () => {
      throw new TypeError('cannot read /etc/secret-place')
    },
  })
  const { status, body, headers } = await box.anyone.call('GET', '/api/v1/health')
  t.match({ status, body }, { status: 500, body: { code: 'ENDCAP_INTERNAL' } })
  t.equal(headers.get('x-request-id'), body['requestId'])
  t.notMatch(JSON.stringify(body), /secret-place|server\.ts/)
  t.ok(box.lines.some((line) => line.includes('secret-place') && line.includes(String(body['requestId']))))
})

test('a command is carried out and answered; a repeated id gets the first answer', async (t) => {
  const box = await openBox(t)
  let calls = 0
  box.commands.handle('scales/', ['scale.tare'], ({ source }) => {
    calls++
    t.equal(source, 'api/manager')
    return {}
  })
  const tare = { name: 'scale.tare', to: 'scales/left', params: {}, id: 'once' }
  t.match(await box.manager.call('POST', '/api/v1/commands', tare), { status: 200, body: {} })
  t.match(await box.manager.call('POST', '/api/v1/commands', tare), { status: 200, body: {} })
  t.equal(calls, 1)
  const nobody = { name: 'scale.tare', to: 'nobody/there' }
  t.match(await box.manager.call('POST', '/api/v1/commands', nobody), { body: { code: 'ENDCAP_TARGET_UNKNOWN' } })
})

test('the stream carries what was asked for, many events in one message', async (t) => {
  const box = await openBox(t)
  const some = box.manager.socket('/api/v1/stream?type=presence.entered&type=task.*&subject=zone/%2B&subject=task/t-1')
  const all = box.manager.socket('/api/v1/stream')
  await Promise.all([some.opened, all.opened])
  await waitFor(() => box.bus.stats().subscriptions.filter(({ name }) => name.startsWith('api/stream')).length === 2)
  const entered = sampleEvent('presence.entered')
  box.bus.publish(sampleEvent('probe.temperature'))
  box.bus.publish(sampleEvent('task.opened', { subject: 'task/t-2' }))
  box.bus.publish(entered)
  box.bus.publish(sampleEvent('task.opened', { subject: 'task/t-1' }))
  const first = await some.next<Told[]>()
  t.same(
    first.map(({ subject }) => subject),
    [entered.subject, 'task/t-1'],
    'in one message',
  )
  t.equal(first[0]?.time, new Date(entered.time).toISOString())
  t.equal((await all.next<Told[]>()).length, 4)
  some.close()
  await some.over
  await waitFor(() => box.bus.stats().subscriptions.filter(({ name }) => name.startsWith('api/stream')).length === 1)
  const sent = nextEvent(box.bus, 'task.opened')
  const data = { task: 't-1', title: 'Till 2' }
  await box.manager.call('POST', '/api/v1/events', { type: 'task.opened', data })
  t.match(await all.next(), [{ id: (await sent).id, source: 'api/manager' }], 'ingest comes by too')
  t.match(await box.manager.call('GET', '/api/v1/stream'), { status: 400, body: { message: /WebSocket/ } })
})

test('a reader that stops reading holds nobody up, and gets the newest of each subject', async (t) => {
  const box = await openBox(t)
  const slow = box.manager.socket('/api/v1/stream?type=probe.temperature')
  await slow.opened
  slow.pause()
  const stats = () => box.bus.stats().subscriptions.find(({ name }) => name.startsWith('api/stream'))
  await waitFor(stats)
  let sent = 0
  await waitFor(() => {
    for (let i = 0; i < 2000; i++) {
      const subject = `probe/${sent % 10}`
      box.bus.publish(sampleEvent('probe.temperature', { subject, data: { celsius: sent++ } }))
    }
    return (stats()?.coalesced ?? 0) > 1000
  })
  t.ok((stats()?.waiting ?? 0) <= 10, 'no more waits than there are subjects')
  slow.resume()
  const newest = () => slow.next<{ data: { celsius: number } }[]>()
  while (!(await newest()).some(({ data }) => data.celsius === sent - 1));
  t.equal(stats()?.waiting, 0, 'the newest value came through')
})
