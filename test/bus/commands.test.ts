import { test } from 'tap'
import { createCommands } from '../../runtime/bus/index.ts'

const show = { content: { layout: 'message' as const, title: 'Good morning' } }
const shown = { showing: true, players: 1 }
const call = { name: 'sign.show', to: 'screen/entrance', params: show, source: 'flows' }

test('a command reaches who answers for its target', async (t) => {
  const commands = createCommands()
  const seen: string[] = []
  const answer = (who: string) => (call: { to: string; deadline: number; id: string }) => {
    seen.push(`${who} ${call.to}`)
    t.ok(call.id && call.deadline > 0, 'id and deadline are made')
    return shown
  }
  commands.handle('screen/', ['sign.show'], answer('screens'))
  const takeBack = commands.handle('screen/entrance', undefined, answer('entrance'))
  t.strictSame(await commands.call(call), shown)
  await commands.call({ ...call, to: 'screen/entrance2' })
  await commands.call({ ...call, to: 'screen/entrance/left' })
  takeBack()
  await commands.call(call)
  t.strictSame(seen, [
    'entrance screen/entrance',
    'screens screen/entrance2',
    'entrance screen/entrance/left',
    'screens screen/entrance',
  ])
})

test('a handler that does not know a command leaves it to a shorter prefix', async (t) => {
  const commands = createCommands()
  commands.handle('screen/entrance', ['device.identify'], () => ({}))
  commands.handle('screen/', undefined, () => shown)
  t.strictSame(await commands.call(call), shown)
})

test('what is wrong is named', async (t) => {
  const commands = createCommands()
  let ran = 0
  commands.handle('screen/', ['sign.show'], () => {
    ran++
    return { showing: 'yes' }
  })
  await t.rejects(commands.call({ ...call, name: 'sign.shout' }), { code: 'ENDCAP_COMMAND_UNKNOWN' })
  await t.rejects(commands.call({ ...call, to: 'staff/anna' }), { code: 'ENDCAP_TARGET_UNKNOWN' })
  await t.rejects(commands.call({ ...call, params: { content: { layout: 'opera' } } }), {
    code: 'ENDCAP_COMMAND_INVALID',
    message: /\/content\/layout/,
  })
  await t.rejects(commands.call({ ...call, params: { ...show, colour: 'red' } }), {
    code: 'ENDCAP_COMMAND_INVALID',
    message: /\/colour/,
  })
  t.equal(ran, 0)
  await t.rejects(commands.call(call), { code: 'ENDCAP_COMMAND_FAILED', message: /answer.*showing|answer.*players/ })
  commands.handle('screen/broken', undefined, () => {
    throw new TypeError('no such screen')
  })
  await t.rejects(commands.call({ ...call, to: 'screen/broken' }), new TypeError('no such screen'))
})

test('a plugin answers commands of its own by name', async (t) => {
  const commands = createCommands()
  commands.handle('acme/', undefined, () => 'not this one')
  await t.rejects(commands.call({ ...call, name: 'acme.dance', to: 'acme/robot' }), { code: 'ENDCAP_COMMAND_UNKNOWN' })
  commands.handle('acme/robot', ['acme.dance'], ({ params }) => ({ danced: params }))
  const answer = await commands.call({ name: 'acme.dance', to: 'acme/robot', params: 3, source: 'flows' })
  t.strictSame(answer, { danced: 3 })
})

test('a repeated id gets the first answer, also while the first still runs', async (t) => {
  let now = 0
  const commands = createCommands({ now: () => now })
  const answers: ((value: unknown) => void)[] = []
  commands.handle('screen/', ['sign.show'], () => new Promise((resolve) => answers.push(resolve)))
  const first = commands.call({ ...call, id: 'c-1' })
  const second = commands.call({ ...call, id: 'c-1' })
  t.equal(answers.length, 1, 'it is carried out once')
  answers[0]?.(shown)
  t.strictSame(await Promise.all([first, second]), [shown, shown])
  now += 599_000
  t.strictSame(await commands.call({ ...call, id: 'c-1' }), shown)

  const stranger = commands.call({ ...call, id: 'c-1', source: 'mqtt' })
  t.equal(answers.length, 2, 'another source with the same id is another command')
  answers[1]?.({ ...shown, players: 2 })
  t.match(await stranger, { players: 2 })

  now += 2000
  const later = commands.call({ ...call, id: 'c-1' })
  t.equal(answers.length, 3, 'after ten minutes it is a new command')
  answers[2]?.(shown)
  await later
})

test('a failure is the first answer too', async (t) => {
  const commands = createCommands()
  let ran = 0
  commands.handle('screen/', undefined, () => {
    ran++
    throw new Error('the cable is out')
  })
  await t.rejects(commands.call({ ...call, id: 'c-2' }), { message: 'the cable is out' })
  await t.rejects(commands.call({ ...call, id: 'c-2' }), { message: 'the cable is out' })
  t.equal(ran, 1)
})

test('who waits too long is told, and gets the late answer with the same id', async (t) => {
  const late: object[] = []
  const commands = createCommands({ log: { warn: (fields) => late.push(fields) } })
  const cable = Promise.withResolvers()
  commands.handle('screen/', undefined, () => cable.promise)
  await t.rejects(commands.call({ ...call, id: 'c-3', deadline: 1 }), {
    code: 'ENDCAP_COMMAND_TIMEOUT',
    message: /screen\/entrance did not answer sign\.show within 1 ms/,
  })
  const again = commands.call({ ...call, id: 'c-3' })
  cable.resolve(shown)
  t.strictSame(await again, shown)
  t.match(late, [{ id: 'c-3', command: 'sign.show' }])
})

test('remembered answers are bounded', async (t) => {
  const commands = createCommands()
  let ran = 0
  commands.handle('staff/', ['acme.count'], () => ({ ran: ++ran }))
  const count = { name: 'acme.count', to: 'staff/anna', params: {}, source: 'flows' }
  for (let i = 0; i <= 10_000; i++) await commands.call({ ...count, id: `c-${i}` })
  await commands.call({ ...count, id: 'c-10000' })
  t.equal(ran, 10_001)
  await commands.call({ ...count, id: 'c-0' })
  t.equal(ran, 10_002, 'the oldest is forgotten')
})
