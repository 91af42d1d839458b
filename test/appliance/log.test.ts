import { test } from 'tap'
import { createLog, readable } from '../../runtime/appliance/index.ts'

const logged = (act: (log: ReturnType<typeof createLog>) => void): string => {
  let text = ''
  act(createLog({ write: (line: string) => (text += line) }))
  return text
}

test('a person at a terminal reads who says what, and what to do', (t) => {
  const line = readable(
    logged((log) => log.child({ plugin: 'mqtt' }).warn({ remedy: 'Stop that program.' }, 'Port 1883 is taken')),
  )
  t.match(line, /^\d\d:\d\d:\d\d .*warn.* mqtt: Port 1883 is taken\n +→ Stop that program\.\n$/)
  t.match(
    readable(logged((log) => log.error({ err: new Error('disk full') }, 'the ledger failed'))),
    /the ledger failed \(disk full\)/,
  )
  t.end()
})

test('no secret stands in the log', (t) => {
  const text = logged((log) => log.info({ password: 'p1', broker: { password: 'p2' }, secret: 'p3' }, 'connected'))
  t.notMatch(text, /p1|p2|p3/)
  t.match(text, /Redacted/)
  t.end()
})
