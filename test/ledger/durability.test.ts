import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'tap'
import { openLedger } from '../../runtime/ledger/index.ts'

const program = join(import.meta.dirname, 'child.ts')

/** What a child printed, in order; a line cut off by its death is not one. */
async function linesOf(child: ChildProcess, enough: (lines: string[]) => boolean): Promise<string[]> {
  const lines: string[] = []
  if (!child.stdout) throw new Error('the child has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (!child.killed && enough(lines)) child.kill('SIGKILL')
  }
  return lines
}
const said = (lines: string[], word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))

test('what was answered is there after kill -9', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const acknowledged: string[] = []
  for (const round of [1, 2, 3]) {
    const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    const lines = await linesOf(child, ({ length }) => length >= 100)
    await closed
    t.equal(child.signalCode, 'SIGKILL', `killed while it wrote (round ${round})`)
    // The last line may have been cut in two.
    acknowledged.push(...said(lines, 'committed').filter((id) => id.length === 36))

    const ledger = await openLedger({ file })
    const missing: string[] = []
    for (const id of acknowledged) if ((await ledger.query({ id })).length !== 1) missing.push(id)
    t.strictSame(missing, [], `every one of ${acknowledged.length} answered events is there`)
    t.equal(await ledger.audit.verify(), undefined, 'the audit trail is whole')
    const documents = await ledger.documents.all<string>('last')
    for (const [producer, id] of new Map(said(lines, 'document').map((line) => line.split(' ') as [string, string]))) {
      if (id.length !== 36) continue
      const kept = documents.get(producer) ?? ''
      t.ok(kept === id || acknowledged.indexOf(kept) > acknowledged.indexOf(id) || !acknowledged.includes(kept))
    }
    await ledger.close()
  }
  const database = new DatabaseSync(file)
  t.strictSame(database.prepare('PRAGMA integrity_check').get(), { __proto__: null, integrity_check: 'ok' })
  database.close()
})

test('a full disk refuses, keeps what was answered, and the file works again when there is room', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  // Node ignores SIGXFSZ (tap's loader, in the environment, does not), so a write beyond the limit fails as on a full
  // disk. Blocks of 512 bytes.
  const limited = spawn(
    'sh',
    ['-c', 'ulimit -S -f 1000; exec env -i "$@"', 'sh', process.execPath, program, file, 'fill'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const closed = once(limited, 'close')
  const lines = await linesOf(limited, () => false)
  const [code, signal] = (await closed) as [number | null, string | null]
  t.equal(code, 0, `ended by itself, ${signal}`)
  t.strictSame(said(lines, 'refused'), ['ENDCAP_LEDGER_BROKEN'])
  t.strictSame(said(lines, 'readable'), ['1'], 'reading goes on')
  const [fault, later] = said(lines, 'fault')
  t.match(fault, /The ledger .* cannot be read or written/, 'it says that it cannot be written')
  t.equal(later, 'undefined', 'until a commit succeeds')
  const answered = said(lines, 'committed')
  t.ok(answered.length > 0, `${answered.length} were answered before`)

  const ledger = await openLedger({ file })
  const ids = new Set<string>()
  let after: string | undefined
  for (;;) {
    const page = await ledger.query({ limit: 1000, ascending: true, ...(after && { after }) })
    for (const { id } of page) ids.add(id)
    after = page.at(-1)?.id
    if (!after) break
  }
  t.ok(
    answered.every((id) => ids.has(id)),
    'every answered event is there',
  )
  await ledger.documents.put('test', 'room', true)
  t.equal(await ledger.documents.get('test', 'room'), true, 'with room it takes changes again')
  await ledger.close()
})
