import { Duplex } from 'node:stream'
import { test } from 'tap'
import {
  createLink,
  createWire,
  EndcapError,
  type Link,
  MAX_FRAME_BYTES,
  type Message,
  RemoteError,
} from '../../runtime/contract/index.ts'

/** Two ends of a stream in this process. */
const pair = (): [Duplex, Duplex] => {
  const end = (): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        other(this).push(chunk)
        done()
      },
      final(done) {
        other(this).push(null)
        done()
      },
    })
  const ends: [Duplex, Duplex] = [end(), end()]
  const other = (one: Duplex) => (one === ends[0] ? ends[1] : ends[0])
  return ends
}
const quiet = { message: () => {}, request: () => null, end: () => {} }

test('messages arrive whole and in order, however the stream is cut', async (t) => {
  const [a] = pair()
  const sent: Buffer[] = []
  a.on('error', () => {})
  const writer = createWire<unknown, number[]>(
    new Duplex({ read() {}, write: (chunk: Buffer, _encoding, done) => (sent.push(chunk), done()) }),
    { message: () => {}, end: () => {} },
  )
  const all = Array.from({ length: 3000 }, (_, i) => [i, i * 2])
  for (const message of all) writer.send(message)
  await new Promise((done) => setImmediate(done))
  const bytes = Buffer.concat(sent)
  const got: number[][] = []
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  createWire<number[], unknown>(stream, { message: (message) => got.push(message), end: () => {} })
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7 + 3) % 4001)
    stream.push(bytes.subarray(at, at + size))
  await new Promise((done) => setImmediate(done))
  t.same(got, all)
})

test('a frame that is not of the protocol ends the link, and nothing throws', async (t) => {
  for (const bytes of [
    Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2]),
    Buffer.from([1, 0, 0, 0, 0xc1]),
    Buffer.from([1, 0, 0, 0, 0x05]),
  ]) {
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const ended = new Promise<Error | undefined>((done) =>
      createWire(stream, { message: () => t.fail('no message'), end: done }),
    )
    stream.push(bytes)
    t.type((await ended)?.message, 'string')
  }
  t.ok(MAX_FRAME_BYTES >= 1024 * 1024)
})

test('a request is answered, and a refusal keeps its code and remedy', async (t) => {
  const [a, b] = pair()
  const host = createLink(a, {
    ...quiet,
    request(name) {
      if (name === 'sum') return 42
      throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin: 'x', what: name })
    },
  })
  const child = createLink(b, quiet)
  t.equal(await child.request('sum', null), 42)
  const refused = await child.request('secrets', null).catch((error: unknown) => error)
  t.ok(refused instanceof RemoteError)
  t.match(refused, { code: 'ENDCAP_PLUGIN_DENIED', remedy: /permission/ })
  host.close()
  child.close()
})

test('when the link ends, those who wait are told', async (t) => {
  const [a, b] = pair()
  let messages: Message[] = []
  const host: Link = createLink(a, { ...quiet, request: () => new Promise(() => {}) })
  const child = createLink(b, { ...quiet, message: (message) => (messages = [...messages, message]) })
  const asked = child.request('never', null)
  host.send({ t: 'stop' })
  host.close()
  await t.rejects(asked, /ended/)
  t.same(messages, [{ t: 'stop' }])
  await t.rejects(child.request('again', null), /ended/)
})

/** One frame as its bytes. */
const framed = (body: Buffer): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(body.length)
  return Buffer.concat([head, body])
}

test('a frame that would become far more than its bytes is not read', async (t) => {
  const empties = Buffer.alloc(3 * 1024 * 1024, 0x90)
  empties[0] = 0xdd
  empties.writeUInt32BE(empties.length - 5, 1)
  const [one, other] = pair()
  const ended = new Promise<Error | undefined>((end) => createWire(other, { message: () => t.fail(), end }))
  one.write(framed(empties))
  t.match((await ended)?.message, 'a frame of more than 2000000 values')
})

test('a large frame of ordinary messages passes', async (t) => {
  const [one, other] = pair()
  const sender = createWire<object, object>(one, { message: () => undefined, end: () => undefined })
  const sent = { t: 'log', text: 'a'.repeat(70_000), list: [1, -1, 1e9, -1e12, 0.5, null, true, 'b'.repeat(40), {}] }
  const got = await new Promise<object[]>((resolve) => {
    const taken: object[] = []
    createWire<object, object>(other, {
      message: (message) => taken.push(message) === 100 && resolve(taken),
      end: () => t.fail(),
    })
    for (let n = 0; n < 100; n++) sender.send(sent)
  })
  t.strictSame(got[99], sent)
})

test('why a frame could not be read quotes nothing of it', async (t) => {
  const [one, other] = pair()
  const ended = new Promise<Error | undefined>((end) => createWire(other, { message: () => undefined, end }))
  const text = Buffer.from('radio/aa:bb:cc:dd:ee:ff')
  one.write(framed(Buffer.concat([Buffer.from([0x91, 0xa0 + text.length]), text, Buffer.from([1])])))
  const reason = (await ended)?.message ?? ''
  t.match(reason, 'end of buffer')
  t.notMatch(reason, 'aa:bb')
})
