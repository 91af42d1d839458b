import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { test } from 'tap'
import { runPlugin } from '../run.ts'
import { frame, password, startStation, tag } from './gateway.ts'

const raw = (rssi: number) => JSON.stringify({ mac: '52:ad:8f:51:c3:c1', rssi, data: frame })
const heard = (rssi: number) => (data: Record<string, unknown>) => data['tag'] === tag && data['rssi'] === rssi

test('without the right password nobody gets in', async (t) => {
  const station = await startStation(t)
  await t.rejects(station.gateway({ password: 'another-password' }), /Bad username or password/i)
  await t.rejects(station.gateway({ username: 'somebody' }), /Bad username or password/i)
  await station.gateway()
})

test('one client too many is refused, the others stay', async (t) => {
  const station = await startStation(t, { maxClients: 2 })
  const first = await station.gateway()
  await station.gateway()
  await t.rejects(station.gateway(), /Server unavailable/i)
  const sighted = station.event('beacon.sighted', heard(-60))
  first.publish('endcap/raw/a', raw(-60))
  await sighted
})

test('a gateway may publish, and learns nothing of the others', async (t) => {
  const station = await startStation(t)
  const curious = await station.gateway()
  const other = await station.gateway()
  const got: string[] = []
  curious.on('message', (topic) => got.push(topic))
  for (const topic of ['#', '$SYS/#', 'endcap/raw/+', 'espresense/devices/#', '+/+/BTtoMQTT/#']) {
    await t.rejects(curious.subscribeAsync(topic), /Unspecified error|denied|128/i, topic)
  }
  const [own] = await curious.subscribeAsync('espresense/rooms/a/+/set')
  t.equal(own?.qos, 0, 'a node may wait for its own orders')
  const sighted = station.event('beacon.sighted', heard(-61))
  other.publish('espresense/rooms/a/led/set', 'on')
  other.publish('endcap/raw/b', raw(-61), { retain: true })
  await sighted
  await other.publishAsync('endcap/raw/b', raw(-62), { qos: 1 })
  t.same(got, [])
})

test('garbage is dropped, and the next message is heard', async (t) => {
  const station = await startStation(t)
  const client = await station.gateway()
  const garbage: [string, string | Buffer][] = [
    ['endcap/raw/a', '{"mac":'],
    ['endcap/raw/a', `{"mac":"52:ad:8f:51:c3:c1","rssi":1e308,"data":"${frame}"}`],
    ['endcap/raw/a', '{"mac":"52:ad:8f:51:c3:c1","rssi":-60,"data":"zz"}'],
    ['endcap/raw/a', 'null'],
    ['endcap/raw/a', '['.repeat(60_000)],
    ['endcap/raw/a', 'x'.repeat(70_000)],
    ['endcap/raw/a', Buffer.from([0xff, 0xfe, 0x00])],
    ['espresense/devices/x/a', '{"id":{"toString":1},"rssi":-60}'],
    ['home/a/BTtoMQTT/x', '{"id":"__proto__","rssi":-60}'],
    ['home/a/BTtoMQTT/x', '{"__proto__":{"rssi":-60},"rssi":"-60"}'],
    ['', 'empty topics are none'],
    ['a/b/c/d/e/f/g/h', '{}'],
  ]
  for (const [topic, payload] of garbage) if (topic !== '') client.publish(topic, payload)
  const sighted = station.event('beacon.sighted', heard(-63))
  client.publish('endcap/raw/a', raw(-63))
  await sighted
  t.equal(station.emitted.filter(({ type }) => type === 'beacon.sighted').length, 1)
})

test('a packet of more than a mebibyte ends its connection before it is read', async (t) => {
  const station = await startStation(t)
  const client = await station.gateway()
  const closed = new Promise<void>((resolve) => client.once('close', resolve))
  client.publish('endcap/raw/a', Buffer.alloc(2_000_000))
  await closed
  const next = await station.gateway()
  const sighted = station.event('beacon.sighted', heard(-64))
  next.publish('endcap/raw/a', raw(-64))
  await sighted
})

test('bytes that are no MQTT end only their own connection', async (t) => {
  const station = await startStation(t)
  const client = await station.gateway()
  const stranger = connect(station.port, '127.0.0.1')
  t.teardown(() => stranger.destroy())
  stranger.on('error', () => {})
  stranger.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  stranger.resume()
  await once(stranger, 'close')
  const sighted = station.event('beacon.sighted', heard(-65))
  client.publish('endcap/raw/a', raw(-65))
  await sighted
})

test('a gateway that floods is slowed down, another is heard as before', async (t) => {
  const station = await startStation(t, { messagesPerSecond: 50 })
  const flooding = await station.gateway()
  const calm = await station.gateway()
  for (let i = 0; i < 20_000; i++) flooding.publish('endcap/raw/loud', raw(-40))
  await station.event('beacon.sighted', ({ receiver }) => receiver === 'loud', true)
  for (let i = 0; i < 20; i++) {
    const sighted = station.event('beacon.sighted', heard(-70 - i))
    calm.publish('endcap/raw/calm', raw(-70 - i))
    await sighted
  }
  const loud = station.emitted.filter(({ device }) => device === 'loud').length
  t.ok(loud < 1000, `${loud} of 20,000 messages of the flood were taken`)
})

test('a gateway that is not on the floor plan is reported as found, a known one is not', async (t) => {
  const station = await startStation(
    t,
    { receivers: { OMG_5: 'door' } },
    { zones: [], receivers: [{ id: 'door' }, { id: 'kitchen' }] },
  )
  const client = await station.gateway()
  const found = station.event('device.discovered')
  client.publish('home/OMG_5/BTtoMQTT/x', JSON.stringify({ id: 'c1:02:03:04:05:06', rssi: -60 }))
  client.publish('espresense/rooms/kitchen/status', 'online')
  client.publish('espresense/rooms/Living Room/status', 'online')
  t.match((await found).data, { device: 'living-room', kind: 'gateway', name: 'ESPresense Living Room' })
  const sighted = await station.event('beacon.sighted', () => true, true)
  t.equal(sighted.data['receiver'], 'door', 'the configuration says which receiver it is')
  t.same(
    station.emitted.filter(({ type }) => type === 'device.discovered').map(({ device }) => device),
    ['living-room'],
  )
})

test('a gateway that loses its power is offline, one that falls silent is stale', async (t) => {
  const station = await startStation(t, { silenceSeconds: 1 })
  const will = { topic: 'home/OMG/LWT', payload: Buffer.from('offline'), qos: 0 as const, retain: true }
  const dying = await station.gateway({ will })
  const online = station.event('device.online', ({ device }) => device === 'omg')
  dying.publish('home/OMG/LWT', 'online', { retain: true })
  dying.publish('home/OMG/BTtoMQTT/x', JSON.stringify({ id: 'c1:02:03:04:05:06', rssi: -60 }))
  await online
  const offline = station.event('device.offline')
  dying.stream.destroy()
  t.match((await offline).data, { device: 'omg', kind: 'gateway' })

  const silent = await station.gateway()
  const stale = station.event('device.stale')
  silent.publish('endcap/raw/quiet', raw(-66))
  t.match((await stale).data, { device: 'quiet', kind: 'gateway', silentSeconds: Number })
  const back = station.event('device.online')
  silent.publish('endcap/raw/quiet', raw(-67))
  t.match((await back).data, { device: 'quiet' })
})

test('where the port is taken, the remedy is told, and the port is had as soon as it is free', async (t) => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const plugin = await runPlugin(t, 'mqtt', { config: { port, password } })
  const offline = await plugin.event('device.offline', () => true, true)
  t.match(offline.data['reason'], new RegExp(`Port ${port} on 127.0.0.1 is taken by another program`))
  t.match(offline.data['reason'], /plugins\.mqtt\.config\.port/)
  const online = plugin.event('device.online')
  await new Promise((resolve) => other.close(resolve))
  t.match((await online).data, { device: 'broker' })
})

test('a reader hears the topics that it is given, nothing of gateways, and publishes nothing', async (t) => {
  const readerPassword = 'a-reader-of-this-test'
  const station = await startStation(t, { readerPassword, readTopics: ['scales/#', '#'] })
  const scale = await station.gateway()
  const reader = await station.gateway({ username: 'reader', password: readerPassword })
  await t.rejects(station.gateway({ username: 'reader', password }), /Bad username or password/i)
  const got: string[] = []
  const weighed = new Promise((resolve) =>
    reader.on('message', (topic, payload) => {
      got.push(topic)
      if (String(payload) === '812') resolve(topic)
    }),
  )
  await t.rejects(reader.subscribeAsync('endcap/raw/+'), /Unspecified error|denied|128/i)
  await t.rejects(reader.subscribeAsync('espresense/rooms/a/status'), /Unspecified error|denied|128/i)
  await reader.subscribeAsync(['scales/#', '#'])
  const sighted = station.event('beacon.sighted', heard(-63))
  scale.publish('endcap/raw/a', raw(-63))
  scale.publish('home/a/BTtoMQTT/x', '{"id":"52:AD:8F:51:C3:C1","rssi":-63}')
  await sighted
  scale.publish('scales/kitchen/weight', '812')
  t.equal(await weighed, 'scales/kitchen/weight')
  t.same([...new Set(got)], ['scales/kitchen/weight'])
  const ended = new Promise((resolve) => reader.once('close', () => resolve(undefined)))
  reader.publish('endcap/raw/a', raw(-64))
  await ended
  t.notOk(station.emitted.some(({ data }) => heard(-64)(data as Record<string, unknown>)))
})
