import { type Content, EndcapError } from '../contract/index.ts'

/** An identity token as it stands in events; `asset/…` is a thing and may be shown. */
const TOKEN = /(?<![\p{L}\p{N}/_-])(?:person|staff|visit)\/[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?/u

const fields = ['kicker', 'title', 'text', 'figure', 'alt'] as const

/** A sign never shows data of a person. Throws ENDCAP_CONTENT_PERSONAL where a text holds an identity token. */
export function refusePersonal(content: Content, to: string): void {
  for (const field of fields) {
    const token = TOKEN.exec(content[field] ?? '')?.[0]
    if (token !== undefined) throw new EndcapError('ENDCAP_CONTENT_PERSONAL', { field, to, token })
  }
}
