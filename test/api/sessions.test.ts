import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'tap'
import { type Session, Sessions } from '../../runtime/api/sessions.ts'
import type { Ledger } from '../../runtime/ledger/index.ts'

test('a full disk neither signs a manager out nor ends the box', async (t) => {
  const key = createHash('sha256').update('cookie').digest('hex')
  const soon = Date.now() + 86_400_000
  const kept: Session = { key, link: 'a', role: 'manager', createdAt: 0, expiresAt: soon }
  const full = () => Promise.reject(new Error('disk is full'))
  const documents: Ledger['documents'] = {
    all: async <T>(kind: string) => new Map<string, T>(kind === 'session' ? [[key, kept as T]] : []),
    get: async () => undefined,
    put: full,
    delete: full,
    keep: async () => false,
    stage: () => ({ add: full, apply: full }),
  }
  const sessions = new Sessions(documents)
  await sessions.start()
  t.teardown(() => sessions.stop())
  const found = sessions.find('cookie')
  t.ok((found?.expiresAt ?? 0) > soon, 'its life is prolonged, though that could not be written')
  kept.expiresAt = 1
  t.equal(sessions.find('cookie'), undefined, 'what is over is over')
  // A rejection that nobody handles ends the process, after the promises of this turn.
  await turn()
  await turn()
})
