/** Tells an associate something, at most once in a while; the host remembers, also over restarts. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { amount, causes, endcapOf, fail, finish, fill, fromPayload, setting, short } from './common.ts'

/** Lengths that the command takes: contract/commands/people.ts. */
const MOST = { title: 120, text: 280, key: 160 }

interface Answer {
  notice?: string
  told: string[]
  reason?: string
}

export default function notifyStaff(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-notify-staff', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    this.on('input', (message, send, done) => {
      const to = receiver(config, message)
      if (to === undefined)
        return fail(this, new Error('nobody was chosen: put “staff on shift” before this node'), done)
      void finish(this, done, async () => {
        const given = await endcap.call('staff.notify', `staff/${to}`, notice(config, message, this), causes(message))
        const answer = given as Answer
        const next = { ...message, answer }
        if (answer.told.length > 0) {
          this.status({ fill: 'green', shape: 'dot', text: short(`told ${answer.told.join(', ')}`) })
          send([next, null])
        } else {
          this.status({ fill: 'grey', shape: 'ring', text: short(answer.reason ?? 'told already') })
          send([null, next])
        }
      })
    })
  })
}

function receiver(config: NodeConfig, message: FlowMessage): string | undefined {
  const to = setting(config['to']) ?? '@chosen'
  return to === '@chosen' ? setting(message['staff']) : to
}

function notice(config: NodeConfig, message: FlowMessage, node: FlowNode): Record<string, unknown> {
  const who = config['about'] === false ? undefined : fromPayload(message, 'who')
  const zone = fromPayload(message, 'zone')
  const text = setting(config['text'])
  const minutes = amount(config['onceMinutes']) ?? 0
  const key = setting(config['onceKey']) ?? `${slug(node.z)}/${who ?? zone ?? 'all'}`
  return {
    title: fill(setting(config['title']) ?? 'Somebody is needed', message, MOST.title),
    ...(text === undefined ? {} : { text: fill(text, message, MOST.text) }),
    ...(who === undefined ? {} : { about: who }),
    ...(zone === undefined ? {} : { zone }),
    urgency: setting(config['urgency']) ?? 'normal',
    ...(minutes > 0 ? { once: { key: fill(key, message, MOST.key), seconds: Math.round(minutes * 60) } } : {}),
  }
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')
