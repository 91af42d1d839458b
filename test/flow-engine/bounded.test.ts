import { test } from 'tap'
import { endsByItself } from '../../runtime/flow-engine/bounded.ts'

test('a plain rule needs no watchdog', (t) => {
  for (const code of [
    "const p = msg.payload;\np.low = p.count < 3;\np.level = p.confidence > 0.8 ? 'sure' : 'check';\nreturn msg;",
    "if (msg.payload.zone === 'dairy') { node.status({ text: 'milk' }); return [msg, null] }\nreturn [null, msg]",
    'const fitting = { dairy: { title: `Hello ${msg.payload.zone}` } }\nmsg.content = fitting[msg.payload.zone] ?? null\nreturn msg',
    'switch (msg.topic) { case "a": msg.payload = Math.round(msg.payload * 10) / 10; break }\nreturn msg',
    'try { msg.payload = JSON.parse(msg.payload) } catch (error) { node.warn(error.message) }\nreturn msg',
  ])
    t.equal(endsByItself(code), true, code)
  t.end()
})

test('whatever can repeat itself keeps its watchdog', (t) => {
  for (const code of [
    'while (true) {}',
    'for (;;);',
    'for (const one of msg.payload) node.send(one)',
    'const again = () => again()\nagain()',
    'function again() { again() }\nagain()',
    'msg.payload.map(function (x) { return x })',
    'return /(a+)+$/.test(msg.payload)',
    'msg.payload = "x".repeat(1e9)',
    'msg.payload = "x"["repeat"](1e9)',
    'eval(msg.payload)',
    'new Function(msg.payload)()',
    'msg.constructor.constructor("while(true){}")()',
    'msg.payload = 9n ** 99999999n',
    'await node.linkcall("x", msg)',
    '} ; for (;;); {',
    'this is no JavaScript',
  ])
    t.equal(endsByItself(code), false, code)
  t.end()
})
