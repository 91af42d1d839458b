import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { keyOfTime } from './key.ts'
import type { Redaction } from './types.ts'

/** Rows that one transaction deletes, so that waiting commits get their turn in between. */
const DELETE_ROWS = 500
/** Rows that erasure looks at in one turn. */
const SCAN_ROWS = 2000

export interface Removal {
  /** Deletes rows of a type whose id was stamped before a time, in milliseconds since the epoch. */
  prune(type: number, time: number): Promise<number>
  /** Deletes rows whose subject is a token or below it, or whose data holds it as a string, and the bytes in the file. */
  erase(token: string): Promise<number>
  /** Replaces words in texts of events. */
  redact(redaction: Redaction): Promise<number>
}

/** `counted` is told by how much the number of events has changed. */
export function createRemoval(database: DatabaseSync, counted: (more: number) => void): Removal {
  const old = database.prepare(
    `DELETE FROM events WHERE key IN (SELECT key FROM events WHERE type = ? AND key < ? LIMIT ${DELETE_ROWS})`,
  )
  const edgeOf = database.prepare(`SELECT key FROM events WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ${SCAN_ROWS}`)
  const about = database.prepare(
    `DELETE FROM events WHERE key >= ? AND key < ?
     AND (subject = ? OR substr(subject, 1, ?) = ? OR instr(data, ?) > 0)`,
  )

  const textsOf = database.prepare(
    'SELECT key, data FROM events WHERE key >= ? AND key < ? AND substr(subject, 1, ?) = ?',
  )
  const rewrite = database.prepare('UPDATE events SET data = ? WHERE key = ?')

  /**
   * Does something to all rows, a slice a turn, so that waiting commits get theirs; resolves with the sum of what it
   * says. Deleted bytes are overwritten in the pages and the log is folded in, so that they are in no file any more.
   */
  async function withoutTraces(slice: (from: number, to: number) => number): Promise<number> {
    let done = 0
    let from = Number.MIN_SAFE_INTEGER
    try {
      for (;;) {
        // Each time: what is written between two slices sets it back.
        database.exec('PRAGMA secure_delete = ON')
        const edge = edgeOf.get(from)?.['key']
        done += slice(from, typeof edge === 'number' ? edge : Number.MAX_SAFE_INTEGER)
        if (typeof edge !== 'number') return done
        from = edge
        await turn()
      }
    } finally {
      database.exec('PRAGMA secure_delete = FAST; PRAGMA wal_checkpoint(TRUNCATE)')
    }
  }

  return {
    async prune(type, time) {
      let gone = 0
      for (;;) {
        const { changes } = old.run(type, keyOfTime(time))
        gone += Number(changes)
        counted(-Number(changes))
        if (Number(changes) < DELETE_ROWS) return gone
        await turn()
      }
    },

    erase(token) {
      const below = `${token}/`
      // A token stands in JSON as a whole string, as a value or as a key.
      const quoted = JSON.stringify(token)
      return withoutTraces((from, to) => {
        const changes = Number(about.run(from, to, token, below.length, below, quoted).changes)
        counted(-changes)
        return changes
      })
    },

    redact({ words, instead, subjects, fields }) {
      const changed = (text: string): string | undefined => {
        const data = JSON.parse(text) as Record<string, unknown>
        let hit = false
        for (const field of fields) {
          const value = data[field]
          if (typeof value !== 'string') continue
          const next = value.replace(words, instead)
          hit ||= next !== value
          data[field] = next
        }
        return hit ? JSON.stringify(data) : undefined
      }
      return withoutTraces((from, to) => {
        const next: [string, number][] = []
        for (const beginning of subjects)
          for (const { key, data } of textsOf.iterate(from, to, beginning.length, beginning)) {
            const text = changed(String(data))
            if (text !== undefined) next.push([text, Number(key)])
          }
        for (const [text, key] of next) rewrite.run(text, key)
        return next.length
      })
    },
  }
}
