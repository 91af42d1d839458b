/** Pictures and videos, each a file named by its SHA-256. A file appears whole, by rename, or not at all. */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { EndcapError } from '../contract/index.ts'
import type { DiskRoom } from './disk-room.ts'
import { HEAD_BYTES, mediaType } from './media-type.ts'

export interface MediaFile {
  hash: string
  bytes: number
  type: string
}

export interface MediaStore {
  /** Makes the folder, and clears what an interrupted upload left. */
  start(): Promise<void>
  /**
   * Throws ENDCAP_MEDIA_INVALID where it is too large, cut short, or nothing that a screen can show, ENDCAP_DISK_FULL
   * where there is no room. `declared`: how many bytes are to come, where that is known.
   */
  put(body: Readable, declared?: number): Promise<MediaFile & { added: boolean }>
  /** Newest first; times in milliseconds since the epoch. */
  list(): Promise<(MediaFile & { addedAt: number })[]>
  /**
   * Throws ENDCAP_NOT_FOUND, or ENDCAP_MEDIA_DAMAGED where the bytes no longer fit the hash. They are read whole the first
   * time, and again once a day.
   */
  find(hash: string): Promise<MediaFile & { path: string }>
}

const HASH = /^[0-9a-f]{64}$/
const PARTIAL = /^\.upload-/
const MEGABYTE = 1024 * 1024
/** Room is asked for again after so many bytes. */
const ASK_BYTES = 8 * MEGABYTE
const CHECK_MILLISECONDS = 86_400_000

export function createMediaStore(folder: string, most: number, room: Pick<DiskRoom, 'ask'>): MediaStore {
  const refuse = (reason: string) =>
    new EndcapError('ENDCAP_MEDIA_INVALID', { reason, megabytes: Math.floor(most / MEGABYTE) })
  /** Files never change, so what one is, is found out once. */
  const types = new Map<string, string>()

  const typeOf = async (hash: string): Promise<string | undefined> => {
    const known = types.get(hash)
    if (known) return known
    const file = await open(join(folder, hash))
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      const type = mediaType(buffer.subarray(0, bytesRead))
      if (type) types.set(hash, type)
      return type
    } finally {
      await file.close()
    }
  }

  /** What was read and found whole, and when. */
  const whole = new Map<string, { state: string; at: number }>()
  const isWhole = async (hash: string, { size, mtimeMs }: Stats): Promise<boolean> => {
    const state = `${size} ${mtimeMs}`
    const known = whole.get(hash)
    if (known?.state === state && performance.now() - known.at < CHECK_MILLISECONDS) return true
    const digest = createHash('sha256')
    for await (const chunk of createReadStream(join(folder, hash))) digest.update(chunk as Buffer)
    if (digest.digest('hex') !== hash) return false
    whole.set(hash, { state, at: performance.now() })
    return true
  }

  /** A rename is durable once its folder is. */
  const syncFolder = async () => {
    const handle = await open(folder)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  return {
    async start() {
      await mkdir(folder, { recursive: true })
      for (const name of await readdir(folder)) if (PARTIAL.test(name)) await rm(join(folder, name))
    },

    async put(body, declared = 0) {
      await room.ask(declared, 'the file')
      const partial = join(folder, `.upload-${randomUUID()}`)
      const file = await open(partial, 'wx', 0o640)
      const digest = createHash('sha256')
      let head = Buffer.alloc(0)
      let bytes = 0
      let asked = declared
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          bytes += chunk.length
          if (bytes > most) throw refuse(`it is larger than ${Math.floor(most / MEGABYTE)} MB`)
          if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
          if (head.length === HEAD_BYTES && !mediaType(head)) throw refuse('it is no picture or video of a known kind')
          digest.update(chunk)
          // Who did not say how much it is may say much.
          if (bytes > asked + ASK_BYTES) await room.ask(0, 'the file').then(() => (asked = bytes))
          await file.writev([chunk])
        }
        const type = mediaType(head)
        if (!type) throw refuse(bytes === 0 ? 'it is empty' : 'it is no picture or video of a known kind')
        await file.sync()
        const hash = digest.digest('hex')
        const path = join(folder, hash)
        const before = await stat(path).catch(() => undefined)
        const added = !before || !(await isWhole(hash, before))
        if (added) {
          await rename(partial, path)
          await syncFolder()
        }
        types.set(hash, type)
        return { hash, bytes, type, added }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOSPC' || code === 'EDQUOT') throw new EndcapError('ENDCAP_DISK_FULL', { what: 'the file' })
        if (error instanceof EndcapError || code !== 'ECONNRESET') throw error
        throw refuse('the upload was cut short')
      } finally {
        await file.close()
        await rm(partial, { force: true })
      }
    },

    async list() {
      const files = []
      for (const hash of (await readdir(folder)).filter((name) => HASH.test(name))) {
        const type = await typeOf(hash)
        const { size, mtimeMs } = await stat(join(folder, hash))
        if (type) files.push({ hash, bytes: size, type, addedAt: mtimeMs })
      }
      return files.sort((a, b) => b.addedAt - a.addedAt)
    },

    async find(hash) {
      const path = join(folder, hash)
      const found = HASH.test(hash) ? await stat(path).catch(() => undefined) : undefined
      if (found && !(await isWhole(hash, found))) throw new EndcapError('ENDCAP_MEDIA_DAMAGED', { hash })
      const type = found && (await typeOf(hash))
      if (!found || !type) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'media file', id: hash })
      return { hash, bytes: found.size, type, path }
    },
  }
}
