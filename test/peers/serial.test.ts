/** A serial port in a process that does nothing else: what comes in is heard at once, not at its next timer. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'tap'
import { waitFor } from '../support/events.ts'
import { peer } from '../support/peer.ts'

const serial = path.join(import.meta.dirname, '../../runtime/sdk/serial.ts')

test('a process without timers hears each line of a serial port', async (t) => {
  if (!peer(t, 'socat', 'socat')) return
  const port = path.join(t.testdir(), 'tty')
  const board = spawn('socat', [`PTY,link=${port},rawer`, 'STDIO'], { stdio: ['pipe', 'ignore', 'inherit'] })
  t.teardown(() => board.kill())
  await waitFor(() => existsSync(port), 'the pseudo terminal')
  const program = `
    import { createSerial } from ${JSON.stringify(serial)}
    const log = { info: () => console.log('open'), warn: console.error }
    for await (const line of createSerial(new AbortController().signal, log).lines(${JSON.stringify(port)}))
      console.log('heard', line)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill())
  const says = createInterface(child.stdout)
  t.same(await once(says, 'line'), ['open'])
  for (const line of ['1', '2', '3']) {
    board.stdin.write(`${line}\n`)
    t.same(await once(says, 'line'), [`heard ${line}`])
  }
})
