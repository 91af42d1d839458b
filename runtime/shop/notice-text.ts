/** Texts of notices: kept with their braces, filled only at the moment in which an associate who may know reads them. */
import { createHash } from 'node:crypto'

const braces = /\{\{\s*(name|favourite)\s*\}\}/g

export interface NoticeNames {
  name: string
  favourite: string
}

/** What stands in events and logs in place of a name. */
export const nobody: NoticeNames = { name: 'A customer', favourite: 'an associate' }

export const fillNames = (text: string, names: NoticeNames): string =>
  text.replace(braces, (_whole, field: keyof NoticeNames) => names[field])

/** Stands for a text where only sameness counts: what is kept of it names nobody. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** Which names the texts ask for. */
export function namesIn(...texts: (string | undefined)[]): Set<keyof NoticeNames> {
  const found = new Set<keyof NoticeNames>()
  for (const text of texts) for (const match of text?.matchAll(braces) ?? []) found.add(match[1] as keyof NoticeNames)
  return found
}

/** Fields of events and documents that hold what somebody typed. */
export const typedFields = ['title', 'text', 'reason'] as const

/**
 * A customer's name as somebody may have typed it: as a whole, however it is spaced. Of one word only as it is written,
 * or a customer Rose would take the colour from the wine. Undefined where it is too short to mean anybody.
 */
export function typedName(name: string): RegExp | undefined {
  const words = name.normalize('NFC').trim().split(/\s+/)
  if (words.join('').length < 3) return undefined
  const spelled = words.map((word) => RegExp.escape(word)).join('\\s+')
  return new RegExp(`(?<![\\p{L}\\p{N}])${spelled}(?![\\p{L}\\p{N}])`, words.length > 1 ? 'giu' : 'gu')
}

/** Takes words out of what was typed; true where there were any. */
export function redact(one: { title: string; text?: string; reason?: string }, words: RegExp): boolean {
  let hit = false
  for (const field of typedFields) {
    const value = one[field]
    const next = value?.replace(words, nobody.name)
    if (next === undefined || next === value) continue
    hit = true
    one[field] = next
  }
  return hit
}
