/**
 * What each screen shows: an emergency, then a stack of wishes, then its programme of playlists, then its fallback; and
 * what players say that they really show.
 */
import {
  type Drawn,
  EndcapError,
  playedKey,
  playsAt,
  type Product,
  type ShopPlan,
  type Showing,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { createEmergency, emergencyContent } from './emergency.ts'
import { createKeeper } from './keeper.ts'
import type { Playlists } from './playlists.ts'
import { createPlays } from './plays.ts'
import { drawContent } from './product-face.ts'
import { createSchedule } from './schedule.ts'
import { createScreenCommands } from './screen-commands.ts'
import { createScreenWatch } from './screen-watch.ts'
import { createStack, type Stack } from './stack.ts'
import type { Emit, Pulse, ScreenState, Shop, ShopLog } from './types.ts'

export interface ScreensDependencies {
  ledger: Ledger
  emit: Emit
  log: ShopLog
  now(): number
  plan(): ShopPlan
  playlists: Pick<Playlists, 'list'>
  product(id: string): Product | undefined
  changed(): void
}

/** What is kept of a screen over a restart. */
interface Kept {
  stack: Showing[]
  shown?: { content: string; time: number }
  /** A player was there, so its absence is news. */
  played: boolean
  /** When a player was last heard. */
  seen?: number
}

interface Live extends Omit<Kept, 'stack'> {
  stack: Stack
  players: Set<{ changed(state: ScreenState): void; identify?: (() => void) | undefined }>
  pulse?: Pulse
  /** What players were told last, so that a change of the catalogue reaches only those whom it concerns. */
  told?: string
}

const kind = 'screen'
const lookMilliseconds = 60_000
/** Key of what shows when nothing else wants to. */
const fallbackKey = 'fallback'

export async function createScreens(dependencies: ScreensDependencies) {
  const { ledger, emit, log, now, plan, playlists, product, changed } = dependencies
  const live = new Map<string, Live>()
  const plays = createPlays({ ledger, emit, now })
  const watch = createScreenWatch({ emit, log, now, changed })
  const keeper = createKeeper({
    log,
    async keep(id) {
      const screen = live.get(id)
      if (!screen) return ledger.documents.keep(kind, id)
      const { stack, shown, played, seen } = screen
      const kept: Kept = { stack: stack.list(), played, ...(shown && { shown }), ...(seen !== undefined && { seen }) }
      return ledger.documents.keep(kind, id, kept)
    },
  })
  const draw = (content: Drawn['content']) => drawContent(content, product, plan().locale)
  const schedule = createSchedule({ now, plan, playlists: playlists.list, draw })
  const emergency = await createEmergency({
    ledger,
    emit,
    now,
    show: () => [...live.keys()].forEach(tell),
    count: () => ({
      screens: live.size,
      players: [...live.values()].reduce((sum, { players }) => sum + players.size, 0),
    }),
  })

  const find = (id: string): Live => {
    const screen = live.get(id)
    if (!screen) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'screen', id })
    return screen
  }

  /** Top first, without what has nothing to show because its product is gone. */
  const drawnStack = ({ stack }: Live) =>
    stack.list().flatMap((showing) => {
      const drawn = draw(showing.content)
      return drawn ? [{ ...showing, ...drawn }] : []
    })

  function top(id: string, screen: Live): Drawn & Pick<ScreenState, 'key' | 'because' | 'until'> {
    const warning = emergency.current()
    if (warning) return { content: emergencyContent(warning), key: warning.emergency, because: [] }
    const [first] = drawnStack(screen)
    if (first) {
      const { content, product, key, because, until } = first
      return { content, key, because, ...(product && { product }), ...(until !== undefined && { until }) }
    }
    const programme = schedule.of(id)
    const { span = 0, lateMilliseconds = 0 } = screen.pulse ?? {}
    const strict = playsAt(programme, now())
    const playing = strict?.span === span ? playsAt(programme, now(), lateMilliseconds) : strict
    if (!playing) return { ...programme.fallback, key: fallbackKey, because: [] }
    const { content, product } = playing.item
    return { content, key: playedKey(playing), because: [], until: playing.until, ...(product && { product }) }
  }

  function state(id: string): ScreenState {
    const screen = find(id)
    const { players, shown, seen, pulse } = screen
    return {
      screen: id,
      ...top(id, screen),
      players: players.size,
      programme: schedule.of(id).version,
      ...(emergency.current() && { emergency: true }),
      ...(shown && { shown }),
      ...(seen !== undefined && { seen }),
      ...(pulse && { pulse }),
    }
  }
  const lookOf = (id: string, screen: Live) => JSON.stringify([schedule.of(id).version, drawnStack(screen)])

  /** Hands the state to the players at once. */
  function tell(id: string) {
    const screen = live.get(id)
    if (!screen) return
    screen.told = lookOf(id, screen)
    const next = state(id)
    for (const player of screen.players) {
      try {
        player.changed(next)
      } catch (error) {
        log.error({ screen: id, err: error }, 'a player could not be told')
      }
    }
    changed()
  }
  /** The ledger follows. */
  function show(id: string) {
    if (!live.has(id)) return
    tell(id)
    keeper.touch(id)
  }

  function open(id: string, kept?: Kept) {
    const stack = createStack({ now, expired: () => show(id) }, kept?.stack ?? [])
    const screen: Live = { stack, players: new Set(), played: kept?.played ?? false }
    if (kept?.shown) screen.shown = kept.shown
    if (kept?.seen !== undefined) screen.seen = kept.seen
    live.set(id, screen)
    watch.listen(id, screen)
  }
  function close(id: string, screen: Live) {
    screen.stack.stop()
    watch.forget(id)
    live.delete(id)
  }

  /** Plan, playlists or catalogue have changed, or a day has begun: who shows something else now is told. */
  function redraw() {
    schedule.forget()
    for (const [id, screen] of live) if (screen.told !== lookOf(id, screen)) tell(id)
  }
  /** Follows the plan: new screens open, removed ones close, groups, playlists and fallbacks may have changed. */
  function replan() {
    const wanted = new Set(plan().screens.map(({ id }) => id))
    for (const [id, screen] of live) {
      if (wanted.has(id)) continue
      close(id, screen)
      keeper.touch(id)
    }
    for (const id of wanted) if (!live.has(id)) open(id)
    redraw()
  }

  const kept = await ledger.documents.all<Kept>(kind)
  for (const { id } of plan().screens) open(id, kept.get(id))
  for (const [id, screen] of live) screen.told = lookOf(id, screen)
  const looking = setInterval(() => schedule.isOld() && redraw(), lookMilliseconds)
  looking.unref()

  return {
    replan,
    redraw,
    emergency: emergency.raise,
    allClear: emergency.clear,
    ...createScreenCommands({
      now,
      plan,
      screens: live,
      drawable: (content) => draw(content) !== undefined,
      warned: () => emergency.current() !== undefined,
      show,
    }),
    face: {
      list: () => [...live.keys()].map(state),
      state,
      stack: (id) => drawnStack(find(id)),
      programme: (id) => {
        find(id)
        return schedule.of(id)
      },
      productFace: (id) => draw({ layout: 'product', product: id })?.product,
      emergency() {
        const warning = emergency.current()
        if (!warning) return undefined
        const screens = [...live].map(([screen, { shown, pulse }]) => ({
          screen,
          confirmed: [shown?.content, pulse?.key].includes(warning.emergency),
        }))
        return { ...warning, screens }
      },
      attach(id, changedState, identify) {
        const screen = find(id)
        const player = { changed: changedState, identify }
        screen.players.add(player)
        if (!screen.played) keeper.touch(id)
        screen.played = true
        watch.heard(id, screen)
        changed()
        return () => {
          if (!screen.players.delete(player) || live.get(id) !== screen) return
          if (screen.players.size === 0) delete screen.pulse
          watch.left(id, screen)
          keeper.touch(id)
          changed()
        }
      },
      pulse(id, pulse) {
        const screen = find(id)
        if (screen.players.size > 0) screen.pulse = pulse
        watch.heard(id, screen)
        changed()
      },
      async report(id, ...told) {
        const screen = find(id)
        const news = (await plays.report(id, told)).map(({ content, time = now() }) => ({ content, time }))
        const last = news.reduce<(typeof news)[number] | undefined>(
          (one, other) => (one && one.time > other.time ? one : other),
          undefined,
        )
        // What is told late must not stand before what was shown after it.
        if (!last || last.time < (screen.shown?.time ?? 0)) return
        screen.shown = last
        keeper.touch(id)
        changed()
      },
    } satisfies Shop['screens'],
    async stop() {
      clearInterval(looking)
      watch.stop()
      for (const { stack, players } of live.values()) {
        stack.stop()
        players.clear()
      }
      await keeper.stop()
    },
  }
}
export type Screens = Awaited<ReturnType<typeof createScreens>>
