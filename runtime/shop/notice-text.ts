/** Texts of notices: kept with their braces, filled only at the moment in which an associate who may know reads them. */
const braces = /\{\{\s*(name|favourite)\s*\}\}/g

export interface NoticeNames {
  name: string
  favourite: string
}

/** What stands in events and logs in place of a name. */
export const nobody: NoticeNames = { name: 'A customer', favourite: 'an associate' }

export const fillNames = (text: string, names: NoticeNames): string =>
  text.replace(braces, (_whole, field: keyof NoticeNames) => names[field])

/** Which names the texts ask for. */
export function namesIn(...texts: (string | undefined)[]): Set<keyof NoticeNames> {
  const found = new Set<keyof NoticeNames>()
  for (const text of texts) for (const match of text?.matchAll(braces) ?? []) found.add(match[1] as keyof NoticeNames)
  return found
}
