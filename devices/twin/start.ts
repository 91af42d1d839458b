/** Starts the virtual shop beside a runtime: its plan, its customers with their consent, and the process that walks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { SHOP_UUID } from './crowd.ts'

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

export interface Twin {
  stop(): Promise<void>
}

export interface TwinOptions {
  broker: { url: string; username: string; password: string }
  seed?: number
  speed?: number
  /** File to which the truth is written, a line of JSON for each body and step. */
  truth?: string
  /** Told each line that the twin prints. */
  line: (text: string) => void
}

/** Lets the virtual shop walk in a process of its own, until stop() or the end of this process. */
export function startTwin({ broker, seed, speed, truth, line }: TwinOptions): Twin {
  const args = [`${folder}/main.ts`, '--url', broker.url, '--username', broker.username]
  if (seed !== undefined) args.push('--seed', String(seed))
  if (speed !== undefined) args.push('--speed', String(speed))
  if (truth !== undefined) args.push('--truth', truth)
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { TWIN_PASSWORD: broker.password },
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => line(text.trim()))
  const ended = once(child, 'exit')
  return {
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 2000)
      await ended
      clearTimeout(late)
    },
  }
}
