/** Begins a flow when a camera shows nothing of use, shows something again, or counts people. No picture enters a flow. */
import type { FlowNode, NodeApi, NodeConfig } from 'node-red'
import type { Consume } from '../../runtime/flow-engine/index.ts'
import { activity, begin, endcapOf, setting } from './common.ts'

export default function camera(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-camera', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const seen = activity(this)
    const stop = endcap.on(wanted(config), (event) => {
      seen()
      const message = begin(event)
      this.send(event.type === 'camera.restored' ? [null, message] : [message, null])
    })
    this.on('close', (done) => {
      stop()
      done()
    })
  })
}

function wanted(config: NodeConfig): Consume[] {
  const of = (type: string, kind: string, id: string | undefined): Consume => ({
    type,
    ...(id === undefined ? {} : { subject: `${kind}/${id}` }),
  })
  if (config['when'] === 'people') return [of('camera.people', 'zone', setting(config['zone']))]
  if (config['when'] === 'facing') return [of('camera.facing', 'screen', setting(config['screen']))]
  const one = setting(config['camera'])
  return [of('camera.trouble', 'camera', one), of('camera.restored', 'camera', one)]
}
