import { test } from 'tap'
import { openBox, plan, type Socket } from './box.ts'

interface Task {
  id: string
  title: string
  state: string
  claimedBy?: { id: string; name: string }
  openedAt: string
}
interface Me {
  name: string
  onShift: boolean
  availability: string
  quiet: boolean
  attention: { alertsPerHour: number; used: number; held: { reason: string }[] }
  colleagues: { id: string; name: string }[]
  shiftEndsAt: string
}

/** The next message that satisfies; others are let go by. */
async function until(socket: Socket, wanted: (message: Record<string, unknown>) => boolean) {
  for (;;) {
    const message = await socket.next<Record<string, unknown>>()
    if (wanted(message)) return message
  }
}

const always = plan.staff[0]?.shifts ?? []
const both = { ...plan, staff: plan.staff.map((one) => ({ ...one, shifts: always })) }

test('a manager opens a task; one associate takes it, the other is told who has it', async (t) => {
  const box = await openBox(t, {}, both)
  const anna = await box.device('staff', 'anna')
  const bruno = await box.device('staff', 'bruno')
  const stream = bruno.socket('/api/v1/staff/me/stream')
  await until(stream, ({ hello }) => hello !== undefined)
  const params = { title: 'Refill oat milk', kind: 'refill', key: 'refill/A/3/2', zone: 'dairy', urgency: 'urgent' }
  const opened = await box.manager.call<{ task: string; told: string[] }>('POST', '/api/v1/tasks', { params })
  t.match(opened, { status: 201, body: { told: ['anna', 'bruno'] } })
  const { task } = opened.body
  t.match(await until(stream, ({ alert }) => alert !== undefined), {
    alert: { what: 'task', id: task, urgency: 'urgent' },
  })
  t.match(await until(stream, (one) => one['task'] !== undefined), { task: { id: task, title: 'Refill oat milk' } })

  const claim = (who: typeof anna) => who.call<Task & { code?: string }>('POST', `/api/v1/staff/me/tasks/${task}/claim`)
  t.match(await claim(anna), {
    status: 200,
    body: { state: 'claimed', claimedBy: { id: 'anna', name: 'Anna Keller' } },
  })
  t.match(await claim(anna), { status: 200 }, 'a repeated claim is the same claim')
  t.match(await claim(bruno), { status: 409, body: { code: 'ENDCAP_TASK_TAKEN', message: /Anna Keller has the task/ } })
  t.match(await until(stream, ({ task: one }) => (one as Task | undefined)?.state === 'claimed'), {
    task: { claimedBy: { id: 'anna' } },
  })
  t.same((await bruno.call('GET', '/api/v1/staff/me/tasks')).body, [])

  const passed = await anna.call('POST', `/api/v1/staff/me/tasks/${task}/pass`, { to: 'bruno' })
  t.match(passed, { status: 200, body: { state: 'open', offeredTo: { name: 'Bruno Frei' }, passedBy: { id: 'anna' } } })
  t.match(await bruno.call('POST', `/api/v1/staff/me/tasks/${task}/done`), { body: { state: 'done' } })
  t.match(await anna.call('POST', `/api/v1/staff/me/tasks/${task}/claim`), {
    status: 409,
    body: { code: 'ENDCAP_TASK_OVER' },
  })
  t.match((await box.manager.call('GET', '/api/v1/tasks')).body, [{ id: task, state: 'done', endedBy: 'staff/bruno' }])

  const other = await box.manager.call<{ task: string }>('POST', '/api/v1/tasks', {
    to: 'staff/anna',
    params: { title: 'Till 2' },
  })
  const close = `/api/v1/tasks/${other.body.task}/close`
  t.match(await anna.call('POST', close, { reason: 'no' }), { status: 403 })
  t.match(await box.manager.call('POST', close, { reason: 'nobody waits' }), {
    body: { state: 'closed', endedBy: 'manager' },
  })
  t.match(await box.manager.call('POST', '/api/v1/tasks', { params: {} }), { status: 400 })
  stream.close()
})

test('an associate says that they are on a break or want quiet, and sees what the box knows of them', async (t) => {
  const box = await openBox(t, {}, both)
  const anna = await box.device('staff', 'anna')
  const me = await anna.call<Me>('GET', '/api/v1/staff/me')
  t.match(me.body, {
    name: 'Anna Keller',
    onShift: true,
    availability: 'available',
    quiet: false,
    badges: 0,
    attention: { alertsPerHour: 12, used: 0, held: [] },
    colleagues: [{ id: 'bruno', name: 'Bruno Frei' }],
  })
  t.ok(Date.parse(me.body.shiftEndsAt) > Date.now())
  t.match(await anna.call('PUT', '/api/v1/staff/me/availability', { availability: 'busy', quiet: true }), {
    status: 200,
    body: { availability: 'busy', quiet: true },
  })
  await box.manager.call('POST', '/api/v1/tasks', { to: 'staff/anna', params: { title: 'Till 2' } })
  t.match((await anna.call<Me>('GET', '/api/v1/staff/me')).body.attention.held, [{ reason: /you want quiet/ }])
  t.match(await anna.call('PUT', '/api/v1/staff/me/availability', { availability: 'asleep' }), { status: 400 })
  t.match(await anna.call('GET', '/api/v1/staff/bruno'), { status: 403 })
  t.match(await anna.call('GET', '/api/v1/tasks'), { status: 403 })
  t.match(await box.manager.call('GET', '/api/v1/staff/anna'), { body: { availability: 'busy' } })
})

test('what became of the tasks goes out as a file', async (t) => {
  const box = await openBox(t, {}, both)
  const anna = await box.device('staff', 'anna')
  const open = async (params: object) =>
    (await box.manager.call<{ task: string }>('POST', '/api/v1/tasks', { params })).body.task
  const refill = await open({ title: '=Refill oat milk', kind: 'refill', key: 'refill/A/3/2', slot: 'A/3/2' })
  t.equal(
    await open({ title: 'Refill oat milk, empty now', kind: 'refill', key: 'refill/A/3/2', slot: 'A/3/2' }),
    refill,
  )
  const tidy = await open({ title: '=1+1' })
  await anna.call('POST', `/api/v1/staff/me/tasks/${refill}/claim`)
  await anna.call('POST', `/api/v1/staff/me/tasks/${refill}/done`)
  await box.manager.call('POST', `/api/v1/tasks/${tidy}/close`, { reason: 'seen to' })
  const json = await box.manager.call<object[]>('GET', '/api/v1/tasks.json')
  t.match(json.body, [
    { task: refill, kind: 'refill', slot: 'A/3/2', staff: 'anna', outcome: 'done', claimedAt: String, endedAt: String },
    { task: tidy, title: '=1+1', outcome: 'closed', reason: 'seen to' },
  ])
  t.equal(json.body.length, 2)
  const csv = await box.manager.call<string>('GET', '/api/v1/tasks.csv?separator=semicolon')
  const [head = '', first = '', second = ''] = csv.body.trim().split('\n')
  t.match(head, 'task;title;kind')
  t.match(first, `${refill};`)
  t.match(second, `;'=1+1;`)
  t.match(await box.manager.call('GET', '/api/v1/tasks.csv?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z'), {
    status: 400,
    body: { code: 'ENDCAP_REQUEST_INVALID' },
  })
  t.equal((await anna.call('GET', '/api/v1/tasks.json')).status, 403)

  const file = (text: string, query = '') =>
    box.manager.call('POST', `/api/v1/tasks/import?name=week.csv${query}`, text, { 'content-type': 'text/csv' })
  t.match(await file(csv.body), { status: 200, body: { added: 0, changed: 0, ended: 2 } }, 'history opens nothing')
  t.match(await file('title,zone\nMop,dairy\n', '&dry=true'), { status: 200, body: { added: 1 } })
  t.match(await file('title,zone\nMop,dairy\n'), { status: 200, body: { added: 1, examples: { added: ['Mop'] } } })
  t.match(await file('title,zone\nMop,moon\n'), {
    status: 422,
    body: { code: 'ENDCAP_IMPORT_INVALID', faults: [{ line: 2, field: 'zone' }] },
  })
  t.match((await box.manager.call<object[]>('GET', '/api/v1/tasks.json')).body.at(-1), {
    title: 'Mop',
    key: 'Mop',
    outcome: 'open',
  })
  t.equal((await anna.call('POST', '/api/v1/tasks/import', 'title\nMop\n')).status, 403)
})
