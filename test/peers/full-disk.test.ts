/** A fridge gets warm while the disk of the box is full: a real file system without room, the whole box on it. */
import '../support/plain-children.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { twinPlan } from '../../devices/twin/start.ts'
import { client } from '../api/box.ts'
import { oneWireTree } from '../plugins/fridge-probe/one-wire-tree.ts'
import { until } from '../support/box.ts'
import { startFullDiskBox } from '../support/full-disk-box.ts'
import { peer } from '../support/peer.ts'

const air = '28-0316a2795fb1'
const without = ['ble', 'bangle', 'camera', 'display', 'infer', 'presence', 'shelf-scale', 'stock', 'mqtt']
const dairy = { id: 'dairy', name: 'Dairy wall', profile: 'chilled', delayMinutes: 0, air: ['dairy-air'] }

interface Health {
  status: string
  stages: Record<string, string>
  reasons?: Record<string, string>
}
interface Task {
  id: string
  title: string
  state: string
  claimedBy?: string
}

test('on a full disk the box calls for help, says what it cannot keep, and writes it when there is room', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const home = await mkdtemp(join(tmpdir(), 'endcap-full-'))
  t.teardown(() => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  const tree = await oneWireTree(t)
  const box = await startFullDiskBox(t, home, {
    ...Object.fromEntries(without.map((name) => [name, { enabled: false }])),
    'fridge-probe': {
      config: { folder: tree.folder, everySeconds: 1 },
      devices: [{ id: 'air', config: { probe: 'dairy-air', rom: air } }],
    },
  })
  const signIn = async (secret: string) => {
    const answer = await client(box.address).call('POST', '/api/v1/session', { secret })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return client(box.address, (answer.headers.get('set-cookie') ?? '').split(';')[0])
  }
  const manager = await signIn(box.link.split('#')[1] ?? '')
  const get = async <T>(path: string) => (await manager.call<T>('GET', `/api/v1${path}`)).body
  await manager.call('PUT', '/api/v1/shop.yaml', twinPlan(), { 'content-type': 'text/yaml' })
  await manager.call('PUT', '/api/v1/cabinets', [dairy])
  const link = async (staff: string) => {
    const { body } = await manager.call<{ secret: string }>('POST', '/api/v1/links', { role: 'staff', id: staff })
    return body.secret
  }
  const [anna, later] = [await link('anna'), await link('bogdan')]
  const page = await signIn(anna)
  await until('the flows run', async () => (await get<Health>('/health')).stages['flows'] === 'ready' || undefined)

  await box.fill()
  await tree.measures(air, 9)
  const task = await until('somebody is called', async () =>
    (await page.call<{ tasks: Task[] } & Task[]>('GET', '/api/v1/staff/me/tasks')).body.find?.(({ title }) =>
      title.startsWith('Dairy wall'),
    ),
  )
  t.equal(task.state, 'open')
  t.match(await page.call('POST', `/api/v1/staff/me/tasks/${task.id}/claim`), {
    status: 507,
    body: { code: 'ENDCAP_TASK_UNKEPT', message: /that counts, but.*disk of the box is full/, remedy: /make room/ },
  })
  t.match(await get<Task[]>('/tasks'), [{ id: task.id, state: 'claimed', claimedBy: { id: 'anna' } }], 'it does count')
  t.equal((await page.call('POST', `/api/v1/staff/me/tasks/${task.id}/claim`)).status, 507, 'and is not called kept')

  const shown = { name: 'sign.show', to: 'screen/dairy', params: { content: { layout: 'message', title: 'Closed' } } }
  t.match(await manager.call('POST', '/api/v1/commands', shown), { status: 200 })
  const screen = await get<{ content: unknown }>('/screens/dairy')
  t.match(JSON.stringify(screen), /Closed/, 'screens go on')
  const notKept = { status: 507, body: { code: 'ENDCAP_DISK_FULL', message: /cannot be kept/, remedy: /Make room/ } }
  t.match(await manager.call('PUT', '/api/v1/cabinets', [{ ...dairy, name: 'Milk' }]), notKept)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
  t.match(await manager.call('PUT', '/api/v1/media', svg, { 'content-type': 'image/svg+xml' }), notKept)
  t.match(await get('/cabinets'), [{ name: 'Dairy wall' }], 'what was refused did not happen')
  t.equal((await (await signIn(later)).call('GET', '/api/v1/staff/me/tasks')).status, 200, 'others can still sign in')
  t.match(await get<Health>('/health'), {
    status: 'degraded',
    stages: { ledger: 'failed' },
    reasons: { ledger: /disk of the box is full.*written since.*waits in memory.*Make room/ },
  })
  const unwritten = (await box.log()).filter((line) => line.includes('the ledger could not be written'))
  t.equal(unwritten.length, 1, 'said once, though it was tried again and again')

  await box.free()
  await until('it goes on by itself', async () => (await get<Health>('/health')).status === 'ok' || undefined)
  t.match(await box.written('task'), [{ id: task.id, state: 'claimed', claimedBy: 'anna' }], 'now it is in the file')
  const events = await get<{ events: { type: string; data: object }[] } & { type: string; data: object }[]>(
    '/events?type=ledger.resumed',
  )
  t.match(
    JSON.stringify(events),
    /"reason":"The disk of the box is full.*"lost":0|"lost":0.*The disk of the box is full/,
  )
  const kept = await get<unknown>('/events?subject=cabinet/dairy&limit=1000')
  t.match(JSON.stringify(kept), /cold\.warning.*|cold\.acknowledged/, 'the alarm is in the log after all')
})
