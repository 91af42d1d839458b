/** A fridge gets warm in a whole box: from the probe's file to an associate's device, through a power cut. */
import '../support/plain-children.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { stringify } from 'yaml'
import { twinPlan } from '../../devices/twin/start.ts'
import type { PluginStatus } from '../../runtime/host/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { oneWireTree } from '../plugins/fridge-probe/one-wire-tree.ts'
import { freePort, listen, until } from '../support/box.ts'
import { startBoxProcess } from '../support/box-process.ts'
import { peer } from '../support/peer.ts'

const [air, bottle] = ['28-0316a2795fb1', '28-0316a2795fb2']
/** Anna is the first to be called, Bogdan the next, then everybody. */
const dairy = {
  id: 'dairy',
  name: 'Dairy wall',
  zone: 'dairy',
  profile: 'chilled',
  delayMinutes: 0,
  air: ['dairy-air'],
  product: 'dairy-bottle',
  roles: ['bakery', 'wine'],
}
const outageMinutes = 20

interface Event {
  type: string
  because?: string[]
  data: Record<string, unknown>
}
interface Task {
  id: string
  title: string
  state: string
  escalations: number
  told: string[]
  claimedBy?: string
}
/** What a staff device hears. */
interface Heard {
  alert?: { task?: { id: string } }
  task?: Task
}
interface Gap {
  from: string
  to: string
  reason: string
}

test('a fridge alarm goes on until somebody comes, with Node-RED dead and through a power cut', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const home = await mkdtemp(join(tmpdir(), 'endcap-cold-'))
  t.teardown(() => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  const tree = await oneWireTree(t)
  const measures = (warm: number, product: number) =>
    Promise.all([tree.measures(air, warm), tree.measures(bottle, product)])
  await measures(9, 3)
  const without = ['ble', 'bangle', 'camera', 'display', 'infer', 'presence', 'shelf-scale', 'stock', 'mqtt']
  const configuration = {
    network: { port: await freePort() },
    plugins: {
      ...Object.fromEntries(without.map((name) => [name, { enabled: false }])),
      'fridge-probe': {
        config: { folder: tree.folder, everySeconds: 1 },
        devices: [
          { id: 'air', config: { probe: 'dairy-air', rom: air } },
          { id: 'bottle', config: { probe: 'dairy-bottle', rom: bottle } },
        ],
      },
      'cold-chain': { config: { nextAfterSeconds: 1, calmMinutes: 0 } },
    },
  }
  await writeFile(join(home, 'endcap.yaml'), stringify(configuration))

  const first = await startBoxProcess(t, home)
  await first.ask('PUT', '/shop.yaml', twinPlan(), 'text/yaml')
  const open = async (address: string, path: string, cookie: string) => {
    const heard = await listen<Event & Heard>({ address, cookie } as Parameters<typeof listen>[0], path, cookie)
    t.teardown(() => heard.close())
    return heard
  }
  const device = async (box: typeof first, staff: string) =>
    open(box.address, '/api/v1/staff/me/stream', await box.signIn(staff))
  const stream = (box: typeof first) =>
    box.signIn().then((cookie) => open(box.address, '/api/v1/stream?type=cold.*&type=task.*', cookie))
  const tasks = async (box: typeof first) =>
    (await box.ask<Task[]>('GET', '/tasks')).filter(({ title }) => title.startsWith('Dairy'))

  const events = await stream(first)
  const anna = await device(first, 'anna')
  const bogdan = await device(first, 'bogdan')
  await first.ask('PUT', '/cabinets', [dairy])
  const warning = await events.next('the warning', ({ type }) => type === 'cold.warning')
  t.match(warning, { data: { cabinet: 'dairy', cause: 'warm', celsius: 9 }, because: [String] })
  await anna.next('Anna is called', ({ alert }) => alert !== undefined)
  await bogdan.next('then Bogdan', ({ alert }) => alert !== undefined)
  t.match(await tasks(first), [{ title: 'Dairy wall is too warm', state: 'open' }])

  const flows = (await first.ask<PluginStatus[]>('GET', '/plugins')).find(({ name }) => name === 'flows')
  t.ok(flows?.pid, 'Node-RED runs, until it is killed')
  process.kill(flows?.pid ?? 0, 'SIGKILL')
  await measures(9, 6)
  t.match((await events.next('the product leaves its range', ({ type }) => type === 'cold.excursion')).data, {
    celsius: 6,
    limitCelsius: 5,
  })
  const [task] = await until('the task says so', async () => {
    const found = await tasks(first)
    return found[0]?.title === 'Dairy wall: the product is over its limit' ? found : undefined
  })
  await first.kill()

  // As though the power had been off for a while: what was kept is so much older.
  const ledger = await openLedger({ file: join(home, 'ledger', 'endcap.db') })
  const kept = await ledger.documents.get<{ wallMs: number }>('state/cold-chain', 'watch')
  await ledger.documents.put('state/cold-chain', 'watch', {
    ...kept,
    wallMs: (kept?.wallMs ?? 0) - outageMinutes * 60_000,
  })
  await ledger.close()
  const back = Date.now()
  const box = await startBoxProcess(t, home)
  const again = await stream(box)
  const everybody = await device(box, 'bogdan')
  const now = await until('the cabinet is measured again', async () => {
    const [cold] = await box.ask<{ state: string; airCelsius?: number; clockMinutes: number }[]>('GET', '/cold')
    return cold?.airCelsius === 9 ? cold : undefined
  })
  t.equal(now.state, 'excursion')
  t.ok(now.clockMinutes >= outageMinutes, 'the outage counts as warm')
  await everybody.next('it is called again', ({ alert }) => alert !== undefined)
  const running = await tasks(box)
  t.match(running, [{ id: task?.id, state: 'open' }], 'the task is the one from before the power cut, and no other')
  t.ok((running[0]?.escalations ?? 0) > (task?.escalations ?? 0))
  t.notOk(
    again.got.some(({ type }) => type === 'task.opened' || type === 'cold.excursion'),
    'nothing was told a second time',
  )

  const cookie = await box.signIn('anna')
  const claim = await fetch(`${box.address}/api/v1/staff/me/tasks/${task?.id}/claim`, {
    method: 'POST',
    headers: { cookie },
  })
  t.equal(claim.status, 200)
  const acknowledged = await again.next('somebody came', ({ type }) => type === 'cold.acknowledged')
  t.match(acknowledged.data, { cabinet: 'dairy', staff: 'anna' })
  t.ok(Number(acknowledged.data['afterSeconds']) >= outageMinutes * 60)

  // A change of the cabinet ends the row of the log that has begun.
  await box.ask('PUT', '/cabinets', [{ ...dairy, name: 'Dairy wall 1' }])
  await again.next('a row of the log', ({ type }) => type === 'cold.logged')
  const since = new Date(back - (outageMinutes + 5) * 60_000).toISOString()
  const { gaps } = await box.ask<{ gaps: Gap[] }>('GET', `/cabinets/dairy/log?from=${since}`)
  // The first row of this young box came after the power cut, so that its log begins there.
  t.match(gaps[0], { from: since, reason: 'not recorded yet: the log begins after it' }, 'the gap has its name')

  await measures(3, 3.5)
  t.match((await again.next('the cabinet is back', ({ type }) => type === 'cold.recovered', 90)).data, { celsius: 3 })
  await until('the task is closed', async () => (await tasks(box))[0]?.state === 'closed' || undefined)
  t.equal((await tasks(box)).length, 1)
  await box.stop()
})
