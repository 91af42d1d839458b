import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'tap'
import { startBox, until } from '../support/box.ts'

const cli = resolve(import.meta.dirname, '../../runtime/cli.ts')

interface Said {
  code: number
  out: string
  error: string
}

/** The `endcap` command, as somebody on the box types it. */
const endcap = (home: string, ...words: string[]): Promise<Said> =>
  new Promise((done) => {
    const child = execFile(process.execPath, [cli, ...words, '--home', home], (_, out, error) =>
      done({ code: child.exitCode ?? -1, out, error }),
    )
  })

test('a plugin is switched by name, and a wrong name is refused where it can be known', async (t) => {
  const box = await startBox(t)
  const config = join(box.home, 'endcap.yaml')
  const before = readFileSync(config, 'utf8')
  for (const action of ['enable', 'disable'])
    for (const name of ['mqqt', 'flows'])
      t.match(await endcap(box.home, 'plugin', action, name), {
        code: 1,
        out: '',
        error: `ENDCAP_NOT_FOUND: There is no plugin ${name}\nSee the list of what there is`,
      })
  t.equal(readFileSync(config, 'utf8'), before, 'nothing was written')

  t.match(await endcap(box.home, 'plugin', 'disable', 'presence'), { code: 0, out: 'presence is disabled\n' })
  const stateOf = async (name: string) => (await box.plugins()).find((one) => one.name === name)?.state
  t.equal(await stateOf('presence'), 'disabled')
  t.match(await endcap(box.home, 'plugin', 'enable', 'presence'), { code: 0, out: 'presence is enabled\n' })
  await until('presence runs again', async () => (await stateOf('presence')) === 'running' || undefined)
  t.match(await endcap(box.home, 'plugin', 'disable', 'presence'), { code: 0, out: 'presence is disabled\n' })
  t.match(readFileSync(config, 'utf8'), /presence:\n {4}enabled: false/)
})

test('while no box runs, it says what it wrote and that nobody checked it', async (t) => {
  const home = t.testdir()
  const config = join(home, 'endcap.yaml')
  writeFileSync(config, '# mine\nnetwork: { port: 0 }\n')
  const { code, out } = await endcap(home, 'plugin', 'disable', 'mqqt')
  t.equal(code, 0)
  t.equal(out, `No box runs in ${home}: wrote plugins.mqqt.enabled: false into its endcap.yaml, unchecked\n`)
  t.match(readFileSync(config, 'utf8'), /^# mine\n[\s\S]*plugins:\n {2}mqqt:\n {4}enabled: false\n$/)
})
