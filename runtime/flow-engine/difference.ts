/** What changed between two versions of the flows, in words that a technician recognises. */
import { isDeepStrictEqual } from 'node:util'
import { label, place } from './names.ts'
import type { FlowItem } from './types.ts'

const LAYOUT = new Set(['x', 'y', 'w', 'h'])
const MAX_SUMMARY = 500

type Items = ReadonlyMap<string, FlowItem>

/** One sentence for each change, what matters most first; moves on the canvas come last as one. */
export function difference(before: readonly FlowItem[], after: readonly FlowItem[]): string[] {
  const old = new Map(before.map((item) => [item.id, item]))
  const now = new Map(after.map((item) => [item.id, item]))
  const goneTabs = new Set([...old.values()].filter((item) => isHome(item) && !now.has(item.id)).map(({ id }) => id))
  const newTabs = new Set([...now.values()].filter((item) => isHome(item) && !old.has(item.id)).map(({ id }) => id))
  const tabs: string[] = []
  const nodes: string[] = []
  let moved = 0

  for (const item of now.values()) {
    const was = old.get(item.id)
    if (newTabs.has(item.id)) tabs.push(`added the ${kind(item)} ${label(item)}${holding(item, now)}`)
    else if (!was && !newTabs.has(String(item['z']))) nodes.push(`added ${label(item)}${place(item, now)}`)
    else if (was) {
      const lines = isHome(item) ? homeChanges(was, item) : nodeChanges(was, item, old, now)
      if (isHome(item)) tabs.push(...lines)
      else nodes.push(...lines)
      if (item['x'] !== was['x'] || item['y'] !== was['y']) moved++
    }
  }
  for (const item of old.values()) {
    if (goneTabs.has(item.id)) tabs.push(`removed the ${kind(item)} ${label(item)}${holding(item, old)}`)
    else if (!now.has(item.id) && !goneTabs.has(String(item['z'])))
      nodes.push(`removed ${label(item)}${place(item, old)}`)
  }
  const order = orderOfTabs(before, after) ? [] : ['changed the order of the tabs']
  const moves = moved > 0 ? [`moved ${moved} ${moved === 1 ? 'node' : 'nodes'} on the canvas`] : []
  return [...tabs, ...nodes, ...order, ...moves]
}

/** The difference as one line of at most 500 characters. */
export function summary(lines: readonly string[]): string {
  if (lines.length === 0) return 'nothing changed'
  let line = lines[0] ?? ''
  for (let i = 1; i < lines.length; i++) {
    const next = `${line}; ${lines[i]}`
    if (next.length > MAX_SUMMARY - 20) return `${line}; and ${lines.length - i} more`
    line = next
  }
  return line.length > MAX_SUMMARY ? `${line.slice(0, MAX_SUMMARY - 1)}…` : line
}

const isHome = (item: FlowItem): boolean => item.type === 'tab' || item.type === 'subflow'
const kind = (item: FlowItem): string => (item.type === 'tab' ? 'tab' : 'subflow')

function holding(home: FlowItem, items: Items): string {
  let count = 0
  for (const item of items.values()) if (item['z'] === home.id && item.type !== 'group') count++
  return count === 0 ? '' : ` with ${count} ${count === 1 ? 'node' : 'nodes'}`
}

function homeChanges(was: FlowItem, is: FlowItem): string[] {
  const name = was.type === 'tab' ? 'label' : 'name'
  const lines: string[] = []
  if (was[name] !== is[name]) lines.push(`renamed the ${kind(is)} ${label(was)} to ${label(is)}`)
  if (Boolean(was['disabled']) !== Boolean(is['disabled']))
    lines.push(`${is['disabled'] ? 'disabled' : 'enabled'} the ${kind(is)} ${label(is)}`)
  const fields = changed(was, is, new Set([name, 'disabled']))
  if (fields.length > 0) lines.push(`changed the ${kind(is)} ${label(is)} (${fields.join(', ')})`)
  return lines
}

function nodeChanges(was: FlowItem, is: FlowItem, old: Items, now: Items): string[] {
  const lines: string[] = []
  const where = place(is, now)
  if (was['z'] !== is['z']) lines.push(`moved ${label(is)} from${place(was, old).slice(3)} to${where.slice(3)}`)
  if ((was['name'] ?? '') !== (is['name'] ?? '')) lines.push(`renamed ${label(was)}${where} to ${label(is)}`)
  if (Boolean(was['d']) !== Boolean(is['d'])) lines.push(`${is['d'] ? 'disabled' : 'enabled'} ${label(is)}${where}`)
  const fields = changed(was, is, new Set(['name', 'd', 'z', 'g', 'wires', 'nodes', ...LAYOUT]))
  if (fields.length > 0) lines.push(`changed ${label(is)}${where} (${fields.join(', ')})`)
  if (!isDeepStrictEqual(was['wires'] ?? [], is['wires'] ?? [])) lines.push(`rewired ${label(is)}${where}`)
  return lines
}

/** Names of the fields that differ. */
function changed(was: FlowItem, is: FlowItem, except: ReadonlySet<string>): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (field) => !except.has(field) && !isDeepStrictEqual(was[field], is[field]),
  )
}

function orderOfTabs(before: readonly FlowItem[], after: readonly FlowItem[]): boolean {
  return isDeepStrictEqual(sharedTabs(before, after), sharedTabs(after, before))
}

function sharedTabs(items: readonly FlowItem[], others: readonly FlowItem[]): string[] {
  const both = new Set(others.map(({ id }) => id))
  return items.filter(({ type, id }) => type === 'tab' && both.has(id)).map(({ id }) => id)
}
