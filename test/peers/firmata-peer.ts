/** The Firmata board of devices/twin/firmata on a pseudo terminal, as a board on USB is seen. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { FirmataBoard } from '../../devices/twin/firmata/index.ts'
import { waitFor } from '../support/events.ts'

export interface BoardOnPty {
  /** The cable: both may be called again and again. */
  plug(): Promise<void>
  unplug(): Promise<void>
}

/** Carries bytes between a pseudo terminal at `link` and whoever takes them. Needs socat. */
export async function openPty(link: string, received: (bytes: Buffer) => void): Promise<Pty> {
  const child = spawn('socat', ['-b4096', `PTY,link=${link},rawer`, 'STDIO'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const { stdin, stdout } = child
  stdin.on('error', () => undefined)
  stdout.on('data', received)
  await waitFor(() => existsSync(link), 'the pseudo terminal')
  return {
    send: (bytes) => void stdin.write(bytes),
    close: () => end(child),
  }
}

export interface Pty {
  send(bytes: Uint8Array): void
  /** Resolves when the pseudo terminal is gone. */
  close(): Promise<void>
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

/** A board at `link`, plugged in. Says its version when a host's first bytes come, as after the reset by its port. */
export async function boardOnPty(
  t: { teardown(handler: () => Promise<void>): void },
  board: FirmataBoard,
  link: string,
): Promise<BoardOnPty> {
  let pty: Pty | undefined
  let wire: ReturnType<FirmataBoard['plug']> | undefined
  const unplug = async () => {
    wire?.unplug()
    const closing = pty
    pty = undefined
    await closing?.close()
  }
  const plug = async () => {
    if (pty) return
    let opened: Pty | undefined
    opened = await openPty(link, (bytes) => wire?.receive(bytes))
    pty = opened
    wire = board.plug((bytes) => opened?.send(bytes))
  }
  t.teardown(unplug)
  await plug()
  return { plug, unplug }
}
