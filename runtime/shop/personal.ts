import { type Content, EndcapError } from '../contract/index.ts'

/** An identity token as it stands in events; `asset/…` is a thing and may be shown. */
const TOKEN = /(?<![\p{L}\p{N}/_-])(?:person|staff|visit)\/[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?/u
/** What staff.notify would fill in; a sign is told by everybody who passes. */
const TEMPLATE = /\{\{[^{}]*\}\}/

const fields = ['kicker', 'title', 'text', 'figure', 'alt', 'slot', 'product'] as const

/** The part of a text that stands for a person, or undefined. */
export const personalText = (text: string): string | undefined => (TOKEN.exec(text) ?? TEMPLATE.exec(text))?.[0]

/** The first field of a content that holds data of a person, and what it holds. */
export function personalField(content: Partial<Content>): { field: string; token: string } | undefined {
  for (const field of fields) {
    const token = personalText(content[field] ?? '')
    if (token !== undefined) return { field, token }
  }
  return undefined
}

/** A sign never shows data of a person. Throws ENDCAP_CONTENT_PERSONAL where a text holds an identity token or a template. */
export function refusePersonal(content: Partial<Content>, to: string): void {
  const found = personalField(content)
  if (found) throw new EndcapError('ENDCAP_CONTENT_PERSONAL', { ...found, to })
}
