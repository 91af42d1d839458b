/** Opens a task for whoever can do it, brings an open one up to date, or closes it. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { amount, causes, endcapOf, fill, finish, fromPayload, setting, short } from './common.ts'

/** Lengths that the command takes: contract/commands/people.ts. */
const MOST = { title: 120, text: 280, key: 160, reason: 200 }
const PLACES = ['zone', 'slot', 'product', 'cabinet'] as const
const AUDIENCE = ['role', 'group', 'skill'] as const

export default function openTask(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-open-task', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const closing = config['action'] === 'close'
    this.on('input', (message, send, done) => {
      const act = async () => {
        const key = fill(setting(config['key']) ?? '', message, MOST.key)
        if (!closing)
          return endcap.call('task.open', receiver(config, message), task(config, message, key), causes(message))
        if (key === '') throw new Error('only a task with a key can be closed; write into Key what opened it')
        const reason = fill(setting(config['reason']) ?? '', message, MOST.reason) || 'no longer needed'
        return endcap.call('task.close', 'task/+', { key, reason }, causes(message))
      }
      void finish(this, done, async () => {
        const answer = await act()
        const { told, again, closed } = answer as { told?: string[]; again?: boolean; closed?: number }
        const text = closing
          ? `${closed === 0 ? 'none' : closed} closed`
          : again
            ? 'is open already'
            : told && told.length > 0
              ? `told ${told.join(', ')}`
              : 'open; nobody is on shift'
        this.status({
          fill: closing || again ? 'grey' : 'green',
          shape: closing || again ? 'ring' : 'dot',
          text: short(text),
        })
        send({ ...message, answer })
      })
    })
  })
}

function receiver(config: NodeConfig, message: FlowMessage): string {
  const to = setting(config['to']) ?? '+'
  if (to !== '@chosen') return `staff/${to}`
  const staff = setting(message['staff'])
  if (staff === undefined) throw new Error('nobody was chosen: put “staff on shift” before this node')
  return `staff/${staff}`
}

function audience(config: NodeConfig, prefix = ''): Record<string, string> | undefined {
  const marks = AUDIENCE.flatMap((mark) => {
    const value = setting(config[`${prefix}${mark}`])
    return value === undefined ? [] : [[mark, value]]
  })
  return marks.length === 0 ? undefined : (Object.fromEntries(marks) as Record<string, string>)
}

function task(config: NodeConfig, message: FlowMessage, key: string): Record<string, unknown> {
  const text = fill(setting(config['text']) ?? '', message, MOST.text)
  const kind = setting(config['kind'])
  const whom = audience(config)
  const minutes = amount(config['escalateMinutes']) ?? 0
  const role = setting(config['escalateRole'])
  const step = {
    afterSeconds: Math.round(minutes * 60),
    ...(role === undefined ? {} : { for: { role } }),
    ...(config['repeat'] === true ? { repeat: true } : {}),
  }
  const endMinutes = amount(config['endMinutes']) ?? 0
  const about = config['about'] === true ? fromPayload(message, 'who') : undefined
  const places = PLACES.flatMap((place) => {
    const value = fromPayload(message, place)
    return value === undefined ? [] : [[place, value]]
  })
  return {
    title: fill(setting(config['title']) ?? 'Something is to be done', message, MOST.title),
    ...(text === '' ? {} : { text }),
    ...(kind === undefined ? {} : { kind }),
    ...(key === '' ? {} : { key }),
    ...(whom ? { for: whom } : {}),
    ...(about === undefined ? {} : { about }),
    urgency: setting(config['urgency']) ?? 'normal',
    ...(Object.fromEntries(places) as Record<string, unknown>),
    ...(minutes > 0 ? { escalate: [step] } : {}),
    ...(endMinutes > 0 ? { ttlSeconds: Math.round(endMinutes * 60) } : {}),
  }
}
