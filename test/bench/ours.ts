/** Endcap under load: the same samples, the same rule, its own way from a sensor to a screen. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { clock, Latencies, type Load, type Measured } from './load/measure.ts'
import { branch, rule } from './load/sample.ts'
import { type Program, megabytes, run } from './process.ts'

const root = join(import.meta.dirname, '../..')

export interface Box {
  address: string
  folder: string
  program: Program
  /** From the start of the process until it answers, and until its flows run. */
  apiMilliseconds: number
  flowsMilliseconds: number
  /** Asks the API as a signed-in manager; throws what it says where it refuses. */
  ask<T>(method: string, path: string, body?: unknown, type?: string): Promise<T>
  cookie: string
  megabytes(): number
  /** Ends it; `keep` leaves its folder for the next start. */
  stop(keep?: boolean): Promise<void>
}

interface Health {
  stages: Record<string, string>
}

/** A box prints a link only at its first start; its command line gives one at any time. */
async function signInSecret(folder: string): Promise<string> {
  const asked = run(process.execPath, [join(root, 'runtime/endcap.js'), 'sign-in', '--home', folder])
  await asked.says(/sign-in#[\w-]+/)
  await asked.stop()
  return /sign-in#([\w-]+)/.exec(asked.output())?.[1] ?? ''
}

/**
 * Starts a box of its own in a temporary folder, with what is given as its endcap.yaml, and signs in. `how`: flags for
 * its Node, and more environment.
 */
export async function startBox(
  config: string,
  port: number,
  prepare?: (folder: string) => void,
  folder = mkdtempSync(join(tmpdir(), 'endcap-bench-')),
  how: { flags?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Box> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'endcap.yaml'), config)
  prepare?.(folder)
  const address = `http://127.0.0.1:${port}`
  const started = performance.now()
  const program = run(process.execPath, [...(how.flags ?? []), join(root, 'runtime/endcap.js'), 'start'], {
    env: { ...process.env, ...how.env, ENDCAP_HOME: folder, ENDCAP_PORT: String(port), ENDCAP_HOST: '127.0.0.1' },
  })
  let apiMilliseconds = 0
  let flowsMilliseconds = 0
  while (flowsMilliseconds === 0) {
    await new Promise((wait) => setTimeout(wait, 10))
    if (program.child.exitCode !== null) throw new Error(`the box ended: ${program.output().slice(-2000)}`)
    const health = await fetch(`${address}/api/v1/health`).then(
      (answer) => answer.json() as Promise<Health>,
      () => undefined,
    )
    if (!health) continue
    const now = performance.now() - started
    if (apiMilliseconds === 0) apiMilliseconds = now
    if (health.stages['flows'] === 'ready') flowsMilliseconds = now
    if (now > 30_000)
      throw new Error(`the flows do not start: ${JSON.stringify(health)} ${program.output().slice(-2000)}`)
  }
  const secret = await signInSecret(folder)
  const signedIn = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret }),
  })
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const ask = async <T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> => {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as T
  }
  return {
    address,
    folder,
    program,
    apiMilliseconds,
    flowsMilliseconds,
    ask,
    cookie,
    megabytes: () => megabytes(program.pid),
    async stop(keep = false) {
      await program.stop()
      if (!keep) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The plugin that loads the box, laid where a vendor's would be. */
export function installLoad(folder: string): void {
  mkdirSync(join(folder, 'plugins'), { recursive: true })
  cpSync(join(import.meta.dirname, 'load'), join(folder, 'plugins/load'), { recursive: true })
}
export const loadConfig =
  'plugins:\n  ble: { enabled: false }\n  mqtt: { enabled: false }\n  load: { trusted: true, devices: [{ id: load }] }\n'

/** Deploys the rule of the benchmark through the editor's own route, as a technician's browser does. */
export async function deployRule(box: Box): Promise<void> {
  const nodes = [
    { id: 'benchtab', type: 'tab', label: 'Benchmark' },
    {
      id: 'benchin',
      type: 'endcap-event-in',
      z: 'benchtab',
      event: 'load.sample',
      subject: '',
      field: '',
      value: '',
      x: 100,
      y: 100,
      wires: [['benchrule']],
    },
    {
      id: 'benchrule',
      type: 'function',
      z: 'benchtab',
      func: rule,
      outputs: 1,
      libs: [],
      x: 300,
      y: 100,
      wires: [['benchbranch']],
    },
    { id: 'benchbranch', ...branch, z: 'benchtab', x: 500, y: 100, wires: [['benchout'], ['benchout']] },
    {
      id: 'benchout',
      type: 'endcap-device-command',
      z: 'benchtab',
      command: 'load.echo',
      from: 'message',
      params: '',
      to: 'load/load',
      x: 700,
      y: 100,
      wires: [[]],
    },
  ]
  await box.ask('POST', '/flows/flows', nodes)
}

/** Runs a load through sensor, host, bus, Node-RED and back; with a screen, the stream of events in a browser's way too. */
export async function measureRule(
  box: Box,
  load: Load,
  withScreen: boolean,
): Promise<{ rule: Measured; screen?: Measured }> {
  const screens = new Latencies(load, clock())
  let socket: WebSocket | undefined
  if (withScreen) {
    socket = new WebSocket(`${box.address.replace('http', 'ws')}/api/v1/stream?type=load.sample`, {
      headers: { cookie: box.cookie },
    })
    await new Promise((open, failed) => socket?.once('open', open).once('error', failed))
    socket.on('message', (data: Buffer) => {
      for (const event of JSON.parse(data.toString()) as { data: { t: number } }[]) screens.add(event.data.t)
    })
  }
  const answer = await box.ask<Measured | { answer: Measured }>('POST', '/api/v1/commands', {
    name: 'load.run',
    to: 'load/load',
    params: load,
    deadline: (load.warmSeconds + load.seconds + 20) * 1000,
  })
  const result = 'answer' in answer ? answer.answer : answer
  socket?.terminate()
  return { rule: result, ...(withScreen ? { screen: screens.result(result.sent) } : {}) }
}
