/** How a technician calls a node: by its name, else by what it is, in the tab where it lies. */
import type { FlowItem } from './types.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** `“Show on sign”`: its name or label, else its type without our prefix. */
export function label(item: FlowItem): string {
  const own = text(item['name']) || text(item['label'])
  return `“${own || item.type.replace(/^endcap-/, '').replaceAll('-', ' ')}”`
}

/** ` in “Zone sign”`, or nothing for what lies on no tab. */
export function place(item: FlowItem, byId: ReadonlyMap<string, FlowItem>): string {
  const home = byId.get(text(item['z']))
  return home ? ` in ${label(home)}` : ''
}
