/** Holds the trace beside a device profile against what its frames become: the conformance test of a profile. */
import type { DeviceProfile } from '../../contract/index.ts'
import { faults } from '../../contract/index.ts'
import { type PlayGateway, type Played, playTrace, TraceLine } from './trace.ts'

export interface TraceFault {
  /** The first is 1. */
  line: number
  reason: string
}

export interface CheckedTrace {
  /** How many frames there are. */
  frames: number
  faults: TraceFault[]
}

/** `profiles` are all that a box has, the one in question among them. Without `gateway` what gateways say is not read. */
export function checkTrace(
  text: string,
  profile: DeviceProfile,
  profiles: readonly DeviceProfile[],
  gateway?: PlayGateway,
): CheckedTrace {
  const found: TraceFault[] = []
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, i) => ({ content, line: i + 1 }))
    .filter(({ content }) => content.trim() !== '')
  const [first, ...rest] = lines.map(({ content, line }) => ({ line, ...readLine(content) }))
  const isAbout = first?.value?.about !== undefined
  if (!isAbout)
    found.push({
      line: 1,
      reason: 'must be { "about": "…" }, which says where the frames are from: recorded when, with what',
    })
  const frames = isAbout || !first ? rest : [first, ...rest]
  if (frames.length === 0)
    found.push({ line: 2, reason: 'there is no frame; add at least one that the device has sent' })
  for (const { line, value, reason } of frames) {
    if (!value) found.push({ line, reason: reason ?? '' })
    else if (value.topic !== undefined && profile.decoder !== 'number' && !gateway) continue
    else
      for (const fault of compare(value, playTrace(value, profile, profiles, gateway), profile))
        found.push({ line, reason: fault })
  }
  return { frames: frames.length, faults: found }
}

function readLine(content: string): { value?: TraceLine; reason?: string } {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    return { reason: `is not JSON on one line: ${error instanceof Error ? error.message : String(error)}` }
  }
  const [fault] = faults(TraceLine, value)
  if (!fault) return { value: value as TraceLine }
  const known = Object.keys(TraceLine.properties).join(', ')
  return {
    reason: `${fault.path} ${fault.reason}${fault.reason === 'is not a known field' ? `; known are ${known}` : ''}`,
  }
}

function compare({ expect }: TraceLine, { stranger, ...became }: Played, { id }: DeviceProfile): string[] {
  if (stranger !== undefined) return [`is not recognised as ${id}: ${stranger}`]
  const said = JSON.stringify(became)
  if (!expect)
    return [`does not say what it must become. It becomes ${said}: if that is right, write it behind "expect"`]
  const { partial = false, readings = {}, events, actions, sighted } = expect
  const found: string[] = []
  for (const [field, value] of Object.entries(readings))
    if (!same(became.readings[field], value))
      found.push(`${field} is ${words(became.readings[field])}, and is to be ${words(value)}`)
  for (const field of Object.keys(became.readings))
    if (!partial && !(field in readings))
      found.push(`it also says ${field}: ${words(became.readings[field])}; name it, or write "partial": true`)
  for (const [name, own, wanted] of [
    ['events', became.events, events],
    ['actions', became.actions, actions],
    ['sighted', became.sighted, sighted],
  ] as const)
    if (wanted !== undefined && !same(own, wanted))
      found.push(`${name} are ${words(own)}, and are to be ${words(wanted)}`)
  return found
}

const words = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value))

/** Numbers to a millionth; of an object only what is wanted, of a list all. */
function same(own: unknown, wanted: unknown): boolean {
  if (typeof own === 'number' && typeof wanted === 'number') return Math.abs(own - wanted) <= 1e-6 * Math.abs(wanted)
  if (typeof own !== 'object' || typeof wanted !== 'object' || own === null || wanted === null) return own === wanted
  if (Array.isArray(wanted) && (!Array.isArray(own) || own.length !== wanted.length)) return false
  return Object.entries(wanted).every(([name, value]) => same(Reflect.get(own, name), value))
}
