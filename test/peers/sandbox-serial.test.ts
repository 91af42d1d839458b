/** A serial port as a plugin sees it: a pair of pseudo terminals that socat joins, one end played by the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { type Test, test } from 'tap'
import { openBox, writePlugin } from '../host/box.ts'
import { waitFor } from '../support/events.ts'
import { findProgram, peer } from '../support/peer.ts'

const reader = `
  for (const { id, config } of ctx.devices) void (async () => {
    for await (const line of ctx.serial.lines(config.port, { baudRate: 9600 }))
      ctx.emit('shelf.weights', { device: id, data: { plates: [{ slot: 'A', grams: Number(line) }] } })
  })()`

async function socat(t: Test, here: string, there: string): Promise<ChildProcess> {
  const child = spawn('socat', [`pty,raw,echo=0,link=${here}`, `pty,raw,echo=0,link=${there}`], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  await waitFor(() => existsSync(here) && existsSync(there), 'socat')
  return child
}

/** Says a line until the plugin has heard it: what is written before the port is open is lost. */
async function hears(box: Awaited<ReturnType<typeof openBox>>, port: string, grams: number): Promise<void> {
  const heard = box.next(
    'shelf.weights',
    ({ data }) => (data as { plates: { grams: number }[] }).plates[0]?.grams === grams,
  )
  const file = await open(port, 'r+')
  const again = setInterval(() => void file.write(`${grams}\r\n`), 50)
  await heard
  clearInterval(again)
  await file.close()
}

for (const bubblewrap of [false, true]) {
  test(`lines of a serial port ${bubblewrap ? 'in bubblewrap' : 'under Node alone'}, also after it was unplugged`, async (t) => {
    if (!peer(t, 'socat', 'socat')) return
    if (bubblewrap && !peer(t, 'bubblewrap', 'bwrap')) return
    const box = await openBox(t, {
      bubblewrap: bubblewrap ? (findProgram('bwrap') ?? '') : false,
      timing: { sample: 100 },
    })
    const root = path.dirname(box.folders[0])
    const [port, far] = [path.join(root, 'tty'), path.join(root, 'far')]
    const first = await socat(t, port, far)
    await writePlugin(box.folders[0], 'scale', { permissions: ['serial'], produces: ['shelf.weights'] }, reader)
    box.settings['scale'] = { devices: [{ id: 'left', config: { port } }] }
    await box.host.start()
    await hears(box, far, 812)

    const gone = new Promise((resolve) => first.once('exit', resolve))
    first.kill()
    await gone
    await waitFor(() => !existsSync(port), 'the port to be gone')
    await socat(t, port, far)
    await hears(box, far, 640)
    t.match(box.host.plugin('scale'), { state: 'running' })
  })
}
