/** Begins a flow with every event of a type. */
import type { FlowNode, NodeApi, NodeConfig } from 'node-red'
import type { Consume } from '../../runtime/flow-engine/index.ts'
import { activity, begin, endcapOf, setting } from './common.ts'

export default function eventIn(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-event-in', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const consume = wanted(config)
    if (!consume) return this.status({ fill: 'yellow', shape: 'ring', text: 'choose an event' })
    const seen = activity(this)
    const stop = endcap.on([consume], (event) => {
      seen()
      this.send(begin(event))
    })
    this.on('close', (done) => {
      stop()
      done()
    })
  })
}

function wanted({ event, subject, field, value }: NodeConfig): Consume | undefined {
  const type = setting(event)
  if (type === undefined) return undefined
  const about = setting(subject)
  const where = setting(field)
  return {
    type,
    ...(about === undefined ? {} : { subject: about }),
    ...(where === undefined ? {} : { where: { [where]: literal(setting(value) ?? '') } }),
  }
}

/** Fields hold text, numbers or truth; the form has only text. */
function literal(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
