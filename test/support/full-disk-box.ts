/**
 * A box as a process of its own on a small disk, which can be filled to the last byte and cleared again. The disk is a
 * tmpfs that bubblewrap mounts for this process alone, so it needs no root. Started here, or run by itself in there.
 */
import './plain-children.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import type { Test } from 'tap'
import { stringify } from 'yaml'

export interface FullDiskBox {
  address: string
  link: string
  fill(): Promise<void>
  free(): Promise<void>
  /** Documents of a kind, as another program finds them in the file. */
  written(kind: string): Promise<unknown[]>
  /** Lines that the runtime logged, as JSON. */
  log(): Promise<string[]>
}

type Asked = 'fill' | 'free' | 'log' | { written: string }

/** `plugins` as in endcap.yaml. Ended with the test. */
export async function startFullDiskBox(t: Test, home: string, plugins: object, megabytes = 64): Promise<FullDiskBox> {
  const disk = ['--dev-bind', '/', '/', '--size', String(megabytes * 1024 * 1024), '--tmpfs', home, '--die-with-parent']
  const box = [process.execPath, import.meta.filename, home, JSON.stringify(plugins)]
  const child = spawn('bwrap', [...disk, '--', ...box], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (said += String(data)))
  t.teardown(async () => {
    if (!t.passing()) t.comment(said.slice(-2000))
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  const answer = async () => {
    const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown]
    if (typeof told !== 'object' || told === null) throw new Error(`the box ended: ${said}`)
    return told
  }
  const ask = (asked: Asked) => {
    const answered = answer()
    child.send(asked)
    return answered
  }
  const started = (await answer()) as { address: string; link: string }
  return {
    ...started,
    fill: async () => void (await ask('fill')),
    free: async () => void (await ask('free')),
    written: async (kind) => (await ask({ written: kind })) as unknown[],
    log: async () => (await ask('log')) as string[],
  }
}

/** Writes until nothing more goes on the disk. */
function fill(file: string): void {
  const handle = openSync(file, 'w')
  let bytes = Buffer.alloc(1024 * 1024)
  while (bytes.length > 0) {
    try {
      writeSync(handle, bytes)
    } catch {
      bytes = bytes.subarray(0, Math.floor(bytes.length / 2))
    }
  }
  closeSync(handle)
}

function written(file: string, kind: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const rows = database.prepare('SELECT value FROM documents WHERE kind = ?').all(kind)
    return rows.map(({ value }) => JSON.parse(String(value)) as unknown)
  } finally {
    database.close()
  }
}

if (import.meta.main) {
  const [, , home = '', plugins = '{}'] = process.argv
  const filler = join(home, 'filler')
  const lines: string[] = []
  writeFileSync(join(home, 'endcap.yaml'), stringify({ network: { port: 0 }, plugins: JSON.parse(plugins) as object }))
  const { startRuntime } = await import('../../runtime/main.ts')
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const runtime = await startRuntime({ home, log })
  process.on('message', (asked: Asked) => {
    if (asked === 'fill') fill(filler)
    if (asked === 'free') rmSync(filler)
    if (typeof asked === 'object') process.send?.(written(join(home, 'ledger', 'endcap.db'), asked.written))
    else process.send?.(asked === 'log' ? lines : {})
  })
  process.send?.({ address: runtime.address, link: await runtime.signInLink() })
}
