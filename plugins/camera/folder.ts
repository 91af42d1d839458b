/** Pictures that another program puts into a folder: the newest is what the camera sees now. */
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import type { Stream, StreamHandlers } from './stream.ts'

const PICTURE = /\.(jpe?g|png)$/i
const RETRY_MS = 1000
/** A folder in which pictures are only ever added must not cost more with each. */
const MOST_LOOKED_AT = 2000
/** A picture that is larger, on disk or once it is unpacked, would take the memory of every camera with it. */
const MOST_BYTES = 32 * 1024 * 1024
const MOST_PIXELS = 34_000_000

/** Runs until the signal aborts. A picture that is half written is read again. */
export function runFolder(
  folder: string,
  widthPixels: number,
  rate: number,
  handlers: StreamHandlers,
  signal: AbortSignal,
): Stream {
  let wantedRate = rate
  let wake = new AbortController()
  const pause = async (milliseconds: number) => {
    wake = new AbortController()
    await sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, wake.signal]) }).catch(() => undefined)
  }
  const done = (async () => {
    while (!signal.aborted) {
      const picture = await newest(folder)
        .then((file) =>
          sharp(file, { limitInputPixels: MOST_PIXELS })
            .rotate()
            .resize({ width: widthPixels, withoutEnlargement: true })
            .jpeg({ quality: 80 })
            .toBuffer(),
        )
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      if (signal.aborted) return
      if (picture instanceof Error) {
        handlers.ended(picture.message.slice(0, 200))
        await pause(RETRY_MS)
      } else {
        handlers.picture(picture)
        await pause(1000 / wantedRate)
      }
    }
  })()
  return {
    setRate(next) {
      // It is told many times a second; only another rate is a reason to look at once.
      if (next === wantedRate) return
      wantedRate = next
      wake.abort()
    },
    done,
  }
}

/** The bytes of the newest picture by the time of its change; of equals the last by name. */
async function newest(folder: string): Promise<Buffer> {
  const names = (await readdir(folder)).filter((name) => PICTURE.test(name) && !name.startsWith('.')).sort()
  if (names.length === 0) throw new Error(`${folder} holds no picture (.jpg, .png)`)
  const looked = await Promise.all(
    names.slice(-MOST_LOOKED_AT).map(async (name) => {
      const file = path.join(folder, name)
      const found = await stat(file).catch(() => undefined)
      // What is no file (a pipe, say) might never end.
      return found?.isFile() ? { file, time: found.mtimeMs, bytes: found.size } : undefined
    }),
  )
  const files = looked.filter((one) => one !== undefined)
  if (files.length === 0) throw new Error(`${folder} holds no picture that is a file`)
  const last = files.reduce((best, one) => (one.time >= best.time ? one : best))
  if (last.bytes > MOST_BYTES) throw new Error(`${last.file} is larger than ${MOST_BYTES / 1024 / 1024} MiB`)
  return readFile(last.file)
}
