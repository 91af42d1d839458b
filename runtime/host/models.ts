/** The models of the box, as their model.json tells: for pick lists. Whether one really runs, its plugin finds out. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fits, ModelDescription } from '../contract/index.ts'

/** What can be read; the first of a name, as a plugin would open it. */
export function listModels(folders: readonly string[]): ModelDescription[] {
  const found = new Map<string, ModelDescription>()
  for (const folder of folders)
    for (const file of globSync('*/model.json', { cwd: folder }).sort()) {
      try {
        const model: unknown = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
        if (fits(ModelDescription, model) && !found.has(model.name)) found.set(model.name, model)
      } catch {
        // Who opens it is told what is wrong with it.
      }
    }
  return [...found.values()]
}
