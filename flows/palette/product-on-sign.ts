/** Shows a product with its price, or a pick tile that flashes, on the screen at its shelf; or takes it off again. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { amount, causes, endcapOf, fill, finish, fromPayload, lookUp, setting, short } from './common.ts'
import { limits, screensOf, slug, where } from './screens.ts'

/** Lengths that content takes: contract/content.ts. */
const MOST = { kicker: 40, title: 80, text: 280 } as const
/** Colours of pick tiles: orders that are picked at the same time mostly follow each other, and take them in turn. */
const ORDER_TONES = ['warm', 'fresh', 'calm'] as const
/** «This is the wrong one» stands over the tile that it is about, for long enough to be read. */
const WRONG = { key: 'pick-wrong', over: 'pick', priority: 9, ttlSeconds: 6 } as const

export default function productOnSign(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-product-on-sign', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    this.on('input', (message, send, done) => {
      void finish(this, done, async () => {
        const targets = await screensOf(endcap, setting(config['screen']) ?? '@shelf', message)
        const { name, params } = command(config, message, this.z)
        const because = causes(message)
        const answers = await Promise.all(targets.map((to) => endcap.call(name, to, params, because)))
        const shows = answers.some((answer) => (answer as { showing?: boolean }).showing === true)
        const text =
          targets.length > 0 && name === 'sign.show' && !shows
            ? `${where(targets)}: ${params['over'] ? 'no tile flashes' : 'something else shows'}`
            : `${name === 'sign.clear' ? 'cleared ' : ''}${where(targets)}`
        this.status({ fill: shows ? 'green' : 'grey', shape: shows ? 'dot' : 'ring', text: short(text) })
        send({ ...message, answer: answers.length === 1 ? answers[0] : answers })
      })
    })
  })
}

function command(config: NodeConfig, message: FlowMessage, tab: string) {
  if (config['action'] === 'wrong') return { name: 'sign.show', params: wrongOne(config, message) }
  const key = keyOf(config, message, tab)
  if (config['action'] === 'clear') return { name: 'sign.clear', params: { key } }
  return { name: 'sign.show', params: { key, content: content(config, message), ...limits(config) } }
}

const slotIn = (message: FlowMessage): string | undefined =>
  fromPayload(message, 'slot') ?? setting(lookUp(message, 'slot.slot'))

/** Which order a tile is for: `msg.order`, the id that `order.opened` and the answer of `order.pick` tell. */
const orderIn = (message: FlowMessage): string | undefined => setting(message['order'])

/** Each slot has a pick tile of its own for each order; a product takes the place of the one that this tab showed before. */
function keyOf(config: NodeConfig, message: FlowMessage, tab: string): string {
  const own = setting(config['key'])
  if (own !== undefined) return slug(fill(own, message, 64))
  const slot = slotIn(message)
  if (config['layout'] !== 'pick' || slot === undefined) return slug(`${tab}-product`)
  return slug(['pick', slot, orderIn(message)].filter((part) => part !== undefined).join('-'))
}

/** The tones in turn by the number at the end of the order's id; where it has none, by its letters. */
function toneOf(order: string): string | undefined {
  const number = /\d{1,9}$/.exec(order)?.[0]
  const sum = number === undefined ? Buffer.from(order).reduce((all, byte) => all + byte, 0) : Number(number)
  return ORDER_TONES[sum % ORDER_TONES.length]
}

function wrongOne(config: NodeConfig, message: FlowMessage): Record<string, unknown> {
  const name = setting(lookUp(message, 'product.name')) ?? 'this'
  const words = texts(config, message)
  const content = {
    title: 'Picking? Not this one',
    text: `${name} is not on the order`,
    ...words,
    layout: 'message',
    tone: 'alert',
  }
  return { ...WRONG, content }
}

function texts(config: NodeConfig, message: FlowMessage): Record<string, string> {
  const filled = Object.entries(MOST).map(([field, most]) => [field, fill(setting(config[field]) ?? '', message, most)])
  return Object.fromEntries(filled.filter(([, text]) => text !== '')) as Record<string, string>
}

function content(config: NodeConfig, message: FlowMessage): Record<string, unknown> {
  const product =
    setting(config['product']) ?? fromPayload(message, 'product') ?? setting(lookUp(message, 'product.id'))
  if (product === undefined)
    throw new Error('the message is about no product: choose one here, or bring it in msg.payload.product')
  const wanted = setting(config['tone'])
  const tone = wanted === '@order' ? toneOf(orderIn(message) ?? '') : wanted
  const made = { product, ...texts(config, message), ...(tone === undefined ? {} : { tone }) }
  if (config['layout'] !== 'pick') return { layout: 'product', ...made }
  const slot = slotIn(message)
  const count = amount(lookUp(message, setting(config['count']) ?? 'payload.count'))
  return {
    layout: 'pick',
    ...made,
    ...(slot === undefined ? {} : { slot }),
    ...(count === undefined ? {} : { figure: String(count) }),
  }
}
