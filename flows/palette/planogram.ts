/** What belongs into a slot, or where a product belongs: output 1 with it, output 2 where the planogram has none. */
import type { FlowNode, NodeApi, NodeConfig } from 'node-red'
import { causes, endcapOf, finish, lookUp, setting, short } from './common.ts'
import { atSlot, slotOf, slotsOf } from './goods.ts'

export default function planogram(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-planogram', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const bySlot = config['by'] === 'slot'
    const path = setting(config['field']) ?? (bySlot ? 'payload.slot' : 'payload.product')
    this.on('input', (message, send, done) => {
      void finish(this, done, async () => {
        const asked = setting(lookUp(message, path))
        if (asked === undefined) throw new Error(`msg.${path} names no ${bySlot ? 'slot' : 'product'}`)
        const because = causes(message)
        const slots = bySlot
          ? [await slotOf(endcap, asked, because)].filter((one) => one !== undefined)
          : await slotsOf(endcap, asked, because)
        const [first] = slots
        if (!first) {
          this.status({ fill: 'grey', shape: 'ring', text: short(`${asked} is not in the planogram`) })
          return send([null, message])
        }
        this.status({ fill: 'green', shape: 'dot', text: short(bySlot ? (first.products[0] ?? '') : first.slot) })
        send([{ ...(await atSlot(endcap, message, first)), slots }, null])
      })
    })
  })
}
