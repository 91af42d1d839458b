/** Orders while they are picked: opened, picked line by line, done or ended. Each step is an event. */
import {
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  EndcapError,
  type Order,
} from '../../contract/index.ts'
import type { Emit } from '../types.ts'

export interface OrdersDependencies {
  get(id: string): Order | undefined
  all(): Iterable<Order>
  /** Writes one order; resolves after COMMIT. */
  keep(order: Order): Promise<void>
  emit: Emit
  /** Where a product stands, the slot that is for it first. */
  slotOf(product: string): string | undefined
}

export type Picked = CommandAnswer<'order.pick'>

export const isOpen = ({ state = 'open' }: Pick<Order, 'state'>): boolean => state === 'open'
const missing = ({ count, picked = 0 }: Order['lines'][number]) => Math.max(0, count - picked)

export function createOrders({ get, all, keep, emit, slotOf }: OrdersDependencies) {
  const say = (type: string, order: string, data: object) =>
    emit('shop', { type, subject: `order/${order}`, data: { order, ...data } }, { commit: true })

  const opened = ({ id, lines }: Order) =>
    say('order.opened', id, {
      lines: lines.map((line) => {
        const slot = slotOf(line.product)
        return { product: line.product, count: missing(line), ...(slot === undefined ? {} : { slot }) }
      }),
    })
  /** The open order that still wants a product and is due first, or was placed first. */
  const waiting = (product: string): string | undefined => {
    const wants = ({ lines }: Order) => lines.some((line) => line.product === product && missing(line) > 0)
    const since = ({ dueAt, placedAt }: Order) => Date.parse(dueAt ?? placedAt ?? '') || 0
    const open = [...all()].filter((order) => isOpen(order) && wants(order))
    return open.sort((one, other) => since(one) - since(other))[0]?.id
  }
  const done = (id: string, complete: boolean) => say('order.done', id, { complete })

  return {
    opened,
    /** Tells of what a new list did to the orders that were open, and of those that are new. */
    async follow(before: ReadonlyMap<string, Order>, after: ReadonlyMap<string, Order>): Promise<void> {
      const wasOpen = (id: string) => isOpen(before.get(id) ?? { state: 'done' })
      for (const order of after.values()) {
        if (isOpen(order) && !wasOpen(order.id)) await opened(order)
        else if (!isOpen(order) && wasOpen(order.id)) await done(order.id, order.state === 'done')
      }
      for (const { id } of before.values()) if (wasOpen(id) && !after.has(id)) await done(id, false)
    },
    async pick(call: CommandCall, product: string): Promise<Picked> {
      const { count } = call.params as CommandParams<'order.pick'>
      const id = call.to === 'order/+' ? waiting(product) : call.to.slice('order/'.length)
      if (id === undefined) return { missing: 0, done: false }
      const order = get(id)
      if (!order) throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to: call.to, command: call.name })
      const refuse = (reason: string) =>
        new EndcapError('ENDCAP_COMMAND_FAILED', { to: call.to, command: call.name, reason })
      if (!isOpen(order)) throw refuse(`the order is ${order.state}`)
      const line = order.lines.find((one) => one.product === product)
      if (!line) throw refuse(`it has no line for ${product}`)
      const picked = { ...line, picked: (line.picked ?? 0) + count }
      const lines = order.lines.map((one) => (one === line ? picked : one))
      const complete = lines.every((one) => missing(one) === 0)
      await keep({ ...order, lines, ...(complete ? { state: 'done' } : {}) })
      await say('order.picked', id, { product, count, missing: missing(picked) })
      if (complete) await done(id, true)
      return { order: id, missing: missing(picked), done: complete }
    },
    /** Ends an order, picked or not. */
    async end(id: string, state: 'done' | 'cancelled'): Promise<Order> {
      const order = get(id)
      if (!order) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'order', id })
      if (!isOpen(order)) return order
      const ended: Order = { ...order, state }
      await keep(ended)
      await done(
        id,
        order.lines.every((line) => missing(line) === 0),
      )
      return ended
    },
  }
}
