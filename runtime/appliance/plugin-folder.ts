/** Notices plugin packages that are put into a folder, changed there or taken away, while the box runs. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Calls `changed` once the packages of a folder are others than before and have been so for one more look, so that a
 * package that is still being copied is not started. It looks instead of being told: that holds for every file system,
 * and for links. Resolves with the way to stop.
 */
export async function watchPluginFolder(
  folder: string,
  changed: () => void,
  everyMilliseconds = 2000,
): Promise<() => void> {
  let told = await signature(folder)
  let last = told
  let stopped = false
  let timer: NodeJS.Timeout
  const look = async () => {
    const now = await signature(folder)
    if (stopped) return
    if (now !== told && now === last) {
      told = now
      changed()
    }
    last = now
    timer = setTimeout(() => void look(), everyMilliseconds)
  }
  timer = setTimeout(() => void look(), everyMilliseconds)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** Names of the packages, and what stands in each package.json as far as its time and size tell. */
async function signature(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [])
  const packages = await Promise.all(
    names
      .toSorted((a, b) => a.localeCompare(b))
      .map(async (name) => {
        const file = await stat(join(folder, name, 'package.json')).catch(() => undefined)
        return file ? `${name} ${file.mtimeMs} ${file.size} ${file.ino}` : ''
      }),
  )
  return packages.join('\n')
}
