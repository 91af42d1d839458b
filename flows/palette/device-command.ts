/** Gives a device, screen or associate a command and passes its answer on. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { causes, endcapOf, finish, setting, short } from './common.ts'

export default function deviceCommand(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-device-command', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const command = setting(config['command'])
    if (command === undefined) this.status({ fill: 'yellow', shape: 'ring', text: 'choose a command' })
    this.on('input', (message, send, done) => {
      const act = async () => {
        const to = setting(config['to']) ?? setting(message['to'])
        if (command === undefined) throw new Error('no command is chosen')
        if (to === undefined) throw new Error('no receiver is chosen, and msg.to names none')
        return { to, answer: await endcap.call(command, to, params(config, message), causes(message)) }
      }
      void finish(this, done, async () => {
        const { to, answer } = await act()
        this.status({ fill: 'green', shape: 'dot', text: short(`${to} answered`) })
        send({ ...message, answer })
      })
    })
  })
}

/** The parameters of the form, or those of the message where the form says so. */
function params(config: NodeConfig, message: FlowMessage): unknown {
  if (config['from'] === 'message') return message.payload
  const text = setting(config['params'])
  if (text === undefined) return {}
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw new Error(`the parameters of this node are not JSON (${reason}): mend them`, { cause })
  }
}
