/** Changes where one receiver is in the text of a shop.yaml, and leaves comments and order as they are. */
import { isMap, isSeq, parseDocument } from 'yaml'

export interface PlacedReceiver {
  id: string
  name?: string | undefined
  x?: number | undefined
  y?: number | undefined
}

/** The text with the receiver in it; of one that is there already only what is given changes. */
export function placeReceiver(text: string, receiver: PlacedReceiver): string {
  const document = parseDocument(text)
  const { id, name, x, y } = receiver
  const list: unknown = document.get('receivers', true)
  const at = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1
  if (at < 0) document.addIn(['receivers'], document.createNode({ id, name: name ?? id, x: x ?? 0, y: y ?? 0 }))
  else
    for (const [key, value] of Object.entries({ name, x, y }))
      if (value !== undefined) document.setIn(['receivers', at, key], value)
  return document.toString({ lineWidth: 110 })
}

/** The text without the receiver. */
export function removeReceiver(text: string, id: string): string {
  const document = parseDocument(text)
  const list: unknown = document.get('receivers', true)
  if (isSeq(list)) list.items = list.items.filter((item) => !isMap(item) || item.get('id') !== id)
  return document.toString({ lineWidth: 110 })
}
