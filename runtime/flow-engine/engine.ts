/** Node-RED as a stage of the box: starts it as a child, keeps its flows, carries its editor, takes bad deploys back. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { EndcapError } from '../contract/index.ts'
import type { Version } from '../ledger/index.ts'
import { answerFlows, answerShop, type Params } from './answers.ts'
import { checkFlows } from './check.ts'
import { createOccupancy, type Occupancy } from './occupancy.ts'
import { type Door, proxyRequest, proxyUpgrade, refuse } from './proxy.ts'
import { SECRET_HEADER, USER_HEADER } from './settings.ts'
import { flowSpec } from './spec.ts'
import { createFlowStore, type FlowStore } from './store.ts'
import type { Boot, ChildState, FlowEngine, FlowEngineDependencies, FlowItem, FlowState } from './types.ts'

const DEPLOY_SECONDS = 10

/** A version that was saved and does not run yet. */
interface Pending {
  version: Version
  /** What ran before and is put back where this one does not start. */
  before: number
  /** The start of the child that saved it. */
  start: string
  timer: NodeJS.Timeout
}

export function createFlowEngine(dependencies: FlowEngineDependencies): FlowEngine {
  const { host, ledger, bus, home, log } = dependencies
  const deploySeconds = dependencies.deploySeconds ?? DEPLOY_SECONDS
  const store: FlowStore = createFlowStore(ledger)
  const sockets = new Set<() => void>()
  let occupancy: Occupancy | undefined
  let door: Door | undefined
  let socket = ''
  let tidy: (() => void) | undefined
  let state: { state: FlowState; reason?: string } = { state: 'down', reason: 'it was not started' }
  let pending: Pending | undefined
  /** Stands before the summary of the next version, where it is not a person's own deploy. */
  let note: string | undefined
  let takingBack: Promise<void> = Promise.resolve()
  let stopped = false
  let answered = false

  const settle = () => {
    clearTimeout(pending?.timer)
    pending = undefined
  }

  const boot = async (): Promise<Boot> => {
    // The child before this one is gone, whatever it had open.
    for (const end of sockets) end()
    state = { state: 'starting' }
    const secret = randomBytes(32).toString('base64url')
    const answer = { secret, credentialSecret: await store.credentialSecret(), settings: await store.settings() }
    door = { socket, secret }
    return answer
  }

  const load = async (start: string) => {
    // A deploy that took its child down with it must not take down the next one.
    if (pending && pending.start !== start) void takeBack('Node-RED ended while it started them')
    await takingBack
    const { value, version } = await store.latest()
    return { ...value, version }
  }

  const save = async ({ start, flows, credentials, by, types }: Params) => {
    const before = (await store.latest()).version
    const version = await store.save(flows, credentials as Record<string, unknown>, String(by), {
      known: new Set(Array.isArray(types) ? types.map(String) : []),
      ...(note === undefined ? {} : { note }),
    })
    note = undefined
    const good = pending?.before ?? before
    settle()
    const timer = setTimeout(() => void expire(), deploySeconds * 1000)
    pending = { version, before: good, start: String(start), timer }
    return { version: version.version }
  }

  /** Makes the version before the pending one the newest; `load` waits for it. */
  const takeBack = (reason: string) => (takingBack = takingBack.catch(() => undefined).then(() => putBack(reason)))
  const putBack = async (reason: string) => {
    if (!pending) return
    const { before, version } = pending
    settle()
    const { value } = await store.get(before)
    await store.save(value.flows, value.credentials, 'endcap', {
      note: `put version ${before} back, since version ${version.version} did not start (${reason})`,
    })
    log.error({ version: version.version }, `the flows of version ${version.version} did not start: ${reason}`)
  }

  const expire = async () => {
    if (stopped) return
    const { message } = new EndcapError('ENDCAP_FLOWS_TIMEOUT', { seconds: deploySeconds })
    try {
      await takeBack(message)
      // Whatever blocks it, a new process with the flows before does not have it.
      await host.restart('flows')
    } catch (error) {
      log.error({ error }, 'the flows before could not be put back')
    }
  }

  const told = async ({ state: is, reason, version, start }: ChildState) => {
    state = reason === undefined ? { state: is } : { state: is, reason }
    if (is === 'safe') state.reason = 'it crashed three times, so no flow runs; mend them in the editor and deploy'
    if (is !== 'running') return
    if (!pending || pending.start !== start || pending.version.version !== version) return
    const { by, summary } = pending.version
    settle()
    await host.emit(
      'flows',
      { type: 'flows.deployed', subject: 'flows', data: { version, by, summary } },
      { commit: true },
    )
    await ledger.audit.add({
      time: Date.now(),
      actor: by,
      action: 'flows.deploy',
      subject: 'flows',
      detail: { version },
    })
  }

  /** What the child said last, unless its supervisor knows that it is gone. */
  const current = (): { state: FlowState; reason?: string } => {
    const child = host.plugins().find(({ name }) => name === 'flows')
    if (stopped || !child || child.state === 'running') return { ...state }
    const because = child.reason === undefined ? {} : { reason: child.reason }
    return { state: child.state === 'starting' || child.state === 'restarting' ? 'starting' : 'down', ...because }
  }

  const answer = () => {
    if (answered) return
    answered = true
    answerFlows(host, 'flows.boot', boot)
    answerFlows(host, 'flows.load', ({ start }) => load(String(start)))
    answerFlows(host, 'flows.save', save)
    answerFlows(host, 'flows.state', (params) => told(childState(params)))
    answerFlows(host, 'flows.settings.get', () => store.settings())
    answerFlows(host, 'flows.settings.set', ({ settings }) => store.saveSettings(settings as Record<string, unknown>))
  }

  return {
    async start() {
      stopped = false
      occupancy = createOccupancy(bus)
      answer()
      answerShop(dependencies, occupancy)
      const made = flowSpec(home)
      socket = made.socket
      tidy = made.tidy
      state = { state: 'starting' }
      await store.latest()
      await host.launch(made.spec)
    },
    async stop() {
      stopped = true
      settle()
      occupancy?.stop()
      for (const end of sockets) end()
      tidy?.()
      door = undefined
      state = { state: 'down', reason: 'it was stopped' }
    },
    state: current,
    proxy(request: IncomingMessage, response: ServerResponse, user: string) {
      if (door) proxyRequest(request, response, door, user)
      else refuse(request, response, current().reason ?? 'it is starting')
    },
    upgrade(request: IncomingMessage, outer: Duplex, head: Buffer, user: string) {
      if (!door) {
        outer.destroy()
        return
      }
      const { inner, end } = proxyUpgrade(request, outer, head, door, user)
      sockets.add(end)
      inner.once('close', () => sockets.delete(end))
    },
    versions: () => store.list(),
    difference: (version) => store.difference(version),
    async restore(version, by) {
      const { value } = await store.get(version)
      checkFlows(value.flows)
      note = `restored version ${version}`
      try {
        const up = !['down', 'starting'].includes(current().state)
        if (door && up) await deploy(door, value.flows, value.credentials, by)
        else await store.save(value.flows, value.credentials, by, { note })
      } finally {
        note = undefined
      }
    },
  }
}

function childState({ start, state, reason, version }: Params): ChildState {
  const known = (['running', 'safe', 'stopped'] as const).find((one) => one === state)
  if (!known || typeof start !== 'string' || typeof version !== 'number')
    throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'flows.state', reason: 'is not a state of Node-RED' })
  return { start, state: known, version, ...(typeof reason === 'string' ? { reason } : {}) }
}

/** Deploys through the editor's own door, so that Node-RED and its editors learn of it as of any other deploy. */
function deploy(door: Door, flows: FlowItem[], credentials: object, by: string): Promise<void> {
  const body = JSON.stringify({ flows, ...(Object.keys(credentials).length > 0 ? { credentials } : {}) })
  const headers = {
    'content-type': 'application/json',
    'node-red-api-version': 'v2',
    'node-red-deployment-type': 'full',
    [SECRET_HEADER]: door.secret,
    [USER_HEADER]: by,
  }
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: door.socket, method: 'POST', path: '/flows/flows', headers })
    request.on('error', (error) => reject(new EndcapError('ENDCAP_FLOWS_DOWN', { reason: error.message })))
    request.on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        if ((answer.statusCode ?? 500) < 300) return resolve()
        reject(new EndcapError('ENDCAP_FLOWS_INVALID', { reason: Buffer.concat(chunks).toString() }))
      })
    })
    request.end(body)
  })
}
