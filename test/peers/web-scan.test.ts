import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { CHROMIUM } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { openBrowserBox } from '../web/browser-box.ts'

/** Bars of the digits 0 to 9, set A; C is its complement, B is C backwards (GS1 General Specifications, 5.2.1). */
const setA = '0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011'.split(' ')
const setC = setA.map((bars) => bars.replaceAll(/[01]/g, (bar) => (bar === '0' ? '1' : '0')))
const setB = setC.map((bars) => bars.split('').toReversed().join(''))
/** Which of A and B the six digits on the left use tells the first digit. */
const parity = 'AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA'.split(' ')

function barsOf(ean13: string): string {
  const digits = ean13.split('').map(Number)
  const sets = parity[digits[0] ?? 0] ?? ''
  const left = digits.slice(1, 7).map((digit, at) => (sets[at] === 'A' ? setA : setB)[digit])
  const right = digits.slice(7).map((digit) => setC[digit])
  return `101${left.join('')}01010${right.join('')}101`
}

/** A grey picture of a packet with its bars, row by row. */
function packet(ean13: string, width: number, height: number): Buffer {
  const bars = barsOf(ean13)
  const module = 4
  const edge = Math.floor((width - bars.length * module) / 2)
  const row = Buffer.alloc(width, 235)
  for (const [at, bar] of bars.split('').entries())
    if (bar === '1') row.fill(20, edge + at * module, edge + (at + 1) * module)
  const blank = Buffer.alloc(width, 235)
  return Buffer.concat(Array.from({ length: height }, (_, y) => (y > height / 4 && y < (height * 3) / 4 ? row : blank)))
}

test('an associate holds a packet before the camera, and sees where it belongs', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM) || !peer(t, 'ffmpeg', 'ffmpeg')) return
  const folder = await mkdtemp(join(tmpdir(), 'endcap-scan-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const film = join(folder, 'packet.mjpeg')
  const [width, height] = [640, 480]
  const frames = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-framerate', '10', '-i', '-']
  const made = spawnSync('ffmpeg', [...frames, '-vf', 'loop=9:1', '-q:v', '2', '-pix_fmt', 'yuvj420p', '-y', film], {
    input: packet('4006381333931', width, height),
    encoding: 'utf8',
  })
  t.equal(made.status, 0, made.stderr)

  const box = await openBrowserBox(
    t,
    {
      width: 390,
      height: 844,
      args: [
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ],
    },
    { everybodyOnShift: true },
  )
  const { knowledge } = box.shop
  await knowledge.products.put({ id: 'oat-milk', gtin: '4006381333931', name: 'Oat milk 1 l' }, 'manager')
  const planogram = { fixtures: [{ id: 'A', zone: 'dairy' }], slots: [{ slot: 'A/3/2', products: ['oat-milk'] }] }
  await knowledge.put('planogram', planogram, 'manager')
  const page = await box.page()
  await box.signInTo(page, 'staff', 'anna')
  await page.getByRole('link', { name: 'Products' }).click()
  await page.getByRole('button', { name: 'Scan' }).click()
  await page.getByRole('heading', { name: 'Oat milk 1 l' }).waitFor()
  t.equal(await page.getByRole('searchbox').inputValue(), '4006381333931')
  await page.getByText('A/3/2').waitFor()
  t.equal(await page.locator('video').count(), 0, 'the camera is off again')
  const folderOfPictures = process.env['ENDCAP_PICTURES']
  if (folderOfPictures) await page.screenshot({ path: `${folderOfPictures}/scan-phone.png` })
  t.same(box.complaints, [])
})
