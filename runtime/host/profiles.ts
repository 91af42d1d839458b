/** Reads the profiles of devices: ours, then the box's own, which take the place of ours with the same id. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type DeviceProfile, EndcapError } from '../contract/index.ts'
import { senseFaults } from './profile-sense.ts'
import { lineOf, parseProfile, type ProfileFault, shapeFaults } from './profile-words.ts'

export interface ReadProfiles {
  profiles: DeviceProfile[]
  /** One for each file that was left out. */
  wrong: EndcapError[]
}

/** A folder that is not there holds none. Reads `<vendor>/<model>.json` in each. */
export async function readProfiles(folders: readonly string[]): Promise<ReadProfiles> {
  const profiles = new Map<string, DeviceProfile>()
  const wrong: EndcapError[] = []
  for (const folder of folders) {
    for (const file of await profileFiles(folder)) {
      const read = await readFile(file, 'utf8').then(
        (text) => readProfile(text, file, relative(folder, file)),
        // One that cannot be read must not take the others with it.
        (error: unknown) => unreadable(file, error),
      )
      if (read instanceof EndcapError) wrong.push(read)
      else profiles.set(read.id, read)
    }
  }
  return { profiles: [...profiles.values()], wrong }
}

const unreadable = (file: string, error: unknown): EndcapError => {
  const reason = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
  return new EndcapError('ENDCAP_PROFILE_INVALID', { file, line: 1, path: '/', reason })
}

/** The profile in a file, or what is wrong with it first. `place` is where it stands in its folder. */
export function readProfile(text: string, file: string, place: string): DeviceProfile | EndcapError {
  const refuse = ({ line, path, reason }: ProfileFault) =>
    new EndcapError('ENDCAP_PROFILE_INVALID', { file, line, path, reason })
  const parsed = parseProfile(text)
  if ('reason' in parsed) return refuse(parsed)
  const [fault] = shapeFaults(text, parsed.value)
  if (fault) return refuse(fault)
  const profile = parsed.value as DeviceProfile
  const id = place
    .split(sep)
    .join('/')
    .replace(/\.json$/, '')
  const wrongId = { path: '/id', reason: `must be ${id}, as the file is named` }
  const [senseless] = [...(profile.id === id ? [] : [wrongId]), ...senseFaults(profile)]
  return senseless ? refuse({ ...senseless, line: lineOf(text, senseless.path) }) : profile
}

async function profileFiles(folder: string): Promise<string[]> {
  const vendors = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files: string[] = []
  for (const vendor of vendors) {
    if (!vendor.isDirectory() || programs.has(vendor.name)) continue
    const names: string[] = await readdir(join(folder, vendor.name)).catch(() => [])
    for (const name of names.toSorted()) if (name.endsWith('.json')) files.push(join(folder, vendor.name, name))
  }
  return files
}

/** Folders beside the vendors that hold programs. */
const programs = new Set(['decoders', 'twin'])
