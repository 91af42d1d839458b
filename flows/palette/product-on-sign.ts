/** Shows a product with its price, or a pick tile that flashes, on the screen at its shelf; or takes it off again. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { amount, causes, endcapOf, fill, finish, fromPayload, lookUp, setting, short } from './common.ts'
import { limits, screensOf, slug, where } from './screens.ts'

/** Lengths that content takes: contract/content.ts. */
const MOST = { kicker: 40, title: 80, text: 280 } as const

export default function productOnSign(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-product-on-sign', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const clearing = config['action'] === 'clear'
    this.on('input', (message, send, done) => {
      const act = async () => {
        const targets = await screensOf(endcap, setting(config['screen']) ?? '@shelf', message)
        const key = keyOf(config, message, this.z)
        const params = clearing ? { key } : { key, content: content(config, message), ...limits(config) }
        const name = clearing ? 'sign.clear' : 'sign.show'
        const because = causes(message)
        return { targets, answers: await Promise.all(targets.map((to) => endcap.call(name, to, params, because))) }
      }
      void finish(this, done, async () => {
        const { targets, answers } = await act()
        const shows = targets.length > 0 && !clearing
        const text = clearing ? `cleared ${where(targets)}` : where(targets)
        this.status({ fill: shows ? 'green' : 'grey', shape: shows ? 'dot' : 'ring', text: short(text) })
        send({ ...message, answer: answers.length === 1 ? answers[0] : answers })
      })
    })
  })
}

const slotIn = (message: FlowMessage): string | undefined =>
  fromPayload(message, 'slot') ?? setting(lookUp(message, 'slot.slot'))

/** Each slot has a pick tile of its own; a product takes the place of the one that this tab showed before. */
function keyOf(config: NodeConfig, message: FlowMessage, tab: string): string {
  const own = setting(config['key'])
  if (own !== undefined) return slug(fill(own, message, 64))
  const slot = slotIn(message)
  return config['layout'] === 'pick' && slot !== undefined ? slug(`pick-${slot}`) : slug(`${tab}-product`)
}

function content(config: NodeConfig, message: FlowMessage): Record<string, unknown> {
  const product =
    setting(config['product']) ?? fromPayload(message, 'product') ?? setting(lookUp(message, 'product.id'))
  if (product === undefined) throw new Error('the message is about no product (msg.payload.product)')
  const words = Object.entries(MOST).flatMap(([field, most]) => {
    const text = fill(setting(config[field]) ?? '', message, most)
    return text === '' ? [] : [[field, text]]
  })
  const made = { product, ...(Object.fromEntries(words) as Record<string, string>) }
  const tone = setting(config['tone'])
  if (config['layout'] !== 'pick') return { layout: 'product', ...made, ...(tone === undefined ? {} : { tone }) }
  const slot = slotIn(message)
  const count = amount(lookUp(message, setting(config['count']) ?? 'payload.count'))
  return {
    layout: 'pick',
    ...made,
    ...(slot === undefined ? {} : { slot }),
    ...(count === undefined ? {} : { figure: String(count) }),
    ...(tone === undefined ? {} : { tone }),
  }
}
