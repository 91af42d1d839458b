/** Finds out whom to tell: the best associate for a customer, the nearest, or everybody on shift. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import type { Endcap } from '../../runtime/flow-engine/index.ts'
import { endcapOf, finish, fromPayload, setting, short } from './common.ts'

interface Found {
  /** What stands behind `staff/` in a command: an associate's id, or + for everybody on shift. */
  staff: string
  reason: string
  onShift?: string[]
}

export default function staffOnShift(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-staff-on-shift', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const mode = setting(config['mode']) ?? 'best'
    const zone = setting(config['zone'])
    this.on('input', (message, send, done) => {
      void finish(this, done, async () => {
        const found = await find(endcap, mode, zone, message)
        if (found) {
          this.status({ fill: 'green', shape: 'dot', text: short(found.staff === '+' ? found.reason : found.staff) })
          send([{ ...message, ...found }, null])
        } else {
          this.status({ fill: 'grey', shape: 'ring', text: 'nobody on shift' })
          send([null, message])
        }
      })
    })
  })
}

async function find(
  endcap: Endcap,
  mode: string,
  fixedZone: string | undefined,
  message: FlowMessage,
): Promise<Found | undefined> {
  if (mode === 'everybody') {
    const onShift = (await endcap.onShift()).map(({ id }) => id)
    return onShift.length > 0 ? { staff: '+', reason: `${onShift.length} on shift`, onShift } : undefined
  }
  const about = mode === 'best' ? fromPayload(message, 'who') : undefined
  const zone = fixedZone ?? fromPayload(message, 'zone')
  const choice = await endcap.choose({
    ...(about === undefined ? {} : { about }),
    ...(zone === undefined ? {} : { zone }),
  })
  return choice ? { staff: choice.staff, reason: choice.reason } : undefined
}
