/** A vendor's way: the packed SDK and a packed plugin, installed outside the repository without a registry. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { test } from 'tap'
import { packSdk } from '../../runtime/sdk/pack.ts'
import { openBox } from '../host/box.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
const tsc = path.join(root, 'node_modules/typescript/bin/tsc')

/** Typed by the vocabulary; the last call is wrong on purpose. */
const typed = `
import { definePlugin } from '@endcap/sdk'
export default definePlugin<{ url: string }>((ctx) => {
  const url: string | undefined = ctx.devices[0]?.config.url
  ctx.on('shelf.taken', ({ data }) => ctx.log.info({ url }, data.slot))
  ctx.emit('probe.temperature', { data: { probe: 'milk', celsius: 4.5 } })
  ctx.emit('probe.temperature', { data: { probe: 'milk', celsius: 'cold' } })
})`

test('SDK and example are packed, installed elsewhere, and run there and on a box', async (t) => {
  const outside = await mkdtemp(path.join(tmpdir(), 'endcap-vendor-'))
  t.teardown(() => rm(outside, { recursive: true, force: true }))
  const sdk = await packSdk(outside)
  const packing = ['pack', '--silent', '--ignore-scripts', '--pack-destination', outside]
  const { stdout } = await run('npm', [...packing, path.join(import.meta.dirname, 'example')])
  await writeFile(path.join(outside, 'package.json'), '{ "private": true, "type": "module" }')
  const plugin = path.join(outside, stdout.trim())
  const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', sdk, plugin]
  await run('npm', install, { cwd: outside })
  const installed = path.join(outside, 'node_modules/@acme/endcap-net-thermometer')

  // Its own test, as the vendor runs it, against the installed JavaScript.
  await cp(installed, path.join(outside, 'thermometer'), { recursive: true })
  const own = await run(process.execPath, ['--test', path.join(outside, 'thermometer/example.test.js')], {
    cwd: outside,
    env: { PATH: process.env['PATH'] },
  })
  t.match(own.stdout, /pass 1/)

  await writeFile(path.join(outside, 'typed.ts'), typed)
  const options = { module: 'nodenext', target: 'esnext', strict: true, noEmit: true, skipLibCheck: true }
  const typeRoots = [path.join(root, 'node_modules/@types')]
  const config = { compilerOptions: { ...options, types: ['node'], typeRoots }, files: ['typed.ts'] }
  await writeFile(path.join(outside, 'tsconfig.json'), JSON.stringify(config))
  const check = await run(process.execPath, [tsc, '-p', outside]).catch((error: { stdout: string }) => error)
  t.match(check.stdout, /typed.ts\(7,.*Type 'string' is not assignable to type 'number'/s)
  t.equal(check.stdout.match(/error TS/g)?.length, 1, 'the rest is well typed')

  const server = createServer((_, response) => response.end('{ "celsius": 3.5 }'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const home = path.join(outside, 'home/plugins')
  await mkdir(home, { recursive: true })
  // As it lies in $ENDCAP_HOME/plugins: without the SDK, which the host gives it.
  await cp(installed, path.join(home, 'net-thermometer'), { recursive: true })
  const shipped = path.join(outside, 'none')
  const box = await openBox(t, { folders: [shipped, home] })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  box.settings['net-thermometer'] = { trusted: true, devices: [{ id: 'milk', config: { url } }] }
  const measured = box.next('probe.temperature')
  await box.host.start()
  t.match(box.host.plugin('net-thermometer'), { state: 'running', restarts: 0 })
  t.match(await measured, { source: 'net-thermometer/milk', subject: 'probe/milk', data: { celsius: 3.5 } })
})
