/** How much room the disk has. What can be large leaves some of it, so that the ledger can be written for years. */
import { statfs } from 'node:fs/promises'
import { EndcapError } from '../contract/index.ts'

const MEGABYTE = 1024 * 1024
/** Left to the ledger: so much, or a twentieth of a small disk. A box writes some 10 to 100 MB a year. */
const MOST_LEFT = 256 * MEGABYTE
const SHARE_LEFT = 0.05

/** Bytes that are free for us, and of the whole disk. */
export type LookAtDisk = () => Promise<{ free: number; size: number }>

export interface DiskRoom {
  /** Throws ENDCAP_DISK_FULL where so many bytes would eat into what is left to the ledger. `what`: for a person. */
  ask(bytes: number, what: string): Promise<void>
  /** Why there is too little, with what to do; undefined where there is enough, or nobody can tell. */
  fault(): Promise<string | undefined>
}

/** Of the disk that a folder lies on. */
export function createDiskRoom(
  folder: string,
  look: LookAtDisk = async () => {
    const { bavail, bsize, blocks } = await statfs(folder)
    return { free: bavail * bsize, size: blocks * bsize }
  },
): DiskRoom {
  // A folder that is not there yet tells nothing.
  const measure = async () => {
    const room = await look().catch(() => undefined)
    return room && { free: room.free, left: Math.min(MOST_LEFT, room.size * SHARE_LEFT) }
  }
  return {
    async ask(bytes, what) {
      const room = await measure()
      if (room && room.free - bytes < room.left) throw new EndcapError('ENDCAP_DISK_FULL', { what })
    },
    async fault() {
      const room = await measure()
      if (!room || room.free >= room.left) return undefined
      const { remedy } = new EndcapError('ENDCAP_DISK_FULL', { what: '' })
      const free = Math.floor(room.free / MEGABYTE)
      return `The disk of the box is nearly full: ${free} MB are free. They are left to what happens in the shop; uploads and imports are refused. ${remedy}`
    },
  }
}
