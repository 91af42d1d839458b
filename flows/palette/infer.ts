/** Asks a model about the message: its answer with confidence and explanation, or "don't know" with the reason. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import { amount, causes, endcapOf, finish, lookUp, setting, short } from './common.ts'

/** One input of the model and where in the message it stands. */
interface Mapped {
  input: string
  path: string
}

/** What model.predict answers. */
interface Answer {
  model: string
  outputs: Record<string, unknown>
  label?: string
  confidence?: number
  contributions?: { input: string; value: number; contribution: number }[]
}

export default function infer(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-infer', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const model = setting(config['model'])
    const least = amount(config['least']) ?? 0
    const explain = config['explain'] !== false
    const map = mapping(config['map'])
    if (model === undefined) this.status({ fill: 'yellow', shape: 'ring', text: 'choose a model' })
    this.on('input', (message, send, done) => {
      const unsure = (reason: string, more: object = {}) => {
        this.status({ fill: 'yellow', shape: 'ring', text: short(`don’t know: ${reason}`) })
        send([null, { ...message, inference: { known: false, reason, ...more } }])
      }
      void finish(this, done, async () => {
        if (model === undefined) return unsure('no model is chosen')
        const given = inputOf(message, map)
        let answer: Answer
        try {
          answer = (await endcap.call(
            'model.predict',
            `infer/${model}`,
            { input: given, explain },
            causes(message),
          )) as Answer
        } catch (error) {
          const { message: reason, remedy } = error as Error & { remedy?: string }
          return unsure(reason, remedy === undefined ? {} : { remedy })
        }
        const { label, confidence } = answer
        const explanation = explained(answer)
        if (confidence !== undefined && confidence < least)
          return unsure(`only ${percent(confidence)} sure of ${label}`, { ...answer, explanation })
        this.status({ fill: 'green', shape: 'dot', text: short(headline(answer)) })
        send([{ ...message, inference: { known: true, ...answer, explanation } }, null])
      })
    })
  })
}

function mapping(value: unknown): Mapped[] {
  if (!Array.isArray(value)) return []
  return (value as Partial<Mapped>[]).flatMap(({ input, path }) => {
    const from = setting(path)
    return typeof input === 'string' && from !== undefined ? [{ input, path: from.replace(/^msg\./, '') }] : []
  })
}

/** The whole payload, or what the form maps. What the message lacks is left out: the model says what it cannot do without. */
function inputOf(message: FlowMessage, map: readonly Mapped[]): unknown {
  if (map.length === 0) return message.payload
  const given: Record<string, unknown> = {}
  for (const { input, path } of map) {
    const value = lookUp(message, path)
    if (value !== undefined) given[input] = value
  }
  return given
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

const headline = ({ label, confidence, outputs }: Answer): string =>
  label === undefined
    ? Object.entries(outputs)
        .map(([name, value]) => `${name} ${typeof value === 'number' ? rounded(value) : '…'}`)
        .join(', ')
    : `${label}, ${percent(confidence ?? 0)}`

const rounded = (value: number): string => String(Number(value.toPrecision(3)))

/** One sentence for a person. */
function explained(answer: Answer): string {
  const told = (answer.contributions ?? []).filter(({ contribution }) => Math.abs(contribution) >= 0.005).slice(0, 3)
  const reasons = told.map(
    ({ input, value, contribution }) => `${input} ${rounded(value)} speaks ${contribution > 0 ? 'for' : 'against'} it`,
  )
  return `${headline(answer)} (${answer.model})${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`
}
