/** The programmes of all screens, reckoned when they are asked for and kept for the day. */
import type { Content, Drawn, Playlist, Programme, ShopPlan } from '../contract/index.ts'
import { createProgrammes } from './programme.ts'
import { nextClock } from './roster.ts'

export interface ScheduleDependencies {
  now(): number
  plan(): ShopPlan
  playlists(): readonly Playlist[]
  draw(content: Content): Drawn | undefined
}

export function createSchedule({ now, plan, playlists, draw }: ScheduleDependencies) {
  let made = new Map<string, Programme>()
  let round: { from: number; until: number; build: ReturnType<typeof createProgrammes> } | undefined

  /** The day is over, or the clock of the box was set. */
  const isOld = () => round !== undefined && (now() < round.from || now() >= round.until)
  const forget = () => {
    made = new Map()
    round = undefined
  }
  const begin = () => {
    const { timezone } = plan()
    const time = now()
    const build = createProgrammes({ playlists: playlists(), timezone, draw }, time)
    // A clock that is set back by less than an hour changes nothing that matters.
    return { from: time - 3_600_000, until: nextClock(time, '00:00', timezone), build }
  }
  return {
    isOld,
    forget,
    of(id: string): Programme {
      if (isOld()) forget()
      const known = made.get(id)
      if (known) return known
      const { screens, name } = plan()
      const screen = screens.find((one) => one.id === id)
      const bare: Drawn = { content: { layout: 'message', title: name } }
      round ??= begin()
      const fallback = (screen?.fallback && draw(screen.fallback)) ?? bare
      const programme = round.build(screen ?? { id, name: id }, fallback)
      made.set(id, programme)
      return programme
    },
  }
}
