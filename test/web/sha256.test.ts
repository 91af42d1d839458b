import { createHash } from 'node:crypto'
import { assert, property, uint8Array } from 'fast-check'
import { test } from 'tap'
import { sha256 } from '../../runtime/web/sign/sha256.ts'

test('the hash of a page without HTTPS is SHA-256', (t) => {
  t.equal(sha256(new TextEncoder().encode('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert(
    property(
      uint8Array({ maxLength: 300 }),
      (bytes) => sha256(bytes) === createHash('sha256').update(bytes).digest('hex'),
    ),
    { numRuns: 200 },
  )
  t.end()
})
