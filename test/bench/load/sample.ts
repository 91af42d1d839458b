/** What both sides carry in each message, so that neither has less to do. */
export const sample = (count: number) => ({
  id: count,
  zone: 'aisle-7',
  kind: 'shelf',
  product: `SKU-${count % 997}`,
  count: count % 6,
  confidence: 0.93,
  box: [12, 40, 220, 310],
})

/** The rule that both sides run, as a function node's text. */
export const rule =
  "const p = msg.payload;\np.low = p.count < 3;\np.level = p.confidence > 0.8 ? 'sure' : 'check';\nreturn msg;"

/** The switch behind it: both ways lead to the same node, as a real flow's would to different ones. */
export const branch = {
  type: 'switch',
  property: 'payload.low',
  propertyType: 'msg',
  rules: [{ t: 'true' }, { t: 'else' }],
  checkall: 'false',
  repair: false,
  outputs: 2,
}
