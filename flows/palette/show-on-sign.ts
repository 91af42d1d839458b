/** Shows something on a screen, or takes it off again; the screen falls back by itself. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import type { Endcap } from '../../runtime/flow-engine/index.ts'
import { amount, causes, endcapOf, finish, fill, fromPayload, setting, short } from './common.ts'

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
        const screens = await screensOf(endcap, setting(config['screen']) ?? '', message)
        const params = clearing ? { key } : { key, content: content(config, message), ...limits(config) }
        const because = causes(message)
        const name = clearing ? 'sign.clear' : 'sign.show'
        const answers = screens.map((screen) => endcap.call(name, `screen/${screen}`, params, because))
        return { screens, answers: await Promise.all(answers) }
      }
      void finish(this, done, async () => {
        const { screens, answers } = await act()
        const where = screens.length > 0 ? screens.join(', ') : 'no screen there'
        const fill = screens.length === 0 || clearing ? 'grey' : 'green'
        const text = clearing ? `cleared ${where}` : where
        this.status({ fill, shape: fill === 'green' ? 'dot' : 'ring', text: short(text) })
        send({ ...message, answer: answers.length === 1 ? answers[0] : answers })
      })
    })
  })
}

/** `@zone`: every screen of the zone that the message is about; `@message`: msg.screen; else one screen. */
async function screensOf(endcap: Endcap, choice: string, message: FlowMessage): Promise<string[]> {
  if (choice === '') throw new Error('no screen is chosen')
  if (choice === '@message') {
    const screen = setting(message['screen'])
    if (screen === undefined) throw new Error('msg.screen names no screen')
    return [screen]
  }
  if (choice !== '@zone') return [choice]
  const zone = fromPayload(message, 'zone')
  if (zone === undefined) throw new Error('the message is about no zone (msg.payload.zone)')
  return (await endcap.lists()).screens.filter((screen) => screen.zone === zone).map(({ id }) => id)
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

function limits(config: NodeConfig): Record<string, number> {
  const priority = amount(config['priority'])
  const seconds = amount(config['seconds'])
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(seconds === undefined || seconds <= 0 ? {} : { ttlSeconds: seconds }),
  }
}

/** A key as the command takes it: contract/fields.ts, Id. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, 64) || 'flows'
