/** The virtual shop and a whole box, over the protocols of hardware alone: what goes wrong there is told here. */
import '../support/plain-children.ts'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { test } from 'tap'
import { WebSocket } from 'ws'
import { startRuntime } from '../../runtime/main.ts'
import { until } from '../support/box.ts'

interface Event {
  type: string
  time: string
  data: { device?: string; slot?: string; product?: string; count?: number }
}
type Fault = { id: string; on: boolean }

test('a box with the virtual shop sees what truly happens in it', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'endcap-twin-'))
  process.env['ENDCAP_PORT'] = '0'
  t.teardown(() => delete process.env['ENDCAP_PORT'])
  const log: string[] = []
  const truthFile = join(home, 'truth.jsonl')
  const runtime = await startRuntime({
    home,
    twin: true,
    truth: truthFile,
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
  })
  let running = true
  const stop = async () => {
    if (running) await runtime.stop()
    running = false
  }
  t.teardown(async () => {
    await stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    if (!t.passing()) for (const line of log.slice(-40)) t.comment(line.slice(0, 300))
  })
  const signedIn = await fetch(`${runtime.address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret: (await runtime.signInLink()).split('#')[1] }),
  })
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${runtime.address}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const set = async (fault: string, on: boolean) => {
    const answer = await ask('PUT', `/twin/faults/${fault}`, { on })
    t.equal(answer.status, 200, `${fault} is ${on ? 'on' : 'off'}`)
  }
  const heard: Event[] = []
  const socket = new WebSocket(
    `${runtime.address.replace('http', 'ws')}/api/v1/stream?type=device.*&type=shelf.taken&type=shelf.misplaced`,
    { headers: { cookie } },
  )
  t.teardown(() => socket.terminate())
  socket.on('message', (data: Buffer) => heard.push(...([JSON.parse(data.toString())].flat() as Event[])))
  await new Promise((open, failed) => socket.once('open', open).once('error', failed))
  const next = (type: string, about: string, after = 0, seconds = 60) =>
    until(
      `${type} of ${about}`,
      () => heard.slice(after).find((one) => one.type === type && (one.data.device ?? one.data.slot) === about),
      seconds,
    )

  await t.test('it lists what can go wrong, and refuses by name what cannot', async (t) => {
    const faults = await until('the virtual shop lives', async () => {
      const answer = await ask('GET', '/twin/faults')
      return answer.ok ? ((await answer.json()) as Fault[]) : undefined
    })
    t.ok(faults.length > 15 && faults.every(({ on }) => !on))
    const wrong = await ask('PUT', '/twin/faults/fridge-off.cellar', { on: true })
    t.equal(wrong.status, 404)
    t.match(await wrong.json(), { code: 'ENDCAP_NOT_FOUND', message: /fridge-off\.cellar/ })
  })

  await t.test('its screens play at once: the two in the window the same', async (t) => {
    const [left, right] = await until('the playlists are there', async () => {
      const screens = (await (await ask('GET', '/screens')).json()) as { screen: string; key: string; group?: string }[]
      const window = screens.filter(({ group }) => group === 'window')
      return window.every(({ key }) => key.includes('/')) ? window : undefined
    })
    t.match(left?.key, /^(morning|day|evening)\//)
    t.match(right?.key, /^(morning|day|evening)\//)
  })

  await t.test('a gateway without power is told of, and comes back', async () => {
    await next('device.online', 'milk')
    const before = heard.length
    await set('gateway-dead.milk', true)
    await next('device.offline', 'milk', before)
    await set('gateway-dead.milk', false)
    await next('device.online', 'milk', before)
  })

  await t.test('a probe with a bad contact is not believed, and is again when it is mended', async () => {
    await next('device.online', 'dairy-left')
    const before = heard.length
    await set('probe-garbled.dairy-left', true)
    await next('device.suspect', 'dairy-left', before)
    await set('probe-garbled.dairy-left', false)
    await next('device.online', 'dairy-left', before)
  })

  await t.test('what somebody takes, the box has seen', async (t) => {
    const told = await until('something is taken', () => heard.find(({ type }) => type === 'shelf.taken'), 120)
    const truth = readFileSync(truthFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; time: number; slot?: string; product?: string })
    const time = Date.parse(told.time)
    t.ok(
      truth.some((one) => one.kind === 'taken' && one.slot === told.data.slot && Math.abs(one.time - time) < 15_000),
      `${told.data.count} × ${told.data.product} of ${told.data.slot}`,
    )
  })

  await t.test('cheese between the coffee is found', async (t) => {
    const before = heard.length
    // Where the machine is so busy that the scale falls silent just then, what changed unseen is only counted. It is put
    // there again.
    const put = async (again: number): Promise<Event> => {
      await set('misplaced.a-1-4', true)
      try {
        return await next('shelf.misplaced', 'A/1/4', before, 20)
      } catch (error) {
        if (again === 0) throw error
        await set('misplaced.a-1-4', false)
        return put(again - 1)
      }
    }
    t.match((await put(4)).data, { product: 'ground-coffee' })
    await set('misplaced.a-1-4', false)
  })

  await t.test('a scale that is unplugged is told of, and goes on by itself', async () => {
    const before = heard.length
    await set('scale-unplugged.pantry-scale', true)
    await next('device.offline', 'pantry-scale', before)
    await set('scale-unplugged.pantry-scale', false)
    await next('device.online', 'pantry-scale', before)
  })

  await t.test('it ends with the box and leaves nothing behind', async (t) => {
    await stop()
    t.notOk(existsSync(join(home, 'run', 'twin')))
    t.notOk(
      log.some((line) => line.includes('the virtual shop has ended')),
      'it did not end before',
    )
  })
})
