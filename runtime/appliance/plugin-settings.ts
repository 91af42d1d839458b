/** Changes what endcap.yaml says of one plugin, and leaves comments, order and everything else as they are. */
import { type Document, isMap, isSeq, type YAMLMap } from 'yaml'

interface Settings {
  config?: unknown
  devices: readonly { id: string; name?: string; config?: unknown }[]
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
    for (const [index, { name, config: own }] of devices.entries()) {
      put(document, [...path, 'devices', index, 'name'], name)
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
  // An equal value stays as it was written, with its comment.
  if (JSON.stringify(document.getIn(path)) !== JSON.stringify(value)) document.setIn(path, value)
}

const keysOf = (map: YAMLMap): string[] => map.items.map(({ key }) => String(key))
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
