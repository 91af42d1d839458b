/**
 * Runs the tests with tap and ends with the line `N passed, N failed, N skipped`.
 *
 *   node test/run.ts [files or folders …]
 *
 * Prints one line a file, the names of what was skipped and why, and all output of a file that failed. In a run of everything,
 * up to three files that failed run once more, alone.
 */
import { spawn } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const tap = resolve(root, 'node_modules/.bin/tap')

const MOST_AGAIN = 3
const alone = (path: string) =>
  new Promise<number>((done) =>
    spawn(process.execPath, [import.meta.filename, path], { cwd: root, stdio: 'inherit' }).on('close', (code) =>
      done(code ?? 1),
    ),
  )

const ran = (args: string[], stdio: 'inherit' | 'ignore') =>
  new Promise<number>((done) => spawn(tap, args, { cwd: root, stdio }).on('close', (code) => done(code ?? 1)))

// A fresh clone has no built test library; its first run fails until this has run once.
if ((await ran(['build'], 'ignore')) !== 0) process.exitCode = await ran(['build'], 'inherit')

const counts = { passed: 0, failed: 0, skipped: 0 }
let file: string[] = []
let failedInFile = 0
const skippedInFile: string[] = []
const failedFiles: { path: string; failed: number }[] = []
let reason: string | undefined

const wanted = process.argv
  .slice(2)
  .flatMap((path) => (statSync(path).isDirectory() ? globSync(`${path}/**/*.test.ts`) : [path]))
const child = spawn(tap, ['--reporter=tap', ...wanted], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
for await (const line of createInterface({ input: child.stdout })) {
  file.push(line)
  // TAP 14 indents by four: the files stand at the margin, their tests one level in. A test that met no peer passes
  // with a skipped assertion; it counts as skipped.
  const skip = /^ {8,}ok \d+ .*# SKIP ?(.*)$/.exec(line)
  if (skip) reason = skip[1] ?? ''
  const test = /^ {4}(not )?ok \d+ - (.*?)(?: # SKIP ?(.*?))?(?: # time=\S+)?(?: \{)?$/.exec(line)
  if (test) {
    const skipped = test[1] ? undefined : (test[3] ?? reason)
    reason = undefined
    if (skipped !== undefined) {
      counts.skipped++
      skippedInFile.push(`${test[2] ?? ''}: ${skipped}`)
    } else if (test[1]) {
      counts.failed++
      failedInFile++
    } else counts.passed++
    continue
  }
  const end = /^(not )?ok \d+ - (.*?)(?: # (SKIP|time=)(.*))?$/.exec(line)
  if (!end) continue
  if (end[1]) {
    // A file can fail without a failed test: it crashed, hung or left something running.
    if (failedInFile === 0) counts.failed++
    failedFiles.push({ path: end[2] ?? '', failed: Math.max(1, failedInFile) })
    process.stdout.write(`${file.join('\n')}\n✗ ${end[2] ?? ''}\n`)
  } else if (end[3] === 'SKIP') {
    counts.skipped++
    process.stdout.write(`○ ${end[2] ?? ''} skipped: ${end[4] ?? ''}\n`)
  } else process.stdout.write(`✓ ${end[2] ?? ''}\n`)
  for (const skipped of skippedInFile.splice(0)) process.stdout.write(`  ○ skipped ${skipped}\n`)
  file = []
  failedInFile = 0
}
const code = child.exitCode ?? (await new Promise<number | null>((done) => child.on('close', done)))
if (code !== 0 && counts.failed === 0) {
  counts.failed++
  process.stdout.write(`${file.join('\n')}\n✗ the test runner ended with ${code}\n`)
}
// In a run of everything a machine can be so busy that a real peer is late. A few files that failed run once more, alone; that
// they did not pass beside the others stands above and is said again here.
if (wanted.length === 0 && failedFiles.length > 0 && failedFiles.length <= MOST_AGAIN) {
  for (const { path, failed } of failedFiles) {
    process.stdout.write(`${path} failed beside the others; once more, alone:\n`)
    if (!existsSync(resolve(root, path)) || (await alone(path)) !== 0) continue
    counts.failed -= failed
    counts.passed += failed
  }
}
if (counts.failed > 0) process.exitCode = 1
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
