/**
 * A camera of the virtual shop: drawn pictures in a folder, one a second, each `<milliseconds>.jpg` of 13 digits. The
 * newest name is the current picture; a file appears whole, by rename, and the last few stay. Nobody in them is real.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom, type Random } from './random.ts'

export const WIDTH = 480
export const HEIGHT = 270
const KEPT = 5
/** Where it hangs (metres) and that it looks west, over the hall to the door. */
const PLACE = { x: 13.2, y: 13.6, height: 2.6 }
/** Pixels: focal length, and the row of the horizon; the camera looks down a little. */
const FOCAL = 300
const HORIZON = 62
/** Pixels by which the scene shifts where somebody turned it. */
const TURNED = 170
const PERSON_METRES = 1.7
/** Standard deviation of a pixel in good light, of 255; a covered lens leaves the sensor's own. */
const NOISE = 2.2

export type CameraFault = 'frozen' | 'black' | 'moved'

export interface Figure {
  name: string
  x: number
  y: number
}

/** What it sees, as SVG: the floor, the fixtures near the door, and people by where they are. */
export function drawScene(people: readonly Figure[], turned = false): string {
  const shift = turned ? TURNED : 0
  const far = HORIZON + (FOCAL * PLACE.height) / 13
  const figures = people
    .map(({ name, x, y }) => ({ name, depth: PLACE.x - x, side: y - PLACE.y }))
    .filter(({ depth }) => depth > 0.9 && depth < 13)
    .sort((a, b) => b.depth - a.depth)
    .map(({ name, depth, side }) => {
      // Looking west, south (larger y) is on the left.
      const u = WIDTH / 2 - (FOCAL * side) / depth + shift
      const feet = HORIZON + (FOCAL * PLACE.height) / depth
      const tall = (FOCAL * PERSON_METRES) / depth
      const wide = tall * 0.27
      const hue = Buffer.from(name).reduce((sum, byte) => sum * 31 + byte, 7) % 360
      return (
        `<ellipse cx="${u}" cy="${feet}" rx="${wide * 0.8}" ry="${wide * 0.2}" fill="#0005"/>` +
        `<rect x="${u - wide / 2}" y="${feet - tall * 0.85}" width="${wide}" height="${tall * 0.85}" rx="${wide * 0.4}" fill="hsl(${hue} 45% 42%)"/>` +
        `<circle cx="${u}" cy="${feet - tall * 0.91}" r="${tall * 0.085}" fill="#c9a58a"/>`
      )
    })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#8d8a80"/>
<rect width="${WIDTH}" height="${far}" fill="#c9c4b6"/>
<g transform="translate(${shift} 0)">
<rect x="196" y="38" width="62" height="${far - 38}" fill="#dfe9ee"/><rect x="226" y="38" width="2" height="${far - 38}" fill="#777"/>
<rect x="-200" y="70" width="250" height="96" fill="#6a6f5a"/><rect x="-200" y="94" width="250" height="5" fill="#9aa07e"/>
<path d="M330 88 L480 60 L480 200 L330 136 Z" fill="#75614c"/><path d="M330 104 L480 96" stroke="#b49b7d" stroke-width="4"/>
<rect x="80" y="86" width="70" height="34" fill="#7d8f58"/><circle cx="98" cy="84" r="9" fill="#b3412f"/><circle cx="122" cy="83" r="9" fill="#d9922b"/>
<path d="M120 270 L206 ${far} L252 ${far} L420 270 Z" fill="#a3a093"/>
</g>${figures.join('')}</svg>`
}

/** One picture as JPEG. Its noise comes from `random`, so that two pictures of an empty shop differ as real ones do. */
export async function takePicture(people: readonly Figure[], random: Random, fault?: CameraFault): Promise<Buffer> {
  const black = fault === 'black'
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 as const }
  const pixels = black
    ? Buffer.alloc(WIDTH * HEIGHT * 3, 3)
    : await sharp(Buffer.from(drawScene(people, fault === 'moved')))
        .removeAlpha()
        .raw()
        .toBuffer()
  // A table of noise, entered at a random place for each row, is as good to the eye as a number for each pixel.
  const table = noise(random)
  const row = WIDTH * 3
  for (let y = 0; y < HEIGHT; y++) {
    const from = Math.floor(random.next() * table.length)
    for (let i = 0; i < row; i++) {
      const at = y * row + i
      const value = (pixels[at] ?? 0) + (table[(from + i) % table.length] ?? 0) * (black ? 0.5 : 1)
      pixels[at] = value < 0 ? 0 : value > 255 ? 255 : value
    }
  }
  return sharp(pixels, { raw }).jpeg({ quality: 72 }).toBuffer()
}

let noiseTable: Float32Array | undefined
function noise(random: Random): Float32Array {
  noiseTable ??= Float32Array.from({ length: 4099 }, () => random.normal() * NOISE)
  return noiseTable
}

export interface Camera {
  /** Writes the current picture; skips where the one before is still being made. */
  shoot(people: readonly Figure[], fault?: CameraFault): Promise<void>
}

/** Makes the folder and clears what an earlier start left there. */
export function createCamera(folder: string, seed: number): Camera {
  sharp.concurrency(1)
  sharp.cache(false)
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (/^\d{13}\.jpg$|^\.picture$/.test(name)) rmSync(join(folder, name))
  const random = createRandom(seed)
  const names: string[] = []
  let last: Buffer | undefined
  let busy = false
  return {
    async shoot(people, fault) {
      if (busy) return
      busy = true
      try {
        if (fault !== 'frozen' || !last) last = await takePicture(people, random, fault)
        const name = `${String(Date.now()).padStart(13, '0')}.jpg`
        await writeFile(join(folder, '.picture'), last)
        renameSync(join(folder, '.picture'), join(folder, name))
        if (names.at(-1) !== name) names.push(name)
        for (const old of names.splice(0, names.length - KEPT)) rmSync(join(folder, old), { force: true })
      } finally {
        busy = false
      }
    },
  }
}
