import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** `Endc`, so that a file of another program is recognised and left alone. */
const APPLICATION_ID = 0x456e6463
const VERSION = 1
/** A file up to this size is checked whole when it is opened: some 100 ms on an SD card, which a boot can afford. */
const CHECK_BYTES = 8 * 1024 * 1024

/**
 * `key` see key.ts. `type` is a number so that the one secondary index costs some ten bytes a row. Causes are 16 bytes
 * each in a row; effects are found by scanning the time after the cause, which costs no index.
 */
const TABLES = `
  CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, days REAL NOT NULL);
  CREATE TABLE events (
    key INTEGER PRIMARY KEY, id BLOB NOT NULL, type INTEGER NOT NULL REFERENCES types (id), time INTEGER NOT NULL,
    until INTEGER, source TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL, privacy TEXT, because BLOB
  );
  CREATE INDEX events_type ON events (type);
  CREATE TABLE documents (kind TEXT, id TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE TABLE versions (
    kind TEXT, version INTEGER, time INTEGER NOT NULL, by TEXT NOT NULL, summary TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, version)
  );
  CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT, hash TEXT NOT NULL
  );
  CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL);
`

const pragma = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]

/**
 * Opens the file, or makes it. Throws an Error with the reason where it is damaged, of another program or of a later
 * release; such a file is not written to.
 */
export function openFile(file: string): DatabaseSync {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true })
  try {
    const tables = pragma(database, 'schema_version')
    const version = Number(pragma(database, 'user_version'))
    const isNew = tables === 0
    if (!isNew && pragma(database, 'application_id') !== APPLICATION_ID) throw new Error('it is not a ledger of Endcap')
    if (version > VERSION) throw new Error(`it was written by a later release (version ${version})`)
    if (!isNew && bytes <= CHECK_BYTES) {
      const found = pragma(database, 'quick_check(1)')
      if (found !== 'ok') throw new Error(String(found))
    }
    // FULL: with NORMAL a power cut loses commits that were answered (docs/decisions/0001).
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000')
    database.exec('PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = FAST')
    if (isNew) {
      database.exec(
        `BEGIN IMMEDIATE; ${TABLES} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}; COMMIT`,
      )
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
