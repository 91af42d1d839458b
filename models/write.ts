/** Writes the folder of a model: its files, and model.json with their checksums. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { faults, ModelDescription, modelFaults } from '../runtime/contract/index.ts'

/** Throws where the description would not be accepted. `files` are by their path inside the folder. */
export function writeModel(
  folder: string,
  description: Omit<ModelDescription, 'files'>,
  files: Record<string, string | Uint8Array>,
): ModelDescription {
  const listed = Object.entries(files).map(([path, content]) => {
    const bytes = Buffer.from(content)
    return { path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
  })
  const { entry, ...rest } = description
  const model: ModelDescription = { ...rest, entry, files: listed }
  const [fault] = [...faults(ModelDescription, model), ...modelFaults(model)]
  if (fault) throw new Error(`${join(folder, 'model.json')}: ${fault.path} ${fault.reason}`)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  writeFileSync(join(folder, 'model.json'), `${JSON.stringify(model, null, 2)}\n`)
  return model
}

/** Writes the card of the model in the folder: the evaluation's words, under the title that loading asks for. */
export function writeCard(folder: string, body: string): void {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as ModelDescription
  writeFileSync(join(folder, 'card.md'), `# ${name} ${version}\n\n${body.trim()}\n`)
}
