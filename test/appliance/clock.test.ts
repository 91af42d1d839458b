import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { watchClock } from '../../runtime/appliance/index.ts'

test('a clock in 1970, or before what the box wrote last, is told of until it is right', async (t) => {
  const file = join(t.testdir(), 'ledger.db')
  const fresh = await watchClock(file)
  t.match(fresh.fault(0), /says 1970-01-01 00:00 UTC.*timedatectl/)
  t.equal(fresh.fault(Date.UTC(2027, 4, 1)), undefined, 'a box without a past believes any time after its release')

  writeFileSync(file, '')
  utimesSync(file, new Date('2027-05-01T12:00:00Z'), new Date('2027-05-01T12:00:00Z'))
  const used = await watchClock(file)
  t.match(used.fault(Date.UTC(2027, 3, 30)), /it was 2027-05-01 11:59 already/)
  t.equal(used.fault(Date.UTC(2027, 4, 1, 11, 59, 30)), undefined, 'the last minute before a power cut may be lost')
  t.equal(used.fault(Date.UTC(2027, 4, 1, 12, 1)), undefined)
})
