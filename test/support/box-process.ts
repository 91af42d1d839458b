/** A box as a process of its own, for what only a lost power supply shows: it can be killed and started again. */
import './plain-children.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { until } from './box.ts'

const cli = join(import.meta.dirname, '../../runtime/cli.ts')

export interface BoxProcess {
  address: string
  /** Asks as the manager; throws with status and text where the box refuses. */
  ask<T>(method: string, path: string, body?: unknown, type?: string): Promise<T>
  /** A manager's cookie, or with an id that of an associate's device. */
  signIn(staff?: string): Promise<string>
  /** As a power cut. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts what `home` holds. It is signed in as the manager, and ended with the test. */
export async function startBoxProcess(t: Test, home: string): Promise<BoxProcess> {
  const child = spawn(process.execPath, [cli, 'start', '--no-twin', '--home', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => void lines.push(line))
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  t.teardown(async () => {
    await end('SIGKILL')
    if (!t.passing()) for (const line of lines.slice(-60)) t.comment(line.slice(0, 400))
  })
  const said = (pattern: RegExp) =>
    until(`the box says ${pattern}`, () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${lines.slice(-5).join('\n')}`)
      return lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined)
    })
  const address = await said(/Endcap runs at (\S+)/)

  const exchange = async (secret: string) => {
    const answer = await fetch(`${address}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret }),
    })
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  }
  const asked = spawn(process.execPath, [cli, 'sign-in', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [link] = await Array.fromAsync(createInterface({ input: asked.stdout }))
  const cookie = await exchange(link?.split('#')[1] ?? '')
  const ask = async <T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> => {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (/^[[{]/.test(text) ? JSON.parse(text) : text) as T
  }
  await until('plugins and flows run', async () => {
    const { stages } = await ask<{ stages: Record<string, string> }>('GET', '/health')
    return stages['plugins'] === 'ready' && stages['flows'] === 'ready' ? stages : undefined
  })
  return {
    address,
    ask,
    async signIn(staff) {
      if (staff === undefined) return cookie
      const { url } = await ask<{ url: string }>('POST', '/links', { role: 'staff', id: staff })
      return exchange(url.split('#')[1] ?? '')
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}
