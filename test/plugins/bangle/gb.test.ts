import vm from 'node:vm'
import * as fc from 'fast-check'
import { test } from 'tap'
import { createBoard, type Numbers } from '../../../plugins/bangle/board.ts'
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

/** A board before a watch that is there or not. */
function openBoard(kept?: Numbers) {
  const sent: Message[] = []
  const near = { yes: true }
  const board = createBoard({
    send: (message) => Promise.resolve(near.yes && sent.push(message) > 0),
    keep: () => undefined,
    kept,
  })
  return { board, sent, near, settled: () => new Promise((resolve) => setImmediate(resolve)) }
}
const task = (item: string, title = 'Refill') => ({ what: 'task' as const, item, title, body: '' })

test('a board shows few things, and a tick means what can be done next', (t) => {
  const { board, sent } = openBoard()
  board.put(task('t-1'))
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
  board.put(task('t-2'))
  board.claimed('t-2', false)
  t.notOk(board.has('t-2'), 'a colleague took it')
  for (let index = 0; index < 30; index++) board.put(task(`x-${index}`))
  t.equal(board.items().length, 20)
  t.ok(board.has('x-29'))
  t.end()
})

test('over a restart each thing keeps its number: an old tap never takes another task', async (t) => {
  const before = openBoard()
  for (const item of ['t-1', 't-2', 't-3']) before.board.put(task(item))
  await before.settled()
  t.equal(before.board.answer({ id: 3, n: 'DISMISS' }), undefined, 'the cross takes it off the watch alone')
  await before.settled()
  const kept = JSON.parse(JSON.stringify(before.board.numbers())) as Numbers
  t.notMatch(JSON.stringify(kept), /Refill/, 'texts stay with the shop, which may take them back')

  const after = openBoard(kept)
  after.board.bring([task('t-9'), task('t-3'), task('t-2')], after.board.now())
  await after.settled()
  t.same(
    after.sent.map((one) => (one.t === 'notify' ? [one.id, one.new] : one.t === 'notify-' ? -one.id : one)),
    [[4, undefined], [2, false], -1],
    'what is new buzzes, what was there does not, what is over goes, and what was taken off stays off',
  )
  t.equal(after.board.answer({ id: 1, n: 'OPEN' }), undefined)
  t.same(after.board.answer({ id: 2, n: 'OPEN' }), { item: 't-2', answer: 'claim' })
})

test('what went while the watch was away goes when it is back, and nothing buzzes twice', async (t) => {
  const { board, sent, near, settled } = openBoard()
  board.put(task('t-1'))
  board.put(task('t-2'))
  await settled()
  near.yes = false
  board.remove('t-1')
  board.put(task('t-3'))
  await settled()
  sent.length = 0
  near.yes = true
  board.again()
  await settled()
  t.match(sent, [
    { t: 'notify-', id: 1 },
    { id: 2, new: false },
    { id: 3, new: undefined },
  ])
  const asked = board.now()
  board.put(task('t-4'))
  board.bring([task('t-2')], asked)
  t.same(board.items().toSorted(), ['t-2', 't-4'], 'an answer that is older than an alert takes nothing away')
})

test('a watch that says stop is heard, wherever it says so', (t) => {
  const taps: Tap[] = []
  const flow: boolean[] = []
  const read = createReader(
    (tap) => taps.push(tap),
    (takesMore) => flow.push(takesMore),
  )
  read(Buffer.from('{"t":"not\x13ify","id":3,\x11"n":"OPEN"}\n', 'latin1').toString('hex'))
  t.same(taps, [{ id: 3, n: 'OPEN' }])
  t.same(flow, [false, true])
  read('78'.repeat(2100))
  read(Buffer.from('{"t":"notify","id":4,"n":"OPEN"}\n').toString('hex'))
  t.equal(taps.length, 1, 'the end of a line without end is no line')
  read(Buffer.from('{"t":"notify","id":5,"n":"OPEN"}\n').toString('hex'))
  t.equal(taps.length, 2)
  t.end()
})
