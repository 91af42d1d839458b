/** Begins a flow when a cabinet is in trouble (output 1), and when it is well again (output 2). */
import type { FlowNode, NodeApi, NodeConfig } from 'node-red'
import { activity, begin, endcapOf, fail, fromPayload, setting } from './common.ts'

const TROUBLE = ['cold.warning', 'cold.excursion']

export default function coldChain(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-cold-chain', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const wish = setting(config['cabinet'])
    const causes = Array.isArray(config['causes']) ? config['causes'] : []
    const subject = wish === undefined ? {} : { subject: `cabinet/${wish}` }
    const seen = activity(this)
    const consumes = [...TROUBLE, 'cold.recovered'].map((type) => ({ type, ...subject }))
    const stop = endcap.on(consumes, (event) => {
      const message = begin(event)
      const cause = fromPayload(message, 'cause')
      if (cause !== undefined && causes.length > 0 && !causes.includes(cause)) return
      seen()
      endcap.lists().then(
        ({ cabinets }) => {
          const id = fromPayload(message, 'cabinet') ?? ''
          const cabinet = cabinets.find((one) => one.id === id) ?? { id, name: id }
          const data = message.payload as Record<string, unknown>
          const payload = cabinet.zone === undefined ? data : { ...data, zone: cabinet.zone }
          const next = { ...message, payload, cabinet }
          this.send(TROUBLE.includes(event.type) ? [next, null] : [null, next])
        },
        (error: unknown) => fail(this, error, (failure) => this.error(String(failure?.message), message)),
      )
    })
    this.on('close', (done) => {
      stop()
      done()
    })
  })
}
