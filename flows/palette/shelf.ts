/** Begins a flow when something happens on a shelf, with the product and the place. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import type { Consume, Endcap } from '../../runtime/flow-engine/index.ts'
import { activity, begin, causes, endcapOf, fail, type FlowEvent, fromPayload, setting } from './common.ts'
import { atSlot, productOf, slotOf } from './goods.ts'

const WHEN = ['taken', 'returned', 'misplaced', 'low', 'empty', 'restocked']

export default function shelf(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-shelf', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const when = WHEN.filter((one) => Array.isArray(config['when']) && config['when'].includes(one))
    if (when.length === 0) return this.status({ fill: 'yellow', shape: 'ring', text: 'choose when' })
    const seen = activity(this)
    // What happened first leaves first, though the shop is asked for each.
    let last: Promise<void> = Promise.resolve()
    const stop = endcap.on(wanted(when, config), (event) => {
      seen()
      last = last.then(async () => {
        try {
          this.send(await told(endcap, event))
        } catch (error) {
          fail(this, error, (failure) => this.error(String(failure?.message), begin(event)))
        }
      })
    })
    this.on('close', (done) => {
      stop()
      done()
    })
  })
}

function wanted(when: string[], config: NodeConfig): Consume[] {
  const fixture = setting(config['fixture'])
  const product = setting(config['product'])
  return when.map((one) => ({
    type: `shelf.${one}`,
    ...(fixture === undefined ? {} : { subject: `slot/${fixture}/#` }),
    ...(product === undefined ? {} : { where: { product } }),
  }))
}

async function told(endcap: Endcap, event: FlowEvent): Promise<FlowMessage> {
  const message = { ...begin(event), happened: event.type.slice('shelf.'.length) }
  const because = causes(message)
  const path = fromPayload(message, 'slot')
  const found = path === undefined ? undefined : await slotOf(endcap, path, because)
  const product = fromPayload(message, 'product') ?? found?.products[0]
  const known = product === undefined ? undefined : await productOf(endcap, product, because)
  const placed = found ? await atSlot(endcap, message, found) : message
  return { ...placed, product: known?.product ?? { id: product ?? '', name: product ?? 'something' } }
}
