/** Shows something on a screen, or takes it off again; the screen falls back by itself. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { causes, endcapOf, finish, fill, setting, short } from './common.ts'
import { limits, screensOf, slug, where } from './screens.ts'

/** Lengths that content takes: contract/content.ts. */
const MOST = { kicker: 40, title: 80, text: 280, figure: 16, alt: 160 } as const
const CHOICES = ['layout', 'media', 'tone', 'transition'] as const

export default function showOnSign(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-show-on-sign', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const clearing = config['action'] === 'clear'
    // Show and clear on one tab mean the same thing, unless the technician says otherwise.
    const key = setting(config['key']) ?? slug(this.z)
    this.on('input', (message, send, done) => {
      const act = async () => {
        const targets = await screensOf(endcap, setting(config['screen']) ?? '', message)
        const params = clearing ? { key } : { key, content: content(config, message), ...limits(config) }
        const because = causes(message)
        const name = clearing ? 'sign.clear' : 'sign.show'
        return { targets, answers: await Promise.all(targets.map((to) => endcap.call(name, to, params, because))) }
      }
      void finish(this, done, async () => {
        const { targets, answers } = await act()
        const fill = targets.length === 0 || clearing ? 'grey' : 'green'
        const text = clearing ? `cleared ${where(targets)}` : where(targets)
        this.status({ fill, shape: fill === 'green' ? 'dot' : 'ring', text: short(text) })
        send({ ...message, answer: answers.length === 1 ? answers[0] : answers })
      })
    })
  })
}

/** The node's fields, with those of msg.content over them. */
function content(config: NodeConfig, message: FlowMessage): Record<string, unknown> {
  const made: Record<string, unknown> = { layout: 'message' }
  for (const field of CHOICES) {
    const value = setting(config[field])
    if (value !== undefined) made[field] = value
  }
  for (const [field, most] of Object.entries(MOST)) {
    const text = fill(setting(config[field]) ?? '', message, most)
    if (text !== '') made[field] = text
  }
  const { content } = message
  return typeof content === 'object' && content !== null ? { ...made, ...content } : made
}
