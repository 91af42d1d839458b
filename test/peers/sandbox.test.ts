/** What a plugin cannot reach: in bubblewrap nothing but its own; by Node's permissions alone, as a seat belt. */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Test, test } from 'tap'
import { type Box, openBox, writePlugin } from '../host/box.ts'
import { findProgram, peer } from '../support/peer.ts'

/** Tries each door and keeps what came of it in its state. */
const burglar = `
  const { readFileSync, writeFileSync, readdirSync } = await import('node:fs')
  const net = await import('node:net')
  const found = {}
  const attempt = (name, work) => { try { found[name] = 'open ' + String(work()).slice(0, 80) } catch (error) { found[name] = error.code ?? error.message } }
  attempt('secret', () => readFileSync(ctx.config.secret))
  attempt('throughLink', () => readFileSync(ctx.config.link))
  attempt('passwd', () => readFileSync('/etc/passwd'))
  attempt('write', () => writeFileSync(ctx.config.folder + '/planted', 'x'))
  attempt('spawn', () => process.binding('spawn_sync'))
  attempt('others', () => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length)
  attempt('environment', () => Object.keys(process.env).filter((name) => name !== 'PWD').join())
  attempt('own', () => readFileSync(new URL('./package.json', import.meta.url)).length)
  attempt('sqlite', () => process.getBuiltinModule('node:sqlite').DatabaseSync.name)
  const connect = (options) => new Promise((resolve) => {
    try { const socket = net.connect(options, () => { socket.destroy(); resolve('open') }); socket.on('error', (error) => resolve(error.code)) }
    catch (error) { resolve(error.code) }
  })
  found.tcp = await connect({ host: '127.0.0.1', port: ctx.config.port })
  found.unix = await connect({ path: ctx.config.socket })
  await ctx.state.set('found', found)`

async function burgle(t: Test, box: Box, manifest: Record<string, unknown> = {}): Promise<Record<string, string>> {
  const outside = await mkdtemp(path.join(tmpdir(), 'endcap-outside-'))
  await writeFile(path.join(outside, 'secret'), 'the till code')
  const tcp = createServer().listen(0, '127.0.0.1')
  const unix = createServer().listen(path.join(outside, 'socket'))
  t.teardown(async () => {
    tcp.close()
    unix.close()
    await rm(outside, { recursive: true, force: true })
  })
  const place = await writePlugin(box.folders[0], 'burglar', manifest, burglar)
  await symlink(path.join(outside, 'secret'), path.join(place, 'link'))
  box.settings['burglar'] = {
    config: {
      secret: path.join(outside, 'secret'),
      link: path.join(place, 'link'),
      folder: place,
      socket: path.join(outside, 'socket'),
      port: (tcp.address() as AddressInfo).port,
    },
  }
  await box.host.start()
  t.match(box.host.plugin('burglar'), { state: 'running' })
  return (await box.ledger.documents.get<Record<string, string>>('state/burglar', 'found')) ?? {}
}

test('in bubblewrap a plugin reaches its own folder and nothing else', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '' })
  const found = await burgle(t, box)
  t.equal(box.host.plugin('burglar').sandbox, 'bubblewrap')
  t.match(found, {
    secret: 'ERR_ACCESS_DENIED',
    throughLink: 'ENOENT',
    passwd: 'ERR_ACCESS_DENIED',
    write: 'ERR_ACCESS_DENIED',
    spawn: 'ERR_ACCESS_DENIED',
    environment: 'open ',
    own: /^open/,
    tcp: 'ERR_ACCESS_DENIED',
    unix: 'ERR_ACCESS_DENIED',
  })
  t.notMatch(found['sqlite'], /^open/, 'whose file access Node does not cover')
})

test('in bubblewrap even what Node lets through is not there', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '' })
  // As far as Node is concerned this one may use the network; the sandbox gives it none but the system bus.
  const found = await burgle(t, box, { permissions: ['dbus', 'native'] })
  t.match(found, { tcp: 'ECONNREFUSED', unix: 'ENOENT', throughLink: 'ENOENT', secret: 'ERR_ACCESS_DENIED' })
})

test('in bubblewrap a plugin that is killed comes back, and none outlives the host', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '', timing: { firstPause: 20 } })
  await writePlugin(box.folders[1], 'stranger', {}, '')
  await box.host.start()
  const { pid = 0, state, sandbox } = box.host.plugin('stranger')
  t.match({ state, sandbox }, { state: 'running', sandbox: 'bubblewrap' }, 'a stranger may start here')
  const told = box.next('plugin.failed')
  const again = box.next('plugin.started')
  process.kill(pid, 'SIGKILL')
  t.match((await told).data, { reason: 'ended by SIGKILL' })
  await again
  const next = box.host.plugin('stranger').pid ?? 0
  await box.host.stop()
  t.throws(() => process.kill(next, 0), { code: 'ESRCH' })
})

test('without bubblewrap Node still denies files, sockets and programs', async (t) => {
  const box = await openBox(t, { bubblewrap: false })
  const found = await burgle(t, box)
  t.equal(box.host.plugin('burglar').sandbox, 'node')
  t.match(found, {
    secret: 'ERR_ACCESS_DENIED',
    passwd: 'ERR_ACCESS_DENIED',
    write: 'ERR_ACCESS_DENIED',
    spawn: 'ERR_ACCESS_DENIED',
    environment: 'open ',
    own: /^open/,
    tcp: 'ERR_ACCESS_DENIED',
    unix: 'ERR_ACCESS_DENIED',
  })
})
