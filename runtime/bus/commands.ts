import { randomUUID } from 'node:crypto'
import { type CommandCall, commands as contract, EndcapError, faults } from '../contract/index.ts'
import type { CommandHandler, Commands } from './types.ts'

/** A repeated id gets the first answer for so long. */
const REMEMBER_MS = 600_000
const MAX_REMEMBERED = 10_000
/** Deadline of a plugin's own command where the call names none; milliseconds. */
const OWN_DEADLINE_MS = 5000
const MAX_DEADLINE_MS = 600_000

export interface CommandsOptions {
  /** Told of answers that came after their caller had given up. */
  log?: { warn(fields: object, text: string): void }
  /** Monotonic milliseconds; performance.now where it is not given. */
  now?: () => number
}

interface Registration {
  prefix: string
  names: ReadonlySet<string> | undefined
  handler: CommandHandler
}

interface Remembered {
  answer: Promise<unknown>
  /** Monotonic milliseconds of the answer, or of the call while it runs. */
  since: number
}

/** `ble/hci0` stands for itself and what is below it, not for `ble/hci01`. */
const covers = (prefix: string, to: string): boolean =>
  to.startsWith(prefix) &&
  (prefix.endsWith('/') || prefix === '' || to.length === prefix.length || to[prefix.length] === '/')

/** The checked answer of a handler; no answer is an empty one. */
const run = async (call: CommandCall, handler: CommandHandler): Promise<unknown> => {
  const answer = (await handler(call)) ?? {}
  const definition = contract.get(call.name)
  const [fault] = definition ? faults(definition.answer, answer) : []
  if (!fault) return answer
  const reason = `its answer does not fit at ${fault.path}: ${fault.reason}`
  throw new EndcapError('ENDCAP_COMMAND_FAILED', { to: call.to, command: call.name, reason })
}

/** Routes commands to who answers for their target. Commands that are not in the contract need a handler by name. */
export function createCommands(options: CommandsOptions = {}): Commands {
  const now = options.now ?? (() => performance.now())
  let registrations: Registration[] = []
  /** By source and id, oldest first: nobody gets another's answer by guessing an id. */
  const remembered = new Map<string, Remembered>()

  const sweep = () => {
    for (const [key, { since }] of remembered) {
      if (remembered.size < MAX_REMEMBERED && now() - since < REMEMBER_MS) return
      remembered.delete(key)
    }
  }

  const find = (name: string, to: string): Registration => {
    const known = contract.has(name) || registrations.some(({ names }) => names?.has(name))
    if (!known) throw new EndcapError('ENDCAP_COMMAND_UNKNOWN', { command: name })
    const found = registrations.find(
      ({ prefix, names }) => covers(prefix, to) && (names?.has(name) ?? contract.has(name)),
    )
    if (!found) throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: name })
    return found
  }

  /** Starts the command and remembers its answer, which is the same for every repetition of its id. */
  const start = (key: string, call: CommandCall, handler: CommandHandler): Promise<unknown> => {
    const entry: Remembered = { answer: run(call, handler), since: now() }
    const answered = () => {
      if (remembered.get(key) !== entry) return
      entry.since = now()
      remembered.delete(key)
      remembered.set(key, entry)
    }
    entry.answer.then(answered, answered)
    remembered.set(key, entry)
    return entry.answer
  }

  /** The answer, or ENDCAP_COMMAND_TIMEOUT: the command itself goes on and its late answer is kept. */
  const within = (answer: Promise<unknown>, { id, name, to, deadline }: CommandCall): Promise<unknown> =>
    new Promise((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(new EndcapError('ENDCAP_COMMAND_TIMEOUT', { to, command: name, milliseconds: deadline }))
      }, deadline)
      const settled = () => {
        clearTimeout(timer)
        if (late) options.log?.warn({ id, command: name, to }, 'a command was answered after its deadline')
      }
      answer.then(
        (value) => {
          settled()
          resolve(value)
        },
        (error: unknown) => {
          settled()
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      )
    })

  return {
    handle(prefix, names, handler) {
      const registration: Registration = { prefix, names: names && new Set(names), handler }
      registrations = [...registrations, registration].sort((a, b) => b.prefix.length - a.prefix.length)
      return () => {
        registrations = registrations.filter((one) => one !== registration)
      }
    },

    async call(given) {
      const { name, to } = given
      const definition = contract.get(name)
      const wanted = given.deadline ?? definition?.deadline ?? OWN_DEADLINE_MS
      const deadline = Math.min(Number.isFinite(wanted) && wanted > 0 ? wanted : OWN_DEADLINE_MS, MAX_DEADLINE_MS)
      const call: CommandCall = { ...given, id: given.id ?? randomUUID(), deadline }
      // Nobody can repeat an id that was made here, so its answer need not be remembered.
      const key = given.id === undefined ? undefined : `${call.source}\n${call.id}`
      if (key !== undefined) sweep()
      const first = key === undefined ? undefined : remembered.get(key)
      if (first) return within(first.answer, call)

      const { handler } = find(name, to)
      const [fault] = definition ? faults(definition.params, call.params) : []
      if (fault) throw new EndcapError('ENDCAP_COMMAND_INVALID', { command: name, ...fault })
      return within(key === undefined ? run(call, handler) : start(key, call, handler), call)
    },
  }
}
