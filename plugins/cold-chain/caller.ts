/**
 * Calls associates for one cabinet by a task of the shop, which escalates by itself until somebody claims it. The task
 * is asked for again and again until the shop has answered: an alarm is never lost, with Node-RED or without.
 */
import type { Cabinet, Context } from '@endcap/sdk'
import type { Alarm } from './words.ts'

const firstRetryMs = 1000
const lastRetryMs = 30_000

/** Why the plugin itself closes a task. A task that ends for another reason was ended by a person. */
export const closing = {
  back: 'the cabinet is back in its range',
  unwatched: 'the cabinet is no longer watched',
  seenTo: 'somebody sees to it',
  anew: 'it is called out anew, since the cabinet is not well yet',
} as const
const own: ReadonlySet<string> = new Set(Object.values(closing))
export const isOwnClosing = (reason: string): boolean => own.has(reason)

export interface Caller {
  /**
   * What associates shall be told now; undefined where nothing is wrong any more. `anew`: somebody took the task, so
   * another is opened in its place, which calls again.
   */
  want(alarm: Alarm | undefined, because?: readonly string[], anew?: boolean): void
  /** Ends the call where somebody saw to it elsewhere; what is wrong next calls again. */
  end(reason: (typeof closing)[keyof typeof closing]): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

type Own = Pick<Context, 'call' | 'log' | 'signal'>
type Wish = { alarm: Alarm; because: readonly string[]; anew: boolean } | { reason: string }

export function createCaller(
  ctx: Own,
  cabinet: Pick<Cabinet, 'id' | 'zone' | 'roles'>,
  /** Who is called next waits so long. */
  stepSeconds: number,
  open: boolean,
  /** Waits, and gives up at the signal. */
  pause: (milliseconds: number) => Promise<void>,
): Caller {
  const key = `cold/${cabinet.id}`
  /** Whether there may be a task. */
  let calling = open
  let wish: Wish | undefined
  let running: Promise<void> | undefined

  const ask = async ({ alarm, because }: { alarm: Alarm; because: readonly string[] }) => {
    const [first, ...rest] = cabinet.roles ?? []
    const task = {
      title: alarm.title,
      text: alarm.text,
      kind: 'cold',
      key,
      cabinet: cabinet.id,
      ...(cabinet.zone === undefined ? {} : { zone: cabinet.zone }),
      urgency: alarm.urgent ? ('urgent' as const) : ('normal' as const),
      escalate: [
        ...rest.map((role, at) => ({ afterSeconds: stepSeconds * (at + 1), for: { role } })),
        { afterSeconds: stepSeconds * (rest.length + 1), repeat: true },
      ],
    }
    const options = because.length > 0 ? { because: [...because] } : {}
    const { told } = await ctx.call(
      'task.open',
      'staff/+',
      first === undefined ? task : { ...task, for: { role: first } },
      options,
    )
    // Nobody of that role is there: then it is everybody's.
    if (told.length === 0 && first !== undefined) await ctx.call('task.open', 'staff/+', task, options)
  }
  const fulfil = async (one: Wish) => {
    if ('alarm' in one) {
      if (one.anew) await ctx.call('task.close', 'task/+', { key, reason: closing.anew })
      one.anew = false
      calling = true
      return ask(one)
    }
    if (calling) await ctx.call('task.close', 'task/+', { key, reason: one.reason })
    calling = false
  }
  const run = async () => {
    let retryMs = firstRetryMs
    while (wish && !ctx.signal.aborted) {
      const one: Wish = wish
      try {
        await fulfil(one)
        if (wish === one) wish = undefined
        retryMs = firstRetryMs
      } catch (error) {
        if (ctx.signal.aborted) return
        const reason = error instanceof Error ? error.message : String(error)
        ctx.log.error(
          { cabinet: cabinet.id, reason },
          'the shop did not take the alarm of a cabinet; it is tried again',
        )
        await pause(retryMs)
        retryMs = Math.min(retryMs * 2, lastRetryMs)
      }
    }
  }
  const start = (next: Wish) => {
    wish = next
    running ??= run().finally(() => (running = undefined))
  }

  return {
    want(alarm, because = [], anew = false) {
      const still = wish && 'anew' in wish && wish.anew
      if (alarm) start({ alarm, because, anew: anew || still === true })
      else if (calling || wish) start({ reason: closing.back })
    },
    end: (reason) => start({ reason }),
    idle: async () => {
      await running
    },
  }
}
