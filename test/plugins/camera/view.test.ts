import { array, assert, integer, property, uint8Array } from 'fast-check'
import { test } from 'tap'
import { createDemand, IDLE_RATE } from '../../../plugins/camera/demand.ts'
import { createSplitter, sizeOf } from '../../../plugins/camera/jpeg.ts'
import { type CameraConfig, commandOf, faultOf, withoutSecret } from '../../../plugins/camera/source.ts'
import { createViewWatch, VIEW_HEIGHT, VIEW_WIDTH } from '../../../plugins/camera/view.ts'

/** A scene of shelves, seen from `shift` cells to the right, under so much light, with so many people before it. */
function scene({ shift = 0, light = 1, people = 0, noise = 0 } = {}): Uint8Array {
  const grey = new Uint8Array(VIEW_WIDTH * VIEW_HEIGHT)
  for (let y = 0; y < VIEW_HEIGHT; y++) {
    for (let x = 0; x < VIEW_WIDTH; x++) {
      const far = x + shift
      // Products of two cells, each of its own brightness, on boards.
      const mixed = Math.imul(Math.floor(far / 2) * 31 + Math.floor(y / 9) * 1009 + 7, 0x9e3779b1)
      const product = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 24
      const shelf = y % 9 < 2 ? 60 : 60 + (product * 3) / 4
      const person = people > 0 && Math.abs((x % 16) - 8) < people && y > 8 ? 90 : undefined
      grey[y * VIEW_WIDTH + x] = Math.min(255, (person ?? shelf) * light + ((x * 7 + y * 3 + noise) % 5))
    }
  }
  return grey
}

const settings = { blackSeconds: 30, frozenSeconds: 60, movedSeconds: 20 }

void test('a camera that works is left alone while people pass and the light changes', (t) => {
  const view = createViewWatch(settings)
  for (let second = 0; second < 600; second++) {
    const people = second % 60 < 30 ? 3 : 0
    const grey = scene({ light: 0.5 + 0.5 * Math.abs(Math.sin(second / 200)), people, noise: second })
    t.equal(view.look({ grey, digest: String(second), time: second * 1000 }), undefined, `second ${second}`)
  }
  t.end()
})

void test('black, frozen and moved are told after their time, in words, and end', (t) => {
  const view = createViewWatch(settings)
  let second = 0
  const looks = (count: number, grey: Uint8Array, digest?: string) => {
    let last: ReturnType<typeof view.look>
    for (let end = second + count; second < end; second++)
      last = view.look({ grey, digest: digest ?? String(second), time: second * 1000 })
    return last
  }
  t.equal(looks(20, scene()), undefined)
  t.equal(looks(30, scene({ light: 0.05 })), undefined, 'not yet')
  t.match(looks(1, scene({ light: 0.05 })), { trouble: 'black', reason: 'every picture of 30 s was dark' })
  t.equal(looks(1, scene()), undefined, 'uncovered')
  t.match(looks(62, scene(), 'the same'), { trouble: 'frozen', reason: /one and the same picture for 6\d s/ })
  t.equal(looks(1, scene()), undefined)
  t.equal(looks(20, scene({ shift: 29 })), undefined, 'a trolley that stands before it for a moment')
  t.match(looks(2, scene({ shift: 29 })), { trouble: 'moved' })
  t.equal(looks(1, scene()), undefined, 'turned back')
  t.match(looks(30, scene({ shift: 29 })), { trouble: 'moved' })
  view.accept()
  t.equal(looks(60, scene({ shift: 29 })), undefined, 'the new view is right')
  t.end()
})

void test('the camera runs as fast as anybody asks for, and slows down when nobody has for a while', (t) => {
  let time = 0
  const demand = createDemand(() => time)
  t.equal(demand.rate(), IDLE_RATE)
  demand.ask(2, 60)
  demand.ask(5, 10)
  demand.ask(1, 5)
  t.equal(demand.rate(), 5)
  time = 11_000
  t.equal(demand.wanted(), 2)
  t.equal(demand.rate(), 5, 'the stream is not begun anew at once')
  time = 21_000
  t.equal(demand.rate(), 2)
  time = 61_000
  t.equal(demand.wanted(), 0)
  demand.rate()
  time = 72_000
  t.equal(demand.rate(), IDLE_RATE)
  t.end()
})

/** A picture by its markers: a frame header, and a scan with stuffed and restart bytes in it. */
const before = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xd9]
const header = [0xff, 0xc0, 0, 11, 8, 0, 36, 0, 64, 1, 1, 0x11, 0]
const scan = [0xff, 0xda, 0, 2, 1, 0xff, 0, 0xff, 0xd0]
const jpeg = (bytes: readonly number[]) =>
  Uint8Array.from([before, header, scan, bytes.filter((byte) => byte !== 0xff), [0xff, 0xd9]].flat())

void test('pictures are found in any stream, however it is cut', (t) => {
  assert(
    property(
      array(array(integer({ min: 0, max: 255 }), { maxLength: 40 }), { maxLength: 5 }),
      array(integer({ min: 0, max: 0xd0 }), { maxLength: 10 }),
      integer({ min: 1, max: 17 }),
      (pictures, between, cut) => {
        const whole = pictures.map(jpeg)
        const stream = whole.flatMap((one) => [...between, ...one])
        const found: Uint8Array[] = []
        const take = createSplitter((one) => found.push(one))
        for (let at = 0; at < stream.length; at += cut) take(Uint8Array.from(stream.slice(at, at + cut)))
        return JSON.stringify(found.map((one) => [...one])) === JSON.stringify(whole.map((one) => [...one]))
      },
    ),
    { numRuns: 200 },
  )
  assert(
    property(uint8Array({ maxLength: 300 }), (bytes) => {
      const take = createSplitter((one) => void sizeOf(one))
      take(Uint8Array.of(0xff, 0xd8, 0xff, ...bytes))
      take(bytes)
      return true
    }),
    { numRuns: 200 },
  )
  t.match(sizeOf(jpeg([])), { widthPixels: 64, heightPixels: 36 })
  t.end()
})

void test('each source has its program, and says what it lacks', (t) => {
  const config: CameraConfig = {
    source: 'rtsp',
    url: 'rtsp://anna:secret@127.0.0.1/1',
    device: '/dev/video0',
    camera: 0,
    devices: [],
    folder: '',
    widthPixels: 640,
    silenceSeconds: 20,
    ...settings,
  }
  t.match(commandOf(config, 2).args.join(' '), /-rtsp_transport tcp .*-i rtsp:\S+ .*0.475\),scale=640:-2/)
  t.match(commandOf({ ...config, source: 'v4l2' }, 0.2).args.join(' '), /-f v4l2 -i \/dev\/video0 .*4.750\)/)
  const pi = commandOf({ ...config, source: 'rpicam', camera: 1 }, 0.2)
  t.equal(pi.program, 'rpicam-vid')
  t.match(pi.args.join(' '), /--camera 1 .*--width 640 --height 360 --framerate 1 /)
  t.equal(faultOf(config), undefined)
  t.match(faultOf({ ...config, url: 'http://x' }), /rtsp:\/\//)
  t.match(faultOf({ ...config, source: 'mjpeg' }), /http:\/\//)
  t.match(faultOf({ ...config, source: 'folder' }), /folder/)
  t.match(faultOf({ ...config, source: 'rpicam' }), /device files/)
  t.equal(withoutSecret('rtsp://anna:secret@host/1: refused'), 'rtsp://host/1: refused')
  t.end()
})
