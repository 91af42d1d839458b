/** Changes what endcap.yaml says of one plugin, and leaves comments, order and everything else as they are. */
import { type Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'

interface Settings {
  config?: unknown
  devices: readonly { id: string; name?: string; zone?: string; config?: unknown }[]
}

/** For saveConfig(): sets configuration and devices of a plugin, key by key. */
export const writePluginSettings =
  (plugin: string, { config, devices }: Settings) =>
  (document: Document): void => {
    const path = ['plugins', plugin]
    if (!isMap(document.getIn(path, true))) document.setIn(path, document.createNode({}))
    put(document, [...path, 'config'], config)
    if (devices.length === 0) {
      document.deleteIn([...path, 'devices'])
      return
    }
    const sequence: unknown = document.getIn([...path, 'devices'], true)
    const known = new Map<unknown, unknown>()
    if (isSeq(sequence)) for (const item of sequence.items) if (isMap(item)) known.set(item.get('id'), item)
    const items = devices.map((device) => known.get(device.id) ?? document.createNode(device))
    if (isSeq(sequence)) sequence.items = items
    else document.setIn([...path, 'devices'], document.createNode([]))
    const written: unknown = document.getIn([...path, 'devices'], true)
    if (isSeq(written)) written.items = items
    for (const [index, { name, zone, config: own }] of devices.entries()) {
      put(document, [...path, 'devices', index, 'name'], name)
      put(document, [...path, 'devices', index, 'zone'], zone)
      put(document, [...path, 'devices', index, 'config'], own)
    }
  }

function put(document: Document, path: (string | number)[], value: unknown): void {
  if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) {
    document.deleteIn(path)
    return
  }
  const node: unknown = document.getIn(path, true)
  if (isObject(value) && isMap(node)) {
    for (const key of keysOf(node)) if (!(key in value)) node.delete(key)
    for (const [key, part] of Object.entries(value)) put(document, [...path, key], part)
    return
  }
  if (isList(value) && isSeq(node)) return putList(document, path, node, value)
  // An equal value stays as it was written, with its comment.
  if (JSON.stringify(document.getIn(path)) !== JSON.stringify(value)) document.setIn(path, value)
}

/**
 * A list of objects, entry by entry: one that is as it was keeps its comments, and so does what is the same in one that
 * has changed at its place.
 */
function putList(document: Document, path: (string | number)[], node: YAMLSeq, value: Record<string, unknown>[]): void {
  const before = node.items.map((item) => ({ item, text: JSON.stringify(isMap(item) ? item.toJS(document) : item) }))
  const taken = new Set<unknown>()
  const same = value.map((entry) => {
    const found = before.find(({ item, text }) => !taken.has(item) && text === JSON.stringify(entry))
    if (found) taken.add(found.item)
    return found?.item
  })
  node.items = value.map((entry, index) => {
    const at = before[index]?.item
    const own = same[index] ?? (isMap(at) && !taken.has(at) ? at : undefined) ?? document.createNode(entry)
    taken.add(own)
    return own
  })
  for (const [index, entry] of value.entries()) if (!same[index]) put(document, [...path, index], entry)
}

const isList = (value: unknown): value is Record<string, unknown>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject)
const keysOf = (map: YAMLMap): string[] => map.items.map(({ key }) => String(key))
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
