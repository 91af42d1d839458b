import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mock } from 'node:test'
import { test } from 'tap'
import { type BootOptions, startBoot } from '../../runtime/appliance/index.ts'
import { readBootCount } from '../../runtime/appliance/boot-count.ts'

const quiet: BootOptions['log'] = { info: () => undefined, error: () => undefined }
const fine = () => Promise.resolve('fine')

async function home(t: { testdir(): string }) {
  const folder = t.testdir()
  await mkdir(join(folder, 'run'))
  return folder
}
const failures = (folder: string) => readBootCount(join(folder, 'run', 'boots.json')).then(({ failed }) => failed)

test('the box starts in stages, and says so', async (t) => {
  const folder = await home(t)
  const boot = await startBoot({ home: folder, log: quiet })
  t.equal(boot.safeMode, undefined)
  t.equal(boot.status(), 'starting')
  t.equal(await boot.run('ledger', fine), 'fine')
  t.match(boot.states(), { ledger: { state: 'ready', milliseconds: Number }, api: { state: 'waiting' } })
  for (const stage of ['api', 'plugins', 'flows'] as const) await boot.run(stage, fine)
  t.equal(boot.status(), 'ok')
  await boot.stop()
  t.equal(await failures(folder), 0)
})

test('a stage that hangs does not hang the box; when it comes after all, it counts', async (t) => {
  const boot = await startBoot({ home: await home(t), log: quiet, deadlines: { plugins: 0.02 } })
  t.teardown(boot.stop)
  await boot.run('ledger', fine)
  await boot.run('api', fine)
  const slow = Promise.withResolvers<string>()
  t.equal(await boot.run('plugins', () => slow.promise), undefined)
  t.match(boot.states().plugins, { state: 'late', reason: 'The boot stage plugins was not ready within 0.02 s' })
  await boot.run('flows', () => Promise.reject(new Error('no Node-RED here')))
  t.match(boot.states().flows, { state: 'failed', reason: 'no Node-RED here' })
  t.equal(boot.status(), 'degraded')
  const ready = new Promise<void>((resolve) => boot.onChange(resolve))
  slow.resolve('at last')
  await ready
  t.equal(boot.states().plugins.state, 'ready')
})

test('without ledger or api there is no box', async (t) => {
  const folder = await home(t)
  const boot = await startBoot({ home: folder, log: quiet, deadlines: { api: 0.02 } })
  await boot.run('ledger', fine)
  let given: AbortSignal | undefined
  const hangs = (signal: AbortSignal) => {
    given = signal
    return new Promise<never>(() => undefined)
  }
  await t.rejects(boot.run('api', hangs), { code: 'ENDCAP_STAGE_TIMEOUT' })
  await boot.stop()
  t.ok(given?.aborted, 'what still starts is told to end')
  t.equal(await failures(folder), 1, 'stopping because of that makes no good boot of it')
})

test('three boots that ended early start the fourth in safe mode, with the reason', async (t) => {
  const folder = await home(t)
  for (let n = 1; n <= 3; n++) {
    const boot = await startBoot({ home: folder, log: quiet })
    t.teardown(boot.stop)
    t.equal(boot.safeMode, undefined, `boot ${n}`)
    await boot.run('ledger', fine)
    await boot.run('api', fine)
    void boot.run('plugins', () => new Promise<never>(() => undefined))
    await new Promise<void>((resolve) => setImmediate(resolve))
    // The power goes: nobody calls stop().
    t.equal(await failures(folder), n)
  }
  const boot = await startBoot({ home: folder, log: quiet })
  t.match(boot.safeMode, /^3 boots in a row failed; the last one: it ended while \w+ started$/)
  await boot.run('ledger', fine)
  await boot.run('api', fine)
  let started = false
  const start = async () => {
    started = true
  }
  await boot.run('plugins', start)
  await boot.run('flows', start)
  t.notOk(started, 'plugins and flows stay off')
  t.match(boot.states(), {
    api: { state: 'ready' },
    plugins: { state: 'off', reason: /safe mode/ },
    flows: { state: 'off' },
  })
  t.equal(boot.status(), 'degraded')
  await boot.stop()

  const next = await startBoot({ home: folder, log: quiet })
  t.equal(next.safeMode, undefined, 'after a clean stop it is tried again')
  await next.stop()
})

test('a boot that lasted a minute was good, even if the power goes then', async (t) => {
  const folder = await home(t)
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  await startBoot({ home: folder, log: quiet })
  t.equal(await failures(folder), 1)
  mock.timers.tick(59_999)
  t.equal(await failures(folder), 1)
  mock.timers.tick(1)
  while ((await failures(folder)) !== 0) await new Promise<void>((resolve) => setImmediate(resolve))
  mock.timers.reset()
  t.same(await readdir(join(folder, 'run')), ['boots.json'])
})

test('a broken count keeps no box from starting', async (t) => {
  const folder = await home(t)
  for (const text of ['', '\0\0\0', '{"failed":"many"}', '[]', 'null']) {
    await writeFile(join(folder, 'run', 'boots.json'), text)
    const boot = await startBoot({ home: folder, log: quiet })
    t.equal(boot.safeMode, undefined)
    await boot.stop()
  }
})
