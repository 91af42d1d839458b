import { once } from 'node:events'
import { symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import sharp from 'sharp'
import { type Test, test } from 'tap'
import type { Event } from '../../runtime/contract/index.ts'
import { openBox, writePlugin } from '../host/box.ts'
import { findProgram, peer } from '../support/peer.ts'
import { startNetworkCamera } from './rtsp-server.ts'

const shipped = path.join(import.meta.dirname, '../../plugins')
const common = { widthPixels: 320, blackSeconds: 60, frozenSeconds: 60, movedSeconds: 60, silenceSeconds: 2 }
const defaults = { url: '', device: '/dev/video0', devices: [], folder: '', camera: 0, ...common }

/** A camera of the ESP32-CAM's kind: one answer that never ends, a picture in each part. */
async function startMjpeg(t: Test): Promise<string> {
  const pictures = await Promise.all(
    ['red', 'blue'].map((background) =>
      sharp({ create: { width: 320, height: 180, channels: 3, background } })
        .jpeg()
        .toBuffer(),
    ),
  )
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace;boundary=frame' })
    let count = 0
    const timer = setInterval(() => {
      const picture = pictures[count++ % 2] ?? Buffer.alloc(0)
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`)
      response.write(picture)
      response.write('\r\n')
    }, 100)
    response.on('close', () => clearInterval(timer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream`
}

void test('network cameras in the sandbox: pictures reach who may see them, and nobody else', async (t) => {
  if (!peer(t, 'ffmpeg', 'ffmpeg') || !peer(t, 'bubblewrap', 'bwrap')) return
  const camera = await startNetworkCamera()
  t.teardown(() => camera.stop().catch(() => undefined))
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '' })
  const public_: Event[] = []
  box.bus.subscribe({ name: 'test', consumes: [{ type: '*' }], deliver: (event) => Boolean(public_.push(event)) })
  // What sees a picture tells its size in an event of its own; the other listens to everything and must not.
  const looks = `ctx.on('camera.frame', ({ id, data }) => ctx.emit('camera.people', { subject: 'zone/' + data.camera, because: [id],
    data: { zone: data.camera, count: data.jpeg[0] === 0xff && data.jpeg[1] === 0xd8 ? data.widthPixels : 0, confidence: 1 } }))`
  const manifest = { kind: 'inference', produces: ['camera.people'], consumes: [{ type: 'camera.*' }] }
  await writePlugin(box.folders[0], 'looker', { ...manifest, permissions: ['camera'] }, looks)
  await writePlugin(box.folders[0], 'peeper', manifest, looks)
  await symlink(path.join(shipped, 'camera'), path.join(box.folders[0], 'camera'))
  box.settings['camera'] = {
    devices: [
      { id: 'door', config: { ...defaults, source: 'rtsp', url: camera.url } },
      { id: 'till', config: { ...defaults, source: 'mjpeg', url: await startMjpeg(t) } },
    ],
  }
  const seen = Promise.all(
    ['door', 'till'].map((zone) => box.next('camera.people', ({ data }) => zoneOf(data) === zone)),
  )
  await box.host.start()
  for (const to of ['camera/door', 'camera/till'])
    await box.commands.call({ name: 'camera.watch', to, params: { framesPerSecond: 5, seconds: 600 }, source: 'test' })
  for (const event of await seen) t.match(event, { source: 'looker', data: { count: 320 } })
  t.notOk(
    public_.some(({ type, source }) => type === 'camera.frame' || source === 'peeper'),
    'no picture on the bus that streams, flows and the ledger hear',
  )
  t.same(await box.ledger.query({ type: 'camera.frame' }), [])

  const trouble = box.next('camera.trouble', ({ data }) => cameraOf(data) === 'door')
  const { port } = new URL(camera.url.replace('rtsp:', 'http:'))
  await camera.stop()
  const { data } = await trouble
  t.match(data, { trouble: 'offline', reason: /ffmpeg ended|no picture/ })
  t.notMatch((data as { reason: string }).reason, 'secret')
  const restored = box.next('camera.restored', ({ data: told }) => cameraOf(told) === 'door')
  const again = await startNetworkCamera(Number(port))
  t.teardown(() => again.stop())
  await restored
  t.match(box.host.plugin('camera'), { state: 'running' })
})

const zoneOf = (data: unknown) => (data as { zone: string }).zone
const cameraOf = (data: unknown) => (data as { camera: string }).camera
