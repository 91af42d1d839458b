/** Builds the pages into a folder of their own, so that a test meets what is in the tree and not what was built before. */
import { join, resolve } from 'node:path'
import { build } from 'vite'

const WEB = resolve(import.meta.dirname, '../../runtime/web')

/** Resolves with the folder of the built pages. */
export async function buildPages(folder: string): Promise<string> {
  const outDir = join(folder, 'dist')
  await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'error', build: { outDir, emptyOutDir: true } })
  return outDir
}
