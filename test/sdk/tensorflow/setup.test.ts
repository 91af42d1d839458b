import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'tap'
import { layLibrary } from '../../../runtime/sdk/tensorflow/library.ts'
import { backend } from '../../support/backend.ts'
import { peer } from '../../support/peer.ts'
import '../../support/plain-children.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const setup = (...given: string[]) =>
  run(process.execPath, [join(root, 'runtime/sdk/tensorflow/setup.ts'), ...given], { cwd: root })

test('where it works already, the set-up says so and touches nothing', async (t) => {
  if (!(await backend(t, 'tensorflow'))) return
  const { stdout } = await setup()
  t.match(stdout, /^Nothing to do: Native TensorFlow 2\.\d+\.\d+ works: a small convolution came out right\.$/m)
})

test('what stops it is said in words, and that Endcap works without', async (t) => {
  const failed = (await setup('--force', '--from', '/nowhere/tensorflow.whl').catch((error: unknown) => error)) as {
    code: number
    stderr: string
  }
  t.equal(failed.code, 1)
  t.equal(
    failed.stderr,
    'Stopped: There is no file /nowhere/tensorflow.whl.\nEndcap works without it: models run by WebAssembly. docs/tensorflow.md tells more.\n',
  )
})

test('an archive that is none, or lacks the library, leaves what was there', async (t) => {
  if (!peer(t, 'python3', 'python3')) return
  const folder = t.testdir({ 'package.json': '{}', deps: { lib: { kept: '' } }, binding: { 'a.cc': 'TF_NewTensor(' } })
  const archive = join(folder, 'tensorflow.whl')
  writeFileSync(archive, 'no zip')
  await t.rejects(
    layLibrary(archive, folder, () => {}),
    { message: /could not be unpacked: .*not a zip file/i },
  )
  mkdirSync(join(folder, 'inside'))
  writeFileSync(join(folder, 'inside/readme'), 'nothing')
  await run('python3', ['-m', 'zipfile', '-c', archive, join(folder, 'inside')])
  await t.rejects(
    layLibrary(archive, folder, () => {}),
    { message: /it holds no libtensorflow_cc\.so\.2/ },
  )
  const { existsSync } = await import('node:fs')
  t.ok(existsSync(join(folder, 'deps/lib/kept')))
})
