/** Decides whether flows may be deployed: one unknown type, even on a disabled tab, would stop every flow. */
import { EndcapError } from '../contract/index.ts'
import { allowedTypes, structureTypes } from './allowed.ts'
import { label, place } from './names.ts'
import type { FlowItem } from './types.ts'

const refuse = (reason: string): never => {
  throw new EndcapError('ENDCAP_FLOWS_INVALID', { reason })
}

const structure = new Set<string>(structureTypes)

/**
 * Throws ENDCAP_FLOWS_INVALID with the first fault in words, naming node and tab.
 * `known` are the types that the running Node-RED has loaded; the allow list where it does not run.
 */
export function checkFlows(value: unknown, known: ReadonlySet<string> = allowedTypes): FlowItem[] {
  if (!Array.isArray(value)) return refuse('they are not a list of nodes')
  const byId = new Map<string, FlowItem>()
  for (const item of value as unknown[]) {
    if (!isItem(item)) return refuse('there is an entry without id or type')
    const twin = byId.get(item.id)
    if (twin) refuse(`the id ${item.id} stands twice, at ${label(twin)} and at ${label(item)}`)
    byId.set(item.id, item)
  }
  for (const item of byId.values()) {
    const where = `${label(item)}${place(item, byId)}`
    checkType(item, where, byId, known)
    checkHome(item, where, byId)
    checkWires(item, where, byId)
    if (item.type === 'function' && Array.isArray(item['libs']) && item['libs'].length > 0)
      refuse(`${where} asks for modules; function nodes of this box cannot load any`)
  }
  return [...byId.values()]
}

const isItem = (item: unknown): item is FlowItem =>
  typeof item === 'object' &&
  item !== null &&
  typeof (item as FlowItem).id === 'string' &&
  (item as FlowItem).id !== '' &&
  typeof (item as FlowItem).type === 'string'

function checkType(
  item: FlowItem,
  where: string,
  byId: ReadonlyMap<string, FlowItem>,
  known: ReadonlySet<string>,
): void {
  const subflow = /^subflow:(.+)$/.exec(item.type)?.[1]
  if (subflow !== undefined) {
    if (byId.get(subflow)?.type !== 'subflow') refuse(`${where} is an instance of a subflow that is missing`)
    return
  }
  if (!allowedTypes.has(item.type))
    refuse(`${where} is of the type “${item.type}”, which this box does not have or does not allow`)
  if (!structure.has(item.type) && !known.has(item.type))
    refuse(`${where} is of the type “${item.type}”, which could not be loaded; see the log of the flow engine`)
}

/** A node lies on a tab or in a subflow, with a place: without x and y Node-RED takes it for a configuration node. */
function checkHome(item: FlowItem, where: string, byId: ReadonlyMap<string, FlowItem>): void {
  if (item.type === 'tab' || item.type === 'subflow' || item.type === 'global-config') return
  const home = typeof item['z'] === 'string' ? byId.get(item['z'])?.type : undefined
  if (home !== 'tab' && home !== 'subflow') refuse(`${where} lies on no tab`)
  if (item['g'] !== undefined && (typeof item['g'] === 'string' ? byId.get(item['g']) : undefined)?.type !== 'group')
    refuse(`${where} belongs to a group that is missing`)
  if (item.type === 'group') return
  if (!Number.isFinite(item['x']) || !Number.isFinite(item['y'])) refuse(`${where} has no place (x and y)`)
}

function checkWires(item: FlowItem, where: string, byId: ReadonlyMap<string, FlowItem>): void {
  if (item.type === 'subflow') {
    for (const port of [item['in'], item['out'], item['status']].flat()) {
      const ends = (port as { wires?: unknown } | undefined)?.wires ?? []
      if (!Array.isArray(ends)) refuse(`${where} has a port with broken wires`)
      for (const end of ends as { id?: unknown }[]) checkEnd(item.id, end?.id, where, byId)
    }
    return
  }
  if (structure.has(item.type)) return
  const outputs = item['wires'] ?? []
  if (!Array.isArray(outputs)) refuse(`${where} has broken wires`)
  for (const output of outputs as unknown[]) {
    if (!Array.isArray(output)) refuse(`${where} has broken wires`)
    for (const end of output as unknown[]) checkEnd(item['z'], end, where, byId)
  }
}

function checkEnd(home: unknown, end: unknown, where: string, byId: ReadonlyMap<string, FlowItem>): void {
  if (end === home && byId.get(String(end))?.type === 'subflow') return
  const target = typeof end === 'string' ? byId.get(end) : undefined
  if (!target || structure.has(target.type)) refuse(`a wire of ${where} leads to a node that is missing`)
  else if (target['z'] !== home) refuse(`a wire of ${where} leads to ${label(target)} on another tab`)
}
