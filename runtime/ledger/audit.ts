import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { StoredAudit } from './protocol.ts'
import type { AuditEntry } from './types.ts'

type Unhashed = Omit<StoredAudit, 'hash'>

/** SHA-256 in hex of the hash before and of this entry as a JSON array, in this order. */
const hashOf = (before: string, { sequence, time, actor, action, subject, detail }: Unhashed): string =>
  createHash('sha256')
    .update(before)
    .update(JSON.stringify([sequence, time, actor, action, subject, detail]))
    .digest('hex')

const stored = (row: Record<string, unknown>): StoredAudit => ({
  sequence: Number(row['sequence']),
  time: Number(row['time']),
  actor: String(row['actor']),
  action: String(row['action']),
  subject: String(row['subject']),
  detail: typeof row['detail'] === 'string' ? row['detail'] : null,
  hash: String(row['hash']),
})

/** The trail. The head is kept beside it, so that cutting off its end is seen as well. */
export function audit(database: DatabaseSync) {
  const head = database.prepare('SELECT sequence, hash FROM audit_head')
  const setHead = database.prepare('INSERT OR REPLACE INTO audit_head (one, sequence, hash) VALUES (1, ?, ?)')
  const insert = database.prepare(
    'INSERT INTO audit (sequence, time, actor, action, subject, detail, hash) VALUES (?,?,?,?,?,?,?)',
  )
  const newest = database.prepare('SELECT * FROM audit ORDER BY sequence DESC LIMIT ?')
  const oldest = database.prepare('SELECT * FROM audit ORDER BY sequence')

  const last = (): { sequence: number; hash: string } => {
    const row = head.get()
    return { sequence: Number(row?.['sequence'] ?? 0), hash: String(row?.['hash'] ?? '') }
  }

  return {
    /** To be called within a transaction. */
    add({ time, actor, action, subject }: Omit<AuditEntry, 'detail'>, detail: string | null): void {
      const before = last()
      const entry = { sequence: before.sequence + 1, time, actor, action, subject, detail }
      const hash = hashOf(before.hash, entry)
      insert.run(entry.sequence, time, actor, action, subject, detail, hash)
      setHead.run(entry.sequence, hash)
    },

    list: (limit: number): StoredAudit[] => newest.all(limit).map(stored),

    /** The sequence of the first entry that is missing, changed or out of its place. */
    verify(): number | undefined {
      let expected = 1
      let before = ''
      for (const row of oldest.iterate()) {
        const { hash, ...entry } = stored(row)
        if (entry.sequence !== expected || hash !== hashOf(before, entry)) return expected
        before = hash
        expected++
      }
      const { sequence, hash } = last()
      return sequence === expected - 1 && hash === before ? undefined : expected
    },
  }
}
