/** Finds a model's folder and reads it: model.json against its schema, the card, files against their checksums. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { EndcapError, type ModelDescription } from '../../contract/child.ts'

export interface Described {
  folder: string
  description: ModelDescription
  /** Content of a file that model.json lists. Throws ENDCAP_MODEL_ALTERED where it is not what was listed. */
  read(file: string): Buffer
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** Looks into the folders in order. Throws ENDCAP_MODEL_UNKNOWN, _INVALID or _CARD_MISSING. */
export async function describeModel(name: string, folders: readonly string[]): Promise<Described> {
  const folder = NAME.test(name)
    ? folders.map((one) => path.join(one, name)).find((one) => existsSync(path.join(one, 'model.json')))
    : undefined
  if (folder === undefined) throw new EndcapError('ENDCAP_MODEL_UNKNOWN', { model: name, folders: folders.join(', ') })
  const description = await readDescription(name, folder)
  checkCard(folder, description)
  const real = realpathSync(folder)
  return {
    folder,
    description,
    read(file) {
      const listed = description.files.find((one) => one.path === file)
      const altered = (reason: string, cause?: unknown) =>
        new EndcapError('ENDCAP_MODEL_ALTERED', { model: name, file: path.join(folder, file), reason, cause })
      if (!listed) throw altered('is not listed in model.json')
      let content: Buffer
      try {
        const place = realpathSync(path.join(folder, file))
        if (!place.startsWith(real + path.sep)) throw altered('lies outside the folder of the model')
        content = readFileSync(place)
      } catch (error) {
        if (error instanceof EndcapError) throw error
        throw altered(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`, error)
      }
      if (content.length !== listed.bytes)
        throw altered(
          `has ${content.length} bytes instead of ${listed.bytes}${content.length < listed.bytes ? ': it was cut short' : ''}`,
        )
      if (createHash('sha256').update(content).digest('hex') !== listed.sha256)
        throw altered('has other content than its checksum says')
      return content
    },
  }
}

async function readDescription(name: string, folder: string): Promise<ModelDescription> {
  const file = path.join(folder, 'model.json')
  const invalid = (where: string, reason: string) =>
    new EndcapError('ENDCAP_MODEL_INVALID', { file, path: where, reason })
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw invalid('/', `is not JSON: ${(error as Error).message}`)
  }
  // Schemas and their compiler cost megabytes: only who opens a model pays them.
  const contract = await import('../../contract/index.ts')
  const [fault] = contract.faults(contract.ModelDescription, json)
  if (fault) throw invalid(fault.path, fault.reason)
  const description = json as ModelDescription
  const [wrong] = contract.modelFaults(description)
  if (wrong) throw invalid(wrong.path, wrong.reason)
  if (description.name !== name) throw invalid('/name', `must be ${name}, as the folder`)
  return description
}

/** A model that nobody measured is not run. */
function checkCard(folder: string, { name, version }: ModelDescription): void {
  const file = path.join(folder, 'card.md')
  const missing = (reason: string) => new EndcapError('ENDCAP_MODEL_CARD_MISSING', { model: name, file, reason })
  let first: string
  try {
    first = readFileSync(file, 'utf8').split('\n', 1)[0]?.trim() ?? ''
  } catch {
    throw missing('is not there')
  }
  if (first !== `# ${name} ${version}`) throw missing(`begins with "${first}" instead of "# ${name} ${version}"`)
}
