/** Looks a product up in the catalogue: output 1 with what is known, output 2 where there is none. */
import type { FlowNode, NodeApi, NodeConfig } from 'node-red'
import { causes, endcapOf, finish, lookUp, setting, short } from './common.ts'
import { atSlot, productOf } from './goods.ts'

export default function product(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-product', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const path = setting(config['field']) ?? 'payload.product'
    this.on('input', (message, send, done) => {
      void finish(this, done, async () => {
        const asked = lookUp(message, path)
        const query = typeof asked === 'number' ? String(asked) : setting(asked)
        if (query === undefined) throw new Error(`msg.${path} holds no product, GTIN or words to look for`)
        const found = await productOf(endcap, query, causes(message))
        if (!found) {
          this.status({ fill: 'grey', shape: 'ring', text: short(`no product: ${query}`) })
          return send([null, message])
        }
        this.status({ fill: 'green', shape: 'dot', text: short(found.product.name) })
        const [slot] = found.slots
        const { nextDelivery, slots } = found
        const counted = slots.flatMap(({ count }) => (count === undefined ? [] : [count]))
        const known = {
          ...(slot ? await atSlot(endcap, message, slot) : message),
          product: found.product,
          slots,
          ...(counted.length === 0 ? {} : { count: counted.reduce((sum, one) => sum + one, 0) }),
          ...(nextDelivery === undefined ? {} : { nextDelivery }),
        }
        send([known, null])
      })
    })
  })
}
