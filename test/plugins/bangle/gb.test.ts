import vm from 'node:vm'
import * as fc from 'fast-check'
import { test } from 'tap'
import { createBoard } from '../../../plugins/bangle/board.ts'
import { chunks, createReader, lineOf, type Message, plain, type Tap } from '../../../plugins/bangle/gb.ts'

/** What a watch would do with a line: run it. Fails where it is anything but calls of GB with plain data. */
function run(line: string): unknown[] {
  const calls: unknown[] = []
  const world = vm.createContext({ GB: (said: unknown) => void calls.push(JSON.parse(JSON.stringify(said))) })
  vm.runInContext(line.slice(1), world)
  return calls
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '"});reset(true);GB({"',
    "'});load();//",
    '\\"});E.reboot();({"a":"',
    '\u2028\u2029\n\r\x03\x10',
    '</script>${1+1}`',
    '\\u0022});Bangle.off()',
    '__proto__',
    'Grüße aus Zürich – 3 °C …',
  ),
)

test('no text ever leaves its string: the line is one call with that very data, in printable ASCII', (t) => {
  fc.assert(
    fc.property(hostile, hostile, fc.nat(), (title, body, id) => {
      const message: Message = { t: 'notify', id, src: 'Task', title, body }
      const line = lineOf(message)
      t.equal(line.charCodeAt(0), 16, 'not to be echoed')
      t.match(line.slice(1), /^GB\([\x20-\x7e]*\)\n$/)
      t.same(run(line), [{ ...message, title: plain(title), body: plain(body) }])
    }),
    { numRuns: 300 },
  )
  t.equal(plain('Käse – „frisch“ …'), 'Käse - "frisch" ...')
  t.equal(plain('寿司\n🍣'), '?? ?')
  t.end()
})

test('a line is written in pieces of at most 20 bytes that make it whole again', (t) => {
  const line = lineOf({ t: 'notify', id: 1, src: 'Shop', title: 'Till 2', body: 'ü'.repeat(60) })
  const pieces = chunks(line).map((hex) => Buffer.from(hex, 'hex'))
  t.ok(pieces.every(({ length }) => length <= 20))
  t.equal(Buffer.concat(pieces).toString('latin1'), line)
  t.end()
})

test('taps are read from whatever pieces they come in; noise is let pass', (t) => {
  const taps: Tap[] = []
  const read = createReader((tap) => taps.push(tap))
  const say = (text: string) => read(Buffer.from(text, 'latin1').toString('hex'))
  say('>\x1b[J{"t":"not')
  say('ify","id":3,"n":"OPEN"}\r\n{"t":"status","bat":87}\n{"t":"notify","id":"3","n":"OPEN"}\n{broken\nnull\n[]\n')
  say('x'.repeat(5000))
  say('\n{"t":"notify","id":4,"n":"REPLY","msg":"done"}\n')
  t.same(taps, [
    { id: 3, n: 'OPEN' },
    { id: 4, n: 'REPLY', msg: 'done' },
  ])
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 12 }), (texts) => {
      for (const text of texts) say(text)
    }),
    { numRuns: 100 },
  )
  t.end()
})

test('a board shows few things, and a tick means what can be done next', (t) => {
  const sent: Message[] = []
  const board = createBoard((message) => sent.push(message))
  board.put({ what: 'task', item: 't-1', title: 'Refill', body: '' })
  t.same(board.answer({ id: 1, n: 'OPEN' }), { item: 't-1', answer: 'claim' })
  board.claimed('t-1', true)
  t.match(sent.at(-1), { t: 'notify', id: 1, src: 'Yours' })
  t.same(board.answer({ id: 1, n: 'OPEN' }), { item: 't-1', answer: 'done' })
  t.same(board.answer({ id: 1, n: 'REPLY', msg: 'pass' }), { item: 't-1', answer: 'pass' })
  board.remove('t-1')
  t.same(sent.at(-1), { t: 'notify-', id: 1 })
  t.equal(board.answer({ id: 1, n: 'OPEN' }), undefined, 'what is gone answers nothing')

  board.put({ what: 'notice', item: 'n-1', title: 'Hello', body: '' })
  t.same(board.answer({ id: 2, n: 'DISMISS' }), { item: 'n-1', answer: 'acknowledge' })
  board.put({ what: 'task', item: 't-2', title: 'Help', body: '' })
  board.claimed('t-2', false)
  t.notOk(board.has('t-2'), 'a colleague took it')
  for (let index = 0; index < 30; index++) board.put({ what: 'task', item: `x-${index}`, title: 'x', body: '' })
  t.equal(board.all().length, 20)
  t.ok(board.has('x-29'))
  t.end()
})
