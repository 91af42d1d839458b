/** Counts boots that did not last, in a file: what the ledger holds may be the reason why they did not. */
import { readFile } from 'node:fs/promises'
import { replaceFile } from './files.ts'

export interface BootCount {
  /** Boots that were begun and not called good since the last good one. */
  failed: number
  /** How far the last one came: «plugins: deadline of 30 s», or the stage in which it ended without a word. */
  reason: string
}

/** The count; none where the file is missing or broken, since a broken count must not keep a box from starting. */
export async function readBootCount(file: string): Promise<BootCount> {
  try {
    const { failed, reason } = JSON.parse(await readFile(file, 'utf8')) as Partial<BootCount>
    return Number.isInteger(failed) && failed !== undefined && failed >= 0
      ? { failed, reason: typeof reason === 'string' ? reason : '' }
      : { failed: 0, reason: '' }
  } catch {
    return { failed: 0, reason: '' }
  }
}

export const writeBootCount = (file: string, count: BootCount): Promise<void> =>
  replaceFile(file, `${JSON.stringify(count)}\n`)
