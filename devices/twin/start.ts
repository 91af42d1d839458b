/** Starts the virtual shop beside a runtime: what it knows, its customers with their consent, and the process that walks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { SHOP_UUID } from './crowd.ts'
import { type Fault, faultOf, faults } from './faults.ts'

const folder = import.meta.dirname

/** The plan of the virtual shop as YAML. */
export const twinPlan = (): string => readFileSync(`${folder}/shop.yaml`, 'utf8')

export interface TwinPerson {
  name: string
  tags: string[]
  favourite?: string
  /** Purposes agreed to. */
  consents: string[]
}

/** The customers who carry a tag of the virtual shop. */
export function twinPeople(): TwinPerson[] {
  const people = JSON.parse(readFileSync(`${folder}/people.json`, 'utf8')) as (Omit<TwinPerson, 'tags'> & {
    minor: number
  })[]
  return people.map(({ minor, ...person }) => ({ ...person, tags: [`ibeacon:${SHOP_UUID}:2:${minor}`] }))
}

export type TwinFault = Pick<Fault, 'id' | 'group' | 'title' | 'expect' | 'look'> & { on: boolean }

export interface Twin {
  /** Tells it the broker of its gateways; until then its boards answer and nobody walks. */
  connect(broker: Broker): void
  /** All faults and which are on. Rejects where the shop has ended. */
  faults(): Promise<TwinFault[]>
  /** Throws RangeError where there is no such fault. */
  set(fault: string, on: boolean): Promise<TwinFault[]>
  stop(): Promise<void>
}

export interface Broker {
  url: string
  username: string
  password: string
}

export interface TwinOptions {
  seed?: number
  speed?: number
  /** File to which the truth is written, a line of JSON for each thing that happens. */
  truth?: string
  /** Folder of its own: the 1-wire tree and the pictures of its camera. */
  folder?: string
  /** Ports of its boards with Firmata. */
  boards?: readonly number[]
  /** Told each line that the twin prints. */
  line: (text: string) => void
}

/** What the process is asked; see main.ts. */
export interface Asked {
  ask: number
  set?: { fault: string; on: boolean }
  broker?: Broker
}
interface Answered {
  answer: number
  on: string[]
}

/** Lets the virtual shop live in a process of its own, until stop() or the end of this process. */
export function startTwin({ seed, speed, truth, folder: own, boards, line }: TwinOptions): Twin {
  const args = [`${folder}/main.ts`]
  if (seed !== undefined) args.push('--seed', String(seed))
  if (speed !== undefined) args.push('--speed', String(speed))
  if (truth !== undefined) args.push('--truth', truth)
  if (own !== undefined) args.push('--folder', own)
  if (boards !== undefined) args.push('--boards', boards.join(','))
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {},
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => line(text.trim()))
  const waiting = new Map<number, { resolve: (on: string[]) => void; reject: (error: Error) => void }>()
  let asked = 0
  let stopping = false
  child.on('message', ({ answer, on }: Answered) => {
    waiting.get(answer)?.resolve(on)
    waiting.delete(answer)
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error('the virtual shop has ended'))
    waiting.clear()
    if (!stopping) line(`the virtual shop has ended (${signal ?? code}); start the box again to have it back`)
  })
  const ask = async ({ set, broker }: Omit<Asked, 'ask'> = {}): Promise<TwinFault[]> => {
    const on = await new Promise<string[]>((resolve, reject) => {
      const number = ++asked
      waiting.set(number, { resolve, reject })
      child.send({ ask: number, ...(set ? { set } : {}), ...(broker ? { broker } : {}) } satisfies Asked, (error) => {
        if (!error) return
        waiting.delete(number)
        reject(error)
      })
    })
    return faults.map(({ id, group, title, expect, look }) => ({ id, group, title, expect, look, on: on.includes(id) }))
  }
  return {
    connect: (broker) => void ask({ broker }).catch((error: unknown) => line(String(error))),
    faults: () => ask(),
    async set(fault, on) {
      return ask({ set: { fault: faultOf(fault).id, on } })
    },
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 2000)
      await ended
      clearTimeout(late)
    },
  }
}
