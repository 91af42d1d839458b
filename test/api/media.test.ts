import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'tap'
import { waitFor } from '../support/events.ts'
import { openBox, plainRequest } from './box.ts'

/** The smallest PNG: one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const svg = Buffer.from(
  '<?xml version="1.0"?><!-- drawn --><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
)
/** The beginning of an MP4 (ISO/IEC 14496-12), and some payload. */
const mp4 = Buffer.concat([
  Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'),
  Buffer.alloc(5000, 7),
])
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex')

interface Kept {
  hash: string
  bytes: number
  type: string
}

test('a picture is kept by its hash, and every signed-in device may see it', async (t) => {
  const box = await openBox(t)
  const put = (data: Buffer, type: string) =>
    box.manager.call<Kept>('PUT', '/api/v1/media', data, { 'content-type': type })
  t.same((await put(png, 'image/png')).body, { hash: sha256(png), bytes: png.length, type: 'image/png' })
  t.equal((await put(png, 'application/json')).status, 200, 'known already, whatever it is called')
  t.equal((await put(svg, 'image/svg+xml')).body.type, 'image/svg+xml')
  t.match((await box.manager.call<Kept[]>('GET', '/api/v1/media')).body.map(({ hash }) => hash).sort(), [
    ...[sha256(png), sha256(svg)].sort(),
  ])

  const window = await box.device('screen', 'entrance')
  const path = `/api/v1/media/${sha256(png)}`
  const got = await window.call('GET', path)
  t.equal(got.status, 200)
  t.equal(got.headers.get('content-type'), 'image/png')
  t.match(got.headers.get('cache-control'), 'immutable')
  t.equal(got.headers.get('x-content-type-options'), 'nosniff')
  const etag = got.headers.get('etag') ?? ''
  t.equal((await window.call('GET', path, undefined, { 'if-none-match': etag })).status, 304)
  const drawn = await window.call('GET', `/api/v1/media/${sha256(svg)}`)
  t.match(drawn.headers.get('content-security-policy'), /default-src 'none'.*sandbox/, 'its scripts cannot run')
  t.equal((await window.call('PUT', '/api/v1/media', png)).status, 403)
  t.equal((await box.anyone.call('GET', path)).status, 401)
  t.equal((await window.call('GET', `/api/v1/media/${'0'.repeat(64)}`)).status, 404)
  t.equal((await window.call('GET', '/api/v1/media/..%2Fledger%2Fendcap.db')).status, 404)
})

test('a video is sent in the parts that a player asks for', async (t) => {
  const box = await openBox(t)
  await box.manager.call('PUT', '/api/v1/media', mp4)
  const { cookie } = box.manager
  const part = (range: string, more: Record<string, string> = {}) =>
    plainRequest(box.address, 'GET', `/api/v1/media/${sha256(mp4)}`, { cookie, range, ...more })
  const size = mp4.length
  for (const [range, answer] of [
    ['bytes=0-3', `bytes 0-3/${size}`],
    ['bytes=4-', `bytes 4-${size - 1}/${size}`],
    ['bytes=-10', `bytes ${size - 10}-${size - 1}/${size}`],
    ['bytes=10-999999', `bytes 10-${size - 1}/${size}`],
  ] as const)
    t.match(await part(range), { status: 206, headers: { 'content-range': answer } }, range)
  t.equal((await part('bytes=4-7')).text, 'ftyp')
  t.match(await part(`bytes=${size}-`), { status: 416, headers: { 'content-range': `bytes */${size}` } })
  t.match(await part('lines=1-2'), { status: 200 }, 'an unknown unit gets the whole')
  t.match(await part('bytes=0-3', { 'if-range': '"another"' }), { status: 200 }, 'so does a part of another file')
  t.match(await part('bytes=0-3', { 'if-range': `"${sha256(mp4)}"` }), { status: 206 })
})

test('what is no picture or video, or too large, leaves nothing behind', async (t) => {
  const box = await openBox(t, { limits: { mediaBytes: 10_000 } })
  const put = (data: Buffer, type: string) => box.manager.call('PUT', '/api/v1/media', data, { 'content-type': type })
  const page = Buffer.from(`<html><script>alert(1)</script>${' '.repeat(5000)}</html>`)
  t.match(await put(page, 'image/png'), { status: 422, body: { code: 'ENDCAP_MEDIA_INVALID', remedy: /PNG/ } })
  t.match(await put(Buffer.alloc(0), 'image/png'), { status: 422, body: { message: /empty/ } })
  t.match(await put(Buffer.concat([png, Buffer.alloc(20_000)]), 'image/png'), {
    status: 422,
    body: { message: /larger/ },
  })
  t.same(await readdir(join(box.root, 'media')), [])
})

test('an upload that breaks off leaves nothing behind', async (t) => {
  const box = await openBox(t)
  const upload = request(`${box.address}/api/v1/media`, {
    method: 'PUT',
    headers: { cookie: box.manager.cookie, 'content-type': 'video/mp4', 'content-length': '100000' },
  })
  upload.on('error', () => undefined)
  upload.write(mp4)
  const folder = join(box.root, 'media')
  await waitFor(async () => (await readdir(folder)).length === 1, 'the upload to begin')
  upload.destroy()
  await waitFor(async () => (await readdir(folder)).length === 0, 'the partial file to go')
  t.same((await box.manager.call('GET', '/api/v1/media')).body, [])
})

test('on a disk that is nearly full uploads and imports are refused before the ledger suffers', async (t) => {
  let free = 100_000_000
  const box = await openBox(t, { lookAtDisk: async () => ({ free, size: 32e9 }) })
  const full = { status: 507, body: { code: 'ENDCAP_DISK_FULL', remedy: /Make room/ } }
  const put = () => box.manager.call('PUT', '/api/v1/media', png, { 'content-type': 'image/png' })
  t.match(await put(), full)
  t.same(await readdir(join(box.root, 'media')), [])
  const csv = 'gtin,name\n4006381333931,Pens\n'
  const load = () => box.manager.call('POST', '/api/v1/products/import', csv, { 'content-type': 'text/csv' })
  t.match(await load(), full)
  t.match((await box.manager.call('GET', '/api/v1/health')).body, {
    status: 'degraded',
    reasons: { disk: /95 MB are free.*uploads and imports are refused.*Make room/ },
  })
  const plan = await box.manager.call<string>('GET', '/api/v1/shop.yaml')
  t.equal((await box.manager.call('PUT', '/api/v1/shop.yaml', plan.body, { 'content-type': 'text/yaml' })).status, 200)
  free = 2e9
  t.equal((await put()).status, 201, 'with room it goes')
  t.match((await box.manager.call('GET', '/api/v1/health')).body, { status: 'ok' })
})
