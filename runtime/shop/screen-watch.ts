/** Says once for each silence that a screen which had a player is not heard any more, and once that it is again. */
import type { Emit, ShopLog } from './types.ts'

const silentSeconds = 60
/** Players say every half minute that they draw; one whose stream stands but who is silent for so long has hung. */
const hungSeconds = 100

export interface Watched {
  /** A player was there, so its absence is news. */
  played: boolean
  players: { size: number }
  /** What it said last; a page that says nothing of the kind is believed as long as its stream stands. */
  pulse?: object
  /** When a player was last heard; milliseconds since the epoch. */
  seen?: number
}

export function createScreenWatch({
  emit,
  log,
  now,
  changed,
}: {
  emit: Emit
  log: ShopLog
  now(): number
  changed(): void
}) {
  const timers = new Map<string, NodeJS.Timeout>()
  const silent = new Set<string>()
  const say = (type: 'sign.offline' | 'sign.online', screen: string, seconds: number) => {
    const event = { type, subject: `screen/${screen}`, data: { screen, silentSeconds: seconds } }
    emit('shop', event).catch((error: unknown) => log.error({ screen, err: error }, `${type} was not published`))
    changed()
  }
  const forget = (id: string) => {
    clearTimeout(timers.get(id))
    timers.delete(id)
    silent.delete(id)
  }
  /** Waits anew, from now on. */
  const listen = (id: string, { played, players, pulse }: Watched) => {
    clearTimeout(timers.get(id))
    if (silent.has(id) || !played || (players.size > 0 && !pulse)) return
    const seconds = players.size > 0 ? hungSeconds : silentSeconds
    const timer = setTimeout(() => {
      silent.add(id)
      say('sign.offline', id, seconds)
    }, seconds * 1000)
    timer.unref()
    timers.set(id, timer)
  }
  return {
    listen,
    forget,
    /** A player was heard. */
    heard(id: string, screen: Watched) {
      const { seen } = screen
      screen.seen = now()
      if (silent.delete(id)) say('sign.online', id, Math.round(Math.max(0, screen.seen - (seen ?? screen.seen)) / 1000))
      listen(id, screen)
    },
    /** A player went: it is as if it was heard for the last time, unless it was silent already. */
    left(id: string, screen: Watched) {
      if (!silent.has(id)) screen.seen = now()
      listen(id, screen)
    },
    stop: () => [...timers.keys()].forEach(forget),
  }
}
