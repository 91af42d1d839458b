import { execFileSync } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { test } from 'tap'
import { runFolder } from '../../../plugins/camera/folder.ts'
import { runPlugin } from '../run.ts'

/** Puts a picture into the folder as a careful program does: whole, under its last name. */
async function put(folder: string, name: string, seed: number, brightness = 1) {
  const stripes = Array.from({ length: 24 }, (_, index) => {
    const grey = Math.round((40 + ((index * 67 + seed * 3) % 200)) * brightness)
    return `<rect x="${index * 27}" width="27" height="${180 + ((index * 53) % 180)}" fill="rgb(${grey},${grey},${grey})"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">${stripes.join('')}</svg>`
  const hidden = path.join(folder, `.${name}.part`)
  await writeFile(hidden, await sharp(Buffer.from(svg)).jpeg().toBuffer())
  await rename(hidden, path.join(folder, name))
}

void test('a folder of pictures is a camera: frames at the rate asked for, black, frozen, gone and back', async (t) => {
  const folder = t.testdir({})
  const device = (id: string, config: Record<string, unknown>) => ({ id, config: { source: 'folder', ...config } })
  const camera = await runPlugin(t, 'camera', {
    devices: [
      device('dairy', { folder, widthPixels: 320, blackSeconds: 0.5, frozenSeconds: 3 }),
      device('wrong', { folder: '' }),
    ],
  })
  t.match(await camera.event('device.offline', ({ device }) => device === 'wrong', true), {
    data: { reason: 'it needs the folder in which the pictures are' },
  })
  t.match(await camera.event('camera.trouble', () => true, true), {
    data: { camera: 'dairy', trouble: 'offline', reason: /holds no picture/ },
  })

  await put(folder, '1.jpg', 1)
  await camera.event('camera.restored', () => true, true)
  t.notOk(
    camera.emitted.some(({ type }) => type === 'camera.frame'),
    'nobody asked for pictures, so nobody is sent any',
  )
  const frame = camera.event('camera.frame')
  await camera.command('camera.watch', 'dairy', { framesPerSecond: 10, seconds: 600 })
  const { data } = await frame
  t.match(data, { camera: 'dairy', widthPixels: 320, heightPixels: 180 })
  const { format } = await sharp(data['jpeg'] as Uint8Array).metadata()
  t.equal(format, 'jpeg')

  t.match(await camera.event('camera.trouble'), { data: { trouble: 'frozen', reason: /one and the same picture/ } })
  t.match(await camera.command('device.test', 'dairy', {}), { works: false, said: [/320 × 180/, /frozen/] })
  const restored = camera.event('camera.restored')
  await put(folder, '2.jpg', 2)
  await restored
  await put(folder, '3.jpg', 3, 0.05)
  t.match(await camera.event('camera.trouble'), { data: { trouble: 'black' } })
  const { jpeg } = (await camera.command('camera.snapshot', 'dairy', {})) as { jpeg: string }
  t.equal((await sharp(Buffer.from(jpeg, 'base64')).metadata()).width, 320)
})

void test('a picture that would burst the memory is told of, and the camera goes on', async (t) => {
  const folder = t.testdir({})
  await put(folder, '1.jpg', 1)
  const device = { id: 'dairy', config: { source: 'folder', folder, widthPixels: 320 } }
  const bomb = { create: { width: 12_000, height: 12_000, channels: 3, background: 'white' } } as const
  await writeFile(path.join(folder, '2.png'), await sharp(bomb).png({ compressionLevel: 9 }).toBuffer())
  execFileSync('mkfifo', [path.join(folder, '3.jpg')])
  const camera = await runPlugin(t, 'camera', { devices: [device] })
  const told = await camera.event('camera.trouble', () => true, true)
  t.match(told, { data: { trouble: 'offline', reason: /pixel limit/ } })
  await put(folder, '4.jpg', 2)
  await camera.event('camera.restored', () => true, true)
})

void test('a folder is looked at as often as wanted, and a small picture stays small', async (t) => {
  const folder = t.testdir({})
  await put(folder, '1.jpg', 1)
  const pictures: Uint8Array[] = []
  let came = Promise.withResolvers<void>()
  const over = new AbortController()
  const picture = (jpeg: Uint8Array) => {
    pictures.push(jpeg)
    came.resolve()
  }
  const stream = runFolder(folder, 1920, 0.001, { picture, ended: t.fail }, over.signal)
  await came.promise
  came = Promise.withResolvers()
  stream.setRate(0.001)
  await put(folder, '2.jpg', 2)
  stream.setRate(0.002)
  await came.promise
  t.equal(pictures.length, 2, 'the rate that it had already is no reason to look')
  t.notSame(pictures[0], pictures[1])
  t.equal((await sharp(pictures[0]).metadata()).width, 640)
  over.abort()
  await stream.done
})
