/** What each screen shows: a stack of wishes, a fallback beneath them, and what players say that they really show. */
import {
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  type Content,
  EndcapError,
  type Screen,
  type Showing,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { refusePersonal } from './personal.ts'
import { createPlays } from './plays.ts'
import { createStack, type Stack } from './stack.ts'
import type { Emit, ScreenState, Shop, ShopLog } from './types.ts'
import { createKeeper } from './keeper.ts'

export interface ScreensDependencies {
  ledger: Ledger
  emit: Emit
  log: ShopLog
  now(): number
  plan(): { name: string; screens: readonly Screen[] }
  changed(): void
}

/** What is kept of a screen over a restart. */
interface Kept {
  stack: Showing[]
  shown?: { content: string; time: number }
  /** A player was there, so its absence is news. */
  played: boolean
}

interface Live extends Omit<Kept, 'stack'> {
  stack: Stack
  players: Set<{ changed(state: ScreenState): void; identify?: (() => void) | undefined }>
  silence?: NodeJS.Timeout | undefined
}

const kind = 'screen'
const silentSeconds = 60
/** Key of what shows when nothing else wants to. */
const fallbackKey = 'fallback'

/** Who names no key has one place on each screen. */
const keyOf = (call: CommandCall, key: string | undefined) => key ?? call.source.replaceAll(/[^a-z0-9._-]/g, '-')

export async function createScreens({ ledger, emit, log, now, plan, changed }: ScreensDependencies) {
  const live = new Map<string, Live>()
  const plays = await createPlays({ ledger, emit })
  const keeper = createKeeper({
    log,
    async keep(id) {
      const screen = live.get(id)
      if (!screen) return ledger.documents.delete(kind, id)
      const { stack, shown, played } = screen
      const kept: Kept = { stack: stack.list(), played, ...(shown ? { shown } : {}) }
      return ledger.documents.put(kind, id, kept)
    },
  })

  const find = (id: string): Live => {
    const screen = live.get(id)
    if (!screen) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'screen', id })
    return screen
  }

  function state(id: string): ScreenState {
    const { stack, players, shown } = find(id)
    const top = stack.top()
    const { content, key, because } = top ?? { content: fallback(id), key: fallbackKey, because: [] }
    return { screen: id, content, key, because, players: players.size, ...(shown ? { shown } : {}) }
  }
  const fallback = (id: string): Content =>
    plan().screens.find((screen) => screen.id === id)?.fallback ?? { layout: 'message', title: plan().name }

  /** Hands the state to the players at once; the ledger follows. */
  function show(id: string) {
    const screen = live.get(id)
    if (!screen) return
    const next = state(id)
    for (const player of screen.players) {
      try {
        player.changed(next)
      } catch (error) {
        log.error({ screen: id, err: error }, 'a player could not be told')
      }
    }
    keeper.touch(id)
    changed()
  }

  function open(id: string, kept?: Kept) {
    const stack = createStack({ now, expired: () => show(id) }, kept?.stack ?? [])
    const screen: Live = { stack, players: new Set(), played: kept?.played ?? false }
    if (kept?.shown) screen.shown = kept.shown
    live.set(id, screen)
    listen(id, screen)
  }
  function close(id: string, screen: Live) {
    screen.stack.stop()
    clearTimeout(screen.silence)
    live.delete(id)
  }

  /** Says once for each silence that a screen which had a player has none for a minute. */
  function listen(id: string, screen: Live) {
    clearTimeout(screen.silence)
    if (screen.players.size > 0 || !screen.played) return
    screen.silence = setTimeout(() => {
      const event = { type: 'sign.offline', subject: `screen/${id}`, data: { screen: id, silentSeconds } }
      emit('shop', event).catch((error: unknown) =>
        log.error({ screen: id, err: error }, 'sign.offline was not published'),
      )
      changed()
    }, silentSeconds * 1000)
    screen.silence.unref()
  }

  /** Follows the plan: new screens open, removed ones close, fallbacks may have changed. */
  function replan() {
    const wanted = new Set(plan().screens.map(({ id }) => id))
    for (const [id, screen] of live) {
      if (wanted.has(id)) continue
      close(id, screen)
      keeper.touch(id)
    }
    for (const id of wanted) {
      if (!live.has(id)) open(id)
      else if (find(id).stack.top() === undefined) show(id)
    }
  }

  const target = ({ to, name }: CommandCall): string => {
    const id = to.slice('screen/'.length)
    if (!live.has(id)) throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: name })
    return id
  }

  const kept = await ledger.documents.all<Kept>(kind)
  for (const { id } of plan().screens) open(id, kept.get(id))

  return {
    replan,
    show(call: CommandCall): CommandAnswer<'sign.show'> {
      const id = target(call)
      const { content, priority = 5, ttlSeconds, ...params } = call.params as CommandParams<'sign.show'>
      refusePersonal(content, call.to)
      const key = keyOf(call, params.key)
      const { stack, players } = find(id)
      stack.put({ key, content, priority, since: now(), because: (call.because ?? []).slice(0, 32) }, ttlSeconds)
      show(id)
      return { showing: stack.top()?.key === key, players: players.size }
    },
    clear(call: CommandCall): CommandAnswer<'sign.clear'> {
      const id = target(call)
      const cleared = find(id).stack.remove(keyOf(call, (call.params as CommandParams<'sign.clear'>).key))
      if (cleared) show(id)
      return { cleared: cleared ? 1 : 0 }
    },
    identify(call: CommandCall): Record<string, never> {
      const able = [...find(target(call)).players].filter((player) => player.identify)
      if (able.length === 0) {
        const reason = 'no player is connected to it'
        throw new EndcapError('ENDCAP_COMMAND_FAILED', { to: call.to, command: call.name, reason })
      }
      for (const player of able) player.identify?.()
      return {}
    },
    face: {
      list: () => [...live.keys()].map(state),
      state,
      stack: (id) => find(id).stack.list(),
      attach(id, changedState, identify) {
        const screen = find(id)
        const player = { changed: changedState, identify }
        screen.players.add(player)
        if (!screen.played) keeper.touch(id)
        screen.played = true
        listen(id, screen)
        changed()
        return () => {
          if (!screen.players.delete(player) || live.get(id) !== screen) return
          listen(id, screen)
          changed()
        }
      },
      async report(id, report) {
        const screen = find(id)
        if (!(await plays.report(id, report))) return
        const time = report.time ?? now()
        // What is told late must not stand before what was shown after it.
        if (time < (screen.shown?.time ?? 0)) return
        screen.shown = { content: report.content, time }
        keeper.touch(id)
        changed()
      },
    } satisfies Shop['screens'],
    async stop() {
      for (const { stack, silence, players } of live.values()) {
        stack.stop()
        clearTimeout(silence)
        players.clear()
      }
      await keeper.stop()
    },
  }
}
export type Screens = Awaited<ReturnType<typeof createScreens>>
