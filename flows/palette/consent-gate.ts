/** Lets a message pass only where the customer whom it is about has agreed to a purpose. */
import type { FlowNode, NodeApi, NodeConfig } from 'node-red'
import { endcapOf, finish, fromPayload, setting } from './common.ts'

export default function consentGate(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-consent-gate', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const purpose = setting(config['purpose'])
    if (purpose === undefined) this.status({ fill: 'yellow', shape: 'ring', text: 'choose a purpose' })
    this.on('input', (message, send, done) => {
      const who = fromPayload(message, 'who')
      // A visitor is a token that dies within a day: nobody who could have agreed to anything.
      const asked =
        purpose !== undefined && who?.startsWith('person/') ? endcap.consents(who, purpose) : Promise.resolve(false)
      void finish(this, done, async () => {
        const given = await asked
        const status = given
          ? { fill: 'green', shape: 'dot', text: 'given' }
          : { fill: 'grey', shape: 'ring', text: 'not given' }
        this.status(status as Parameters<FlowNode['status']>[0])
        send(given ? [message, null] : [null, message])
      })
    })
  })
}
