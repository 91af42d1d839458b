import type { DatabaseSync } from 'node:sqlite'
import { audit } from './audit.ts'
import { idToBytes, keyOfId, TURNS } from './key.ts'
import type { Batch, Change, Refresh, Row } from './protocol.ts'

export interface Writer {
  /** Writes a batch as one transaction; returns after COMMIT, or throws with nothing written. */
  write(batch: Batch): (number | undefined)[]
  /** Takes changes to come; what is staged under a number is kept by the change `staged`, or forgotten without `changes`. */
  stage(stage: number, changes?: readonly Change[]): void
  types(): { id: number; type: string; days: number }[]
}

/** `counted` is told by how much the number of events has changed. */
export function createWriter(database: DatabaseSync, counted: (more: number) => void): Writer {
  const trail = audit(database)
  const types = new Map<string, { id: number; days: number }>()
  const loadTypes = () => {
    types.clear()
    for (const { id, name, days } of allTypes.all()) types.set(String(name), { id: Number(id), days: Number(days) })
  }
  const allTypes = database.prepare('SELECT id, name, days FROM types')
  loadTypes()

  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const addType = database.prepare(
    'INSERT INTO types (name, days) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET days = excluded.days RETURNING id',
  )
  const newest = database.prepare('SELECT max(key) AS key FROM events WHERE key >= ? AND key < ?')
  const insert = database.prepare(
    'INSERT INTO events (key, id, type, time, until, source, subject, data, privacy, because) VALUES (?,?,?,?,?,?,?,?,?,?)',
  )
  const refresh = database.prepare('UPDATE events SET until = ? WHERE key >= ? AND key < ? AND id = ?')
  const put = database.prepare('INSERT OR REPLACE INTO documents (kind, id, value) VALUES (?, ?, ?)')
  const drop = database.prepare('DELETE FROM documents WHERE kind = ? AND id = ?')
  const lastVersion = database.prepare('SELECT coalesce(max(version), 0) AS version FROM versions WHERE kind = ?')
  const addVersion = database.prepare(
    'INSERT INTO versions (kind, version, time, by, summary, value) VALUES (?,?,?,?,?,?)',
  )
  const trimVersions = database.prepare('DELETE FROM versions WHERE kind = ? AND version <= ?')

  const typeOf = ({ type, days }: Row): number => {
    const known = types.get(type)
    if (known?.days === days) return known.id
    const id = Number(addType.get(type, days)?.['id'])
    types.set(type, { id, days })
    return id
  }

  /** The next free turn of the id's millisecond, so that rows of one millisecond keep the order of their arrival. */
  const freeKey = (id: string): number => {
    for (let from = keyOfId(id); ; from += TURNS) {
      const last = newest.get(from, from + TURNS)?.['key']
      if (typeof last !== 'number') return from
      if (last + 1 < from + TURNS) return last + 1
    }
  }

  const insertRow = (row: Row) => {
    const because = row.because?.length ? Buffer.concat(row.because.map(idToBytes)) : null
    const privacy = row.privacy === 'none' ? null : row.privacy
    const key = freeKey(row.id)
    const { time, until, source, subject, data } = row
    insert.run(key, idToBytes(row.id), typeOf(row), time, until ?? null, source, subject, data, privacy, because)
  }

  const refreshRow = ({ id, until }: Refresh) => {
    const from = keyOfId(id)
    refresh.run(until, from, from + 2 * TURNS, idToBytes(id))
  }

  const staged = new Map<number, Change[]>()
  const change = (wanted: Change): number | undefined => {
    switch (wanted.do) {
      case 'put':
        put.run(wanted.kind, wanted.id, wanted.value)
        return undefined
      case 'delete':
        drop.run(wanted.kind, wanted.id)
        return undefined
      case 'version': {
        const { kind, value, time, by, summary, keep } = wanted
        const version = Number(lastVersion.get(kind)?.['version']) + 1
        addVersion.run(kind, version, time, by, summary, value)
        trimVersions.run(kind, version - Math.max(1, keep))
        return version
      }
      case 'staged':
        for (const one of staged.get(wanted.stage) ?? []) change(one)
        return undefined
      case 'audit':
        trail.add(wanted.entry, wanted.detail)
        return undefined
      default:
        return wanted satisfies never
    }
  }

  /** Documents hold names and addresses: what is replaced or deleted there leaves no bytes in pages that become free. */
  const withoutTraces = <T>(work: () => T): T => {
    database.exec('PRAGMA secure_delete = ON')
    try {
      return work()
    } finally {
      database.exec('PRAGMA secure_delete = FAST')
    }
  }

  const writeBatch = ({ rows, refreshes, changes }: Batch): (number | undefined)[] => {
    begin.run()
    try {
      for (const row of rows) insertRow(row)
      for (const one of refreshes) refreshRow(one)
      const answers = changes.map(change)
      commit.run()
      counted(rows.length)
      return answers
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      // A type that was made in what was rolled back is not there.
      loadTypes()
      throw error
    }
  }

  return {
    stage(stage, changes) {
      if (!changes) staged.delete(stage)
      else staged.set(stage, (staged.get(stage) ?? []).concat(changes))
    },
    write: (batch) =>
      batch.changes.some((one) => one.do === 'put' || one.do === 'delete' || one.do === 'staged')
        ? withoutTraces(() => writeBatch(batch))
        : writeBatch(batch),
    types: () => [...types].map(([type, { id, days }]) => ({ id, type, days })),
  }
}
