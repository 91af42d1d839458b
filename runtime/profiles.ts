/** `endcap profiles`: holds the device profiles of a folder, and the traces beside them, against the rules. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clashes, readProfiles } from './host/index.ts'
import { checkTrace } from './sdk/testing.ts'

export interface ProfileFinding {
  state: 'good' | 'note' | 'bad'
  text: string
}

/** `ours` is the folder of the profiles that come with Endcap. */
export async function examineProfiles(folder: string, ours: string): Promise<ProfileFinding[]> {
  const own = await readProfiles([folder])
  const all = folder === ours ? own : await readProfiles([ours, folder])
  const findings: ProfileFinding[] = own.wrong.map(({ message }) => ({ state: 'bad', text: message }))
  for (const profile of own.profiles) {
    const trace = join(folder, `${profile.id}.trace.jsonl`)
    if (!existsSync(trace)) {
      const text = `${profile.id} has no trace; write what one sends, and what it must become, to ${trace}`
      findings.push({ state: 'bad', text })
      continue
    }
    const { frames, faults } = checkTrace(readFileSync(trace, 'utf8'), profile, all.profiles)
    for (const { line, reason } of faults) findings.push({ state: 'bad', text: `${trace}, line ${line}: ${reason}` })
    if (faults.length === 0)
      findings.push({ state: 'good', text: `${profile.id}: ${frames} frame${frames === 1 ? '' : 's'}` })
    if (profile.decoder === 'number' || !profile.recognise.topics) continue
    findings.push({
      state: 'note',
      text: `${profile.id}: the messages of a gateway are read by Endcap's own tests alone`,
    })
  }
  const mine = new Set(own.profiles.map(({ id }) => id))
  for (const { claim, ids } of clashes(all.profiles))
    if (ids.some((id) => mine.has(id)))
      findings.push({
        state: 'bad',
        text: `${ids.join(' and ')} are both recognised by ${claim}, and the last one wins; give one of them another sign, or yours the id of ours to take its place`,
      })
  if (findings.length === 0)
    findings.push({
      state: 'bad',
      text: `there is no profile in ${folder}; one stands in <vendor>/<model>.json (docs/devices.md)`,
    })
  return findings
}
