/** What the `endcap` command does; started by endcap.js. */
import { readFileSync, writeFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { VirtualFault } from './api/index.ts'
import { askRuntime, saveConfig } from './appliance/index.ts'
import { EndcapError, RemoteError } from './contract/index.ts'
import type { PluginStatus } from './host/index.ts'

const usage = `endcap: the runtime of a small box in a shop

  endcap start [--twin | --no-twin]    start the box; without an endcap.yaml it runs a virtual shop
               [--speed TIMES]         the virtual shop lives so many times faster (1 to 600)
  endcap sign-in                       print a link that signs a manager in, once, within 24 hours
  endcap shop export [FILE]            write shop.yaml
  endcap shop import FILE              read shop.yaml
  endcap plugins                       list the plugins of the running box
  endcap plugin enable|disable NAME    also while the box does not run
  endcap twin                          what can go wrong in the virtual shop, and whether it does now
  endcap twin break|mend FAULT         let it go wrong, or mend it
  endcap profiles [FOLDER]             hold device profiles and their traces against the rules; without FOLDER the box's own
  endcap doctor                        what this machine can do, and which backend each model gets

  --home DIR    where the box keeps everything ($ENDCAP_HOME, else .endcap)
  --version, --help
`

const say = (text: string) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)

/** Tells a person what happened and what to do. */
function fail(error: unknown): void {
  if (error instanceof EndcapError || error instanceof RemoteError)
    process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`)
  else if (isOfThePerson(error)) process.stderr.write(`${error.message}\n\`endcap help\` tells how it is called.\n`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
}

/** A wrong option, or a file that is not there or may not be read: no fault of ours, and no stack. */
const isOfThePerson = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  (String(error.code).startsWith('ERR_PARSE_ARGS') || ['ENOENT', 'EACCES', 'EISDIR'].includes(String(error.code))) &&
  !('address' in error)

async function start(home: string, twin: boolean | undefined, speed: number): Promise<void> {
  const { startRuntime } = await import('./main.ts')
  const runtime = await startRuntime({ home, speed, ...(twin === undefined ? {} : { twin }) })
  say(`Endcap runs at ${runtime.address}${runtime.twin ? ' with a virtual shop: all people in it are simulated' : ''}`)
  if (runtime.firstStart || runtime.twin) say(`Sign in, once, within 24 hours: ${await runtime.signInLink()}`)
  else say('Sign in: `endcap sign-in` prints a link')
  // Not only at an orderly end: a box that loses its power would compile everything again.
  flushCompileCache()
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    runtime.stop().catch(fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** What this machine can do, without and with a running box. Fails where something is wrong that a person can mend. */
async function doctor(home: string): Promise<void> {
  const { examine } = await import('./doctor.ts')
  const running = await askRuntime(home, 'plugins')
  const plugins = running === undefined ? undefined : (JSON.parse(running) as PluginStatus[])
  report(await examine(home, plugins))
}

/** Fails where a profile or its trace is wrong, so that a vendor's own tests can run it. */
async function profiles(folder: string): Promise<void> {
  const { examineProfiles } = await import('./profiles.ts')
  report(await examineProfiles(folder, resolve(import.meta.dirname, '../devices')))
}

function report(findings: readonly { state: 'good' | 'note' | 'bad'; text: string }[]): void {
  for (const { state, text } of findings) say(`${{ good: '✓', note: '○', bad: '✗' }[state]} ${text}`)
  if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1
}

async function ask(home: string, action: string, input?: string): Promise<string> {
  const answer = await askRuntime(home, action, input)
  if (answer === undefined) throw new EndcapError('ENDCAP_NOT_RUNNING', { home })
  return answer
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      home: { type: 'string', default: process.env['ENDCAP_HOME'] || '.endcap' },
      twin: { type: 'boolean' },
      speed: { type: 'string', default: '1' },
      version: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const home = resolve(values.home)
  const [command, action, name] = positionals
  const speed = Number(values.speed)
  if (!(speed >= 1 && speed <= 600)) {
    say(`--speed ${values.speed} is not between 1 and 600; 1 is as fast as life`)
    process.exitCode = 2
  } else if (values.version) say((await import('./main.ts')).version)
  else if (command === 'start') await start(home, values.twin, speed)
  else if (command === 'sign-in') say(await ask(home, 'sign-in'))
  else if (command === 'shop' && action === 'export') {
    const text = await ask(home, 'shop-export')
    if (name) writeFileSync(name, text)
    else say(text)
  } else if (command === 'shop' && action === 'import' && name) {
    await ask(home, 'shop-import', readFileSync(name, 'utf8'))
    say(`${name} is imported`)
  } else if (command === 'profiles') await profiles(resolve(action ?? resolve(home, 'devices')))
  else if (command === 'doctor') await doctor(home)
  else if (command === 'twin' && action === undefined)
    for (const { id, on, title } of JSON.parse(await ask(home, 'twin')) as VirtualFault[])
      say(`${on ? '✗' : ' '} ${id.padEnd(28)} ${title}`)
  else if (command === 'twin' && (action === 'break' || action === 'mend') && name)
    say(await ask(home, `twin-${action}`, name))
  else if (command === 'plugins')
    for (const { name, state, reason } of JSON.parse(await ask(home, 'plugins')) as PluginStatus[])
      say(`${name.padEnd(20)} ${state}${reason ? `: ${reason}` : ''}`)
  else if (command === 'plugin' && (action === 'enable' || action === 'disable') && name) {
    const running = await askRuntime(home, action, name)
    const enabled = action === 'enable'
    if (running === undefined) {
      await saveConfig(home, (document) => document.setIn(['plugins', name, 'enabled'], enabled))
      say(`No box runs in ${home}: wrote plugins.${name}.enabled: ${enabled} into its endcap.yaml, unchecked`)
    } else say(`${name} is ${action}d`)
  } else {
    say(usage)
    if (!values.help && command !== 'help') process.exitCode = 2
  }
}

run().catch(fail)
