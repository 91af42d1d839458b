import { useEffect, useRef, useState } from 'preact/hooks'
import { milliseconds } from '../../shared/time.ts'
import type { Evidence, KeptEvent, Kind, Presence } from '../../shared/types.ts'
import { useQuery, useStream } from '../data.ts'

/** Not heard for so long: still on the plan, but faded. The same as the API's `stale`. */
const STALE_MILLISECONDS = 30_000
/** Not heard for so long: gone. */
const GONE_MILLISECONDS = 300_000
const TICKER_LINES = 40

export interface Dot {
  who: string
  kind: Kind
  zone?: string
  x: number
  y: number
  accuracyMetres: number
  confidence?: number
  evidence: Evidence[]
  /** Milliseconds since the epoch. */
  heardAt: number
  /** Left the shop: fades, then goes. */
  leaving: boolean
}

export const isStale = (dot: Dot, now: number): boolean => dot.leaving || now - dot.heardAt > STALE_MILLISECONDS

function fromPresence(presence: Presence): Dot {
  const { who, kind, zone, x, y, accuracyMetres, confidence, evidence } = presence
  return {
    who,
    kind,
    x,
    y,
    accuracyMetres,
    evidence,
    heardAt: milliseconds(presence.time),
    leaving: false,
    ...(zone === undefined ? {} : { zone }),
    ...(confidence === undefined ? {} : { confidence }),
  }
}

const withZone = (dot: Dot, zone: string | undefined): Dot => {
  const { zone: _, ...rest } = dot
  return zone === undefined ? rest : { ...rest, zone }
}

type Told = Partial<Omit<Presence, 'time'>> & { to?: string; from?: string; reason?: string }

/** One event of the stream applied to what is known of one bearer. */
export function step(dot: Dot | undefined, event: KeptEvent): Dot | undefined {
  const data = event.data as Told
  const heardAt = milliseconds(event.time)
  const { who, kind, zone, x = dot?.x, y = dot?.y, evidence, confidence } = data
  if (!who || !kind) return dot
  if (event.type === 'presence.left') return dot && data.reason !== 'moved' ? { ...dot, leaving: true } : dot
  if (x === undefined || y === undefined) return dot
  return withZone(
    {
      who,
      kind,
      x,
      y,
      accuracyMetres: data.accuracyMetres ?? dot?.accuracyMetres ?? 0,
      evidence: evidence ?? [],
      heardAt,
      leaving: false,
      ...(confidence === undefined ? {} : { confidence }),
    },
    zone ?? (event.type === 'presence.moved' ? undefined : dot?.zone),
  )
}

export interface Floor {
  dots: ReadonlyMap<string, Dot>
  /** What happened lately, newest first, without the walking. */
  ticker: readonly KeptEvent[]
  live: boolean
  /** The list was there; until then an empty floor means nothing. */
  loaded: boolean
}

/** Who is where, followed live: the list first, then the stream. Drawn at most once a frame. */
export function useFloor(types: readonly string[]): Floor {
  const list = useQuery<Presence[]>('/presence', 30)
  const before = useQuery<KeptEvent[]>(`/events?limit=${TICKER_LINES}`, 10)
  const [dots, setDots] = useState<ReadonlyMap<string, Dot>>(new Map())
  const [ticker, setTicker] = useState<readonly KeptEvent[]>([])
  const waiting = useRef<KeptEvent[]>([])
  const frame = useRef(0)

  useEffect(() => {
    if (!list.data) return
    setDots((known) => {
      const next = new Map(list.data?.map((one) => [one.who, fromPresence(one)]))
      // What the stream told meanwhile is newer than the list.
      for (const [who, dot] of known) if ((next.get(who)?.heardAt ?? Infinity) < dot.heardAt) next.set(who, dot)
      return next
    })
  }, [list.data])
  useEffect(() => {
    const told = before.data?.filter(tells)
    if (told) setTicker((known) => merge(known, told))
  }, [before.data])

  const ask = () => {
    list.reload()
    before.reload()
  }
  const hear = (events: KeptEvent[]) => {
    waiting.current.push(...events)
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0
      const batch = waiting.current
      waiting.current = []
      setDots((known) => {
        const next = new Map(known)
        for (const event of batch) {
          const who = event.type.startsWith('presence.') ? String(event.data['who']) : undefined
          const dot = who === undefined ? undefined : step(next.get(who), event)
          if (dot) next.set(dot.who, dot)
        }
        return next
      })
      const told = batch.filter(tells).toReversed()
      if (told.length > 0) setTicker((known) => merge(told, known))
    })
  }
  const live = useStream(types, hear, ask)
  useEffect(() => {
    const timer = setInterval(() => {
      const now = Date.now()
      setDots((known) => {
        const next = [...known].filter(
          ([, dot]) => now - dot.heardAt < (dot.leaving ? STALE_MILLISECONDS : GONE_MILLISECONDS),
        )
        return next.length === known.size ? known : new Map(next)
      })
    }, 5000)
    return () => {
      clearInterval(timer)
      cancelAnimationFrame(frame.current)
    }
  }, [])
  return { dots, ticker, live, loaded: list.data !== undefined }
}

const MEASUREMENTS = /^(?:(?:beacon|ble|probe)\.|shelf\.(?:weights|counted)$|cold\.(?:state|logged)$|staff\.alerted$)/

/** Walking, radio and measurements would drown what happens; who leaves for another zone is told as coming in there. */
const tells = ({ type, data }: KeptEvent): boolean =>
  type !== 'presence.moved' &&
  (!MEASUREMENTS.test(type) || type === 'probe.door') &&
  !(type === 'presence.left' && 'to' in data)

const merge = (newer: readonly KeptEvent[], older: readonly KeptEvent[]): KeptEvent[] => {
  const ids = new Set(newer.map(({ id }) => id))
  return [...newer, ...older.filter(({ id }) => !ids.has(id))].slice(0, TICKER_LINES)
}
