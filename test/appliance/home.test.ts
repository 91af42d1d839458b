import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { openHome } from '../../runtime/appliance/index.ts'

const inUse = { code: 'ENDCAP_HOME_IN_USE' }

test('a home is for its owner alone', async (t) => {
  const home = await openHome(join(t.testdir(), 'box'))
  t.teardown(home.release)
  for (const folder of [home.folder, home.media, home.plugins, home.run, home.nodeRed])
    t.equal((await stat(folder)).mode & 0o777, 0o700, folder)
  t.equal(home.ledger, join(home.folder, 'ledger', 'endcap.db'))
  t.equal(home.config, join(home.folder, 'endcap.yaml'))
})

test('two runtimes never share a home', async (t) => {
  const folder = t.testdir()
  const first = await openHome(folder)
  await t.rejects(openHome(folder), { ...inUse, message: new RegExp(`process ${process.pid}$`) })
  await first.release()
  const second = await openHome(folder)
  await first.release()
  await t.rejects(openHome(folder), inUse, 'who released once does not release the next holder')
  await second.release()
  t.same(await readdir(second.run), [])
})

test('of many that start at once, one gets it', async (t) => {
  const folder = t.testdir()
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => openHome(folder)))
  const won = tries.filter((one) => one.status === 'fulfilled')
  t.equal(won.length, 1)
  for (const one of won) await one.value.release()
})

test('the lock of a process that was killed is taken over, that of a living one is not', async (t) => {
  const folder = t.testdir()
  const face = new URL('../../runtime/appliance/index.ts', import.meta.url).href
  const script = `const { openHome } = await import(${JSON.stringify(face)})
    await openHome(${JSON.stringify(folder)}); console.log('open'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await t.rejects(openHome(folder), { ...inUse, message: new RegExp(`process ${child.pid ?? 0}$`) })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const home = await openHome(folder)
  await home.release()
})

test('a lock of before a reboot is stale, though its pid lives again as somebody else', async (t) => {
  const folder = t.testdir()
  const first = await openHome(folder)
  const file = join(first.run, 'endcap.lock')
  const held = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  for (const other of [{ ...held, boot: 'an-earlier-one' }, { ...held, started: '1' }, 'half a lo']) {
    await writeFile(file, typeof other === 'string' ? other : JSON.stringify(other))
    const home = await openHome(folder)
    await home.release()
  }
})
