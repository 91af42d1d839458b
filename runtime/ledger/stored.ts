import type { DatabaseSync } from 'node:sqlite'
import type { Answered, Asked, StoredVersion } from './protocol.ts'

type Names = 'all' | 'get' | 'versions' | 'version'

const asVersion = (row: Record<string, unknown>): StoredVersion => ({
  version: Number(row['version']),
  time: Number(row['time']),
  by: String(row['by']),
  summary: String(row['summary']),
  value: typeof row['value'] === 'string' ? row['value'] : '',
})

/** Reads documents and their versions. */
export function createStored(database: DatabaseSync): { [N in Names]: (asked: Asked<N>) => Answered<N> } {
  const all = database.prepare('SELECT id, value FROM documents WHERE kind = ? ORDER BY id')
  const get = database.prepare('SELECT value FROM documents WHERE kind = ? AND id = ?')
  const list = database.prepare('SELECT version, time, by, summary FROM versions WHERE kind = ? ORDER BY version DESC')
  const one = database.prepare('SELECT * FROM versions WHERE kind = ? AND version = ?')
  const latest = database.prepare('SELECT * FROM versions WHERE kind = ? ORDER BY version DESC LIMIT 1')

  return {
    all: ({ kind }) => all.all(kind).map(({ id, value }) => ({ id: String(id), value: String(value) })),
    get({ kind, id }) {
      const value = get.get(kind, id)?.['value']
      return value === undefined ? undefined : String(value)
    },
    versions: ({ kind }) =>
      list.all(kind).map((row) => {
        const { version, time, by, summary } = asVersion(row)
        return { version, time, by, summary }
      }),
    version({ kind, version }) {
      const row = version === undefined ? latest.get(kind) : one.get(kind, version)
      return row && asVersion(row)
    },
  }
}
