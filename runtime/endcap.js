#!/usr/bin/env node
/**
 * The `endcap` command. JavaScript, because the compiled code is looked up before any TypeScript is read: from the second
 * start on the box then starts faster, and without the compiler of TypeScript in its memory (25 MiB here).
 */
import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

const given = process.argv.indexOf('--home')
const home = (given > 0 ? process.argv[given + 1] : undefined) || process.env.ENDCAP_HOME || '.endcap'
// Other commands leave nothing behind in a folder that may not be a home.
if (process.argv[2] === 'start') {
  const folder = join(home, 'run', 'compiled', 'endcap')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    enableCompileCache(folder)
  } catch {
    // It starts without; if the folder cannot be written, the command itself tells so.
  }
}
await import('./cli.ts')
