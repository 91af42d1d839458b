/** The linter of device profiles, and the list of models that docs/devices.md holds. */
import type { DeviceProfile } from '../runtime/contract/index.ts'
import { readProfiles } from '../runtime/host/index.ts'
import { examineProfiles } from '../runtime/profiles.ts'

const begin = '<!-- Models: written by docs/generate.ts from devices/ -->'
const end = '<!-- End of models -->'

/** What is wrong with the profiles and their traces, a sentence each. */
export async function lintProfiles(folder: string): Promise<{ profiles: DeviceProfile[]; wrong: string[] }> {
  const { profiles } = await readProfiles([folder])
  const findings = await examineProfiles(folder, folder)
  const sentences = findings.flatMap(({ state, text }) => (state === 'bad' ? [text] : []))
  for (const { id, fields, battery, radio, kind } of profiles) {
    const told = ['batteryPercent', 'volts', 'batteryVolts'].some((name) => fields[name])
    if (battery && !told && kind !== 'plant' && kind !== 'beacon')
      sentences.push(`${id}: it has a battery, but no field tells of it`)
    if (radio && Object.keys(radio).length === 0) sentences.push(`${id}: /radio is empty; leave it out`)
  }
  return { profiles, wrong: sentences }
}

/** The page with its list of models written anew. */
export function withModels(page: string, profiles: readonly DeviceProfile[]): string {
  const [before = ''] = page.split(begin)
  const [, after = ''] = page.split(end)
  const rows = profiles.toSorted((a, b) => a.id.localeCompare(b.id)).map(rowOf)
  const table = ['| model | kind | says | key | format |', '|---|---|---|---|---|', ...rows].join('\n')
  return `${before}${begin}\n\n${profiles.length} models.\n\n${table}\n\n${end}${after}`
}

function rowOf({ vendor, model, kind, fields, buttons = 0, key, decoder, documentation }: DeviceProfile): string {
  const says = Object.entries(fields).map(([name, { accuracy, unit }]) =>
    accuracy === undefined ? name : `${name} (±${accuracy} ${unit})`,
  )
  if (buttons > 0) says.push(`${buttons} button${buttons > 1 ? 's' : ''}`)
  return `| ${vendor} ${model} | ${kind} | ${says.join(', ')} | ${key ?? ''} | [${decoder}](${documentation}) |`
}
