import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { keyOfTime } from './key.ts'

/** Rows that one transaction deletes, so that waiting commits get their turn in between. */
const DELETE_ROWS = 500
/** Rows that erasure looks at in one turn. */
const SCAN_ROWS = 2000

export interface Removal {
  /** Deletes rows of a type whose id was stamped before a time, in milliseconds since the epoch. */
  prune(type: number, time: number): Promise<number>
  /** Deletes rows whose subject is a token or below it, or whose data holds it as a string, and the bytes in the file. */
  erase(token: string): Promise<number>
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

    async erase(token) {
      const below = `${token}/`
      // A token stands in JSON as a whole string, as a value or as a key.
      const quoted = JSON.stringify(token)
      let gone = 0
      let from = Number.MIN_SAFE_INTEGER
      // Deleted bytes are overwritten in the pages and the log is folded in, so that they are in no file any more.
      try {
        for (;;) {
          // Each time: what is written between two slices sets it back.
          database.exec('PRAGMA secure_delete = ON')
          const edge = edgeOf.get(from)?.['key']
          const to = typeof edge === 'number' ? edge : Number.MAX_SAFE_INTEGER
          const changes = Number(about.run(from, to, token, below.length, below, quoted).changes)
          gone += changes
          counted(-changes)
          if (typeof edge !== 'number') return gone
          from = edge
          await turn()
        }
      } finally {
        database.exec('PRAGMA secure_delete = FAST; PRAGMA wal_checkpoint(TRUNCATE)')
      }
    },
  }
}
