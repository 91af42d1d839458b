import { test } from 'tap'
import type { RosterEntry } from '../../runtime/contract/index.ts'
import { openBox } from './box.ts'

test('a manager edits the roster; who edits an older state is told', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const found = await call<RosterEntry>('GET', '/api/v1/roster/anna')
  const tag = found.headers.get('etag') ?? ''
  const changed = { ...found.body, skills: ['cheese'], badges: ['aa:bb:cc:00:00:01'] }
  const put = await call('PUT', '/api/v1/roster/anna', changed, { 'if-match': tag })
  t.match(put, { status: 200, body: changed })
  t.not(put.headers.get('etag'), tag)
  t.match(await call('PUT', '/api/v1/roster/anna', found.body, { 'if-match': tag }), {
    status: 412,
    body: { code: 'ENDCAP_CHANGED_MEANWHILE', remedy: /Load it again/ },
  })
  const kim = { id: 'kim', name: 'Kim' }
  t.equal((await call('PUT', '/api/v1/roster/kim', kim, { 'if-none-match': '*' })).status, 200)
  t.equal((await call('PUT', '/api/v1/roster/kim', kim, { 'if-none-match': '*' })).status, 412)
  t.match((await call('GET', '/api/v1/staff')).body, [{ id: 'anna' }, { id: 'bruno' }, { id: 'kim', onShift: false }])
  t.match(await call('PUT', '/api/v1/roster/kim', { ...kim, name: '' }), {
    status: 422,
    body: { message: /^\/name/, remedy: /staff\.md/ },
  })
  t.equal((await call('DELETE', '/api/v1/roster/kim')).status, 204)
  t.equal((await call('GET', '/api/v1/roster/kim')).status, 404)
  const anna = await box.device('staff', 'anna')
  t.equal((await anna.call('GET', '/api/v1/roster')).status, 403, 'not for colleagues')
})

test('the roster as a file', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const csv = await call<string>('GET', '/api/v1/roster.csv?separator=semicolon')
  t.match(csv.headers.get('content-disposition'), /roster\.csv/)
  t.match(csv.body, /anna;Anna Keller;;;;;daily 00:00-00:00;/)
  const type = { 'content-type': 'text/csv' }
  t.match(
    await call('POST', '/api/v1/roster/import?dry=true&name=team.csv', 'id,name,shifts\nanna,Anna,some\n', type),
    {
      status: 422,
      body: { faults: [{ line: 2, field: 'shifts', remedy: /mon-fri 08:00-17:00/ }] },
    },
  )
  t.match((await call('POST', '/api/v1/roster/import?keep=true', 'id,name\nkim,Kim\n', type)).body, {
    added: 1,
    removed: 0,
  })
  const json = await call<RosterEntry[]>('GET', '/api/v1/roster.json')
  t.equal(json.body.length, 3)
})

test('a shop.yaml that somebody else has changed meanwhile is not overwritten', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const first = await call<string>('GET', '/api/v1/shop.yaml')
  const put = (text: string, tag: string | null) =>
    call('PUT', '/api/v1/shop.yaml', text, { 'content-type': 'text/yaml', ...(tag ? { 'if-match': tag } : {}) })
  const tag = first.headers.get('etag')
  const second = await put(`# mine\n${first.body}`, tag)
  t.equal(second.status, 200)
  t.match(await put(`# yours\n${first.body}`, tag), { status: 412, body: { message: /the shop file/ } })
  t.match((await call<string>('GET', '/api/v1/shop.yaml')).body, /^# mine/)
  t.equal((await put(`# yours\n${first.body}`, second.headers.get('etag'))).status, 200)
})
