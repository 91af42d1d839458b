/**
 * Holds every model's folder against its schema, checksums and card: `node models/check.ts [FOLDER …]`, by default
 * models/* and plugins/*\/models/*.
 */
import { globSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { EndcapError } from '../runtime/contract/index.ts'
import { describeModel } from '../runtime/sdk/models.ts'

const root = resolve(import.meta.dirname, '..')
const given = process.argv.slice(2).map((folder) => resolve(folder))
const folders =
  given.length > 0
    ? given
    : globSync(['models/*', 'plugins/*/models/*'], { cwd: root })
        .map((folder) => join(root, folder))
        .filter((folder) => statSync(folder).isDirectory())

/** What is wrong with one folder, in words. */
async function faultsOf(folder: string): Promise<string[]> {
  const { description, read } = await describeModel(basename(folder), [dirname(folder)])
  const found: string[] = []
  for (const { path } of description.files) {
    try {
      read(path)
    } catch (error) {
      found.push(words(error))
    }
  }
  const known = new Set(['model.json', 'card.md', 'train.ts', ...description.files.map(({ path }) => path)])
  const there = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  if (!there.includes('train.ts')) found.push('train.ts is missing: nobody can make these weights again')
  for (const file of there)
    if (!known.has(file) && !file.endsWith('.ts') && statSync(join(folder, file)).isFile())
      found.push(`${file} is not listed in model.json`)
  return found
}

const words = (error: unknown) =>
  error instanceof EndcapError ? `${error.message}. ${error.remedy}` : String((error as Error).stack ?? error)

let wrong = 0
for (const folder of folders) {
  const found = await faultsOf(folder).catch((error: unknown) => [words(error)])
  for (const fault of found) process.stderr.write(`${relative(root, folder)}: ${fault}\n`)
  wrong += found.length
}
process.stdout.write(`models: ${folders.length} checked, ${wrong} ${wrong === 1 ? 'fault' : 'faults'}\n`)
if (wrong > 0) process.exitCode = 1
