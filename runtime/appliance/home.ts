/** The one folder that holds everything the box keeps, and the lock by which two runtimes never share it. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { EndcapError } from '../contract/index.ts'
import { codeOf } from './files.ts'

export interface Home {
  folder: string
  /** endcap.yaml */
  config: string
  /** SQLite file of the ledger. */
  ledger: string
  media: string
  /** Plugin packages that were installed. */
  plugins: string
  /** Sockets, and what only a running box needs. */
  run: string
  /** userDir of Node-RED. */
  nodeRed: string
  /** Lets another runtime have the folder. */
  release(): Promise<void>
}

/** Who holds a home. Boot and start time tell a process from a later one that was given the same pid. */
interface Holder {
  pid: number
  boot: string
  started: string
  token: string
}

/**
 * Opens $ENDCAP_HOME, or `.endcap` in the working folder: makes what is missing, for the owner alone (0700), and locks
 * it. Throws ENDCAP_HOME_IN_USE where a living process holds it; the lock of a dead one is taken over.
 */
export async function openHome(folder = process.env['ENDCAP_HOME'] || '.endcap'): Promise<Home> {
  const home = resolve(folder)
  const at = (...names: string[]) => join(home, ...names)
  const folders = [home, at('ledger'), at('media'), at('plugins'), at('run'), at('node-red')]
  for (const one of folders) await mkdir(one, { recursive: true, mode: 0o700 })
  const release = await lock(at('run', 'endcap.lock'), home)
  return {
    folder: home,
    config: at('endcap.yaml'),
    ledger: at('ledger', 'endcap.db'),
    media: at('media'),
    plugins: at('plugins'),
    run: at('run'),
    nodeRed: at('node-red'),
    release,
  }
}

async function lock(path: string, folder: string): Promise<() => Promise<void>> {
  const token = randomUUID()
  const holder: Holder = { pid: process.pid, boot: await bootId(), started: (await startOf(process.pid)) ?? '', token }
  // The lock appears with its content in one step, so nobody ever reads half of it.
  const own = `${path}.${token}`
  await writeFile(own, JSON.stringify(holder), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        await link(own, path)
        return () => unlock(path, token)
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const other = parse(text)
      if (other && (await alive(other))) throw new EndcapError('ENDCAP_HOME_IN_USE', { folder, pid: other.pid })
      await takeAway(path, text)
    }
    throw new EndcapError('ENDCAP_HOME_IN_USE', { folder, pid: 'unknown' })
  } finally {
    await rm(own, { force: true })
  }
}

/** Removes a stale lock, unless somebody replaced it since it was read: then it is put back. */
async function takeAway(path: string, stale: string) {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

async function unlock(path: string, token: string) {
  const text = await readFile(path, 'utf8').catch(() => '')
  if (parse(text)?.token === token) await rm(path, { force: true })
}

function parse(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'pid' in value ? (value as Holder) : undefined
  } catch {
    return undefined
  }
}

async function alive({ pid, boot, started }: Holder): Promise<boolean> {
  if (boot !== (await bootId())) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if (codeOf(error) !== 'EPERM') return false
  }
  const now = await startOf(pid)
  return now === undefined || started === '' || now === started
}

/** Changes with each boot of the machine; empty where the system does not tell. */
const bootId = async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim()

/** Start of a process in clock ticks since the boot: field 22 of /proc/<pid>/stat, proc_pid_stat(5). */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The name in field 2 may hold spaces and parentheses; what follows its last parenthesis does not.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
