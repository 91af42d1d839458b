/** What nodes ask the shop of its goods: a slot with its place, a product with what is known of it. */
import type { Endcap, ProductFound, SlotFound } from '../../runtime/flow-engine/index.ts'
import type { FlowMessage } from 'node-red'

/** A slot of the planogram, or undefined where it has none of that path. */
export async function slotOf(endcap: Endcap, slot: string, because: string[]): Promise<SlotFound | undefined> {
  const answer = await endcap.call('planogram.find', 'shop/planogram', { slot }, because)
  return (answer as { slots: SlotFound[] }).slots[0]
}

/** Where a product belongs, the slot that is for it first. */
export async function slotsOf(endcap: Endcap, product: string, because: string[]): Promise<SlotFound[]> {
  const answer = await endcap.call('planogram.find', 'shop/planogram', { product }, because)
  return (answer as { slots: SlotFound[] }).slots
}

/** The best that the catalogue has for an id, a GTIN or words. */
export async function productOf(endcap: Endcap, query: string, because: string[]): Promise<ProductFound | undefined> {
  const answer = await endcap.call('product.find', 'shop/catalogue', { query: query.slice(0, 120), limit: 1 }, because)
  return (answer as { found: ProductFound[] }).found[0]
}

/** Adds to a message where a slot is: `slot`, `screen`, `zone` with its name, and `payload.zone` for the nodes behind. */
export async function atSlot(endcap: Endcap, message: FlowMessage, found: SlotFound): Promise<FlowMessage> {
  const { payload } = message
  const data = typeof payload === 'object' && payload !== null ? payload : {}
  const { zone, screen } = found
  const name = zone && ((await endcap.lists()).zones.find(({ id }) => id === zone)?.name ?? zone)
  return {
    ...message,
    slot: found,
    ...(screen === undefined ? {} : { screen }),
    ...(zone === undefined ? {} : { zone: { id: zone, name }, payload: { ...data, zone } }),
  }
}
