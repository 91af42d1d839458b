import { test } from 'tap'
import { createLines, type Line } from '../../runtime/host/lines.ts'

test('a child that floods its log fills neither the log of the box nor its own list', (t) => {
  const told: Line[] = []
  const lines = createLines((line) => told.push(line))
  for (let n = 0; n < 50_000; n++) lines.add('info', `line ${n}`)
  t.ok(told.length >= 200 && told.length < 2000, `${told.length} lines reached the log`)
  t.equal(lines.list().length, 50)
  t.equal(lines.list().at(-1)?.text, 'line 49999', 'the console shows the newest')
  t.end()
})

test('a line steers no terminal', (t) => {
  const told: Line[] = []
  const lines = createLines((line) => told.push(line))
  lines.add('info', '\u001B[31mred\u001B[0m \u001B[2J\u0007\u202E at x\n\tat y')
  t.equal(told[0]?.text, 'red \uFFFD[2J\uFFFD\uFFFD at x\n\tat y')
  t.end()
})
