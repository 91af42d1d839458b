/**
 * The start of a plugin's process: `node [flags] runtime/sdk/child.ts <plugin folder>`, run by the host, which speaks
 * on descriptor 3. Nothing of the plugin is loaded before the host has sent its configuration.
 */
import { flushCompileCache } from 'node:module'
import { Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createLink, type StartMessage } from '../contract/child.ts'
import { createContext, type Runtime } from './context.ts'
import { loadPlugin, serveSdk } from './load.ts'
import type { Cleanup } from './plugin.ts'

const LINK_DESCRIPTOR = 3
const BEAT_MS = 1000
const DELAY_RESOLUTION_MS = 20

const stopping = new AbortController()
const socket = new Socket({ fd: LINK_DESCRIPTOR, readable: true, writable: true })
let runtime: Runtime | undefined
let cleanup: Cleanup | void

const link = createLink(socket, {
  message(message) {
    if (message.t === 'event') runtime?.deliver(message.e)
    else if (message.t === 'start') start(message.start).catch(fail)
    else if (message.t === 'stop') stop().catch(fail)
  },
  request: (name, params) => {
    if (!runtime) throw new Error('the plugin has not started')
    return runtime.request(name, params)
  },
  // Without a host there is nobody to work for.
  end: () => process.exit(),
})

async function start(message: StartMessage) {
  process.title = `endcap ${message.plugin}`
  const plugin = await loadPlugin(process.argv[2] ?? '.')
  runtime = createContext(link, message, stopping.signal, fail)
  beat()
  cleanup = await plugin.setup(runtime.context)
  link.send({ t: 'ready' })
  // Not only at an orderly end: a child that is killed would compile everything again.
  flushCompileCache()
}

function beat() {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  delay.enable()
  setInterval(() => {
    const loopDelay = Math.max(0, delay.max / 1e6 - DELAY_RESOLUTION_MS)
    delay.reset()
    link.send({ t: 'beat', beat: { heapBytes: process.memoryUsage().heapUsed, loopDelay } })
  }, BEAT_MS)
}

async function stop() {
  stopping.abort()
  await cleanup?.()
  leave(0)
}

function fail(error: unknown) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  link.send({ t: 'log', level: 'fatal', text })
  leave(1)
}

/** Ends the process when what was said has been handed to the host. */
function leave(code: number) {
  process.exitCode = code
  socket.once('finish', () => process.exit(code))
  setTimeout(() => process.exit(code), 500).unref()
  link.close()
}

process.on('uncaughtException', fail)
serveSdk()
