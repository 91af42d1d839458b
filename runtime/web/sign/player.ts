import { type Drawn, mediaOf, type Programme } from '../../contract/timeline.ts'
import { type ApiError, get, json } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'
import type { Pulse, ScreenDetail } from '../shared/types.ts'
import type { BoxClock } from './clock.ts'
import type { MediaStore } from './media-store.ts'
import type { Plays } from './plays.ts'
import { createSchedule, mediaOfProgramme, type Wanted } from './schedule.ts'
import { openScreenStream } from './screen-stream.ts'
import { screenshot } from './screenshot.ts'
import type { Act } from './stage.tsx'

/** Waits before missing media or a programme are asked for again; a sign heals when the box does. */
const RETRY_MILLISECONDS = 30_000
const IDENTIFY_MILLISECONDS = 4000
const PULSE_MILLISECONDS = 30_000
/** The clock may be corrected while an item stands, so the time is looked at at least this often. */
const LOOK_MILLISECONDS = 5000
/** What was checked when the programme came is checked again this often, for bits that fall over on the card. */
const CHECK_MILLISECONDS = 6 * 3_600_000
/** So long a page that opens waits for the box, before it shows what it knew. */
const PATIENCE_MILLISECONDS = 3000

export interface PlayerView {
  act?: Act
  live: boolean
  identifying: boolean
  /** Why there is nothing to show yet. */
  refused?: ApiError
}

export interface PlayerParts {
  media: MediaStore
  plays: Plays
  clock: BoxClock
}

const wordsOf = ({ content, product }: Drawn) => content.title ?? content.text ?? product?.name

/**
 * The player of one screen. What shows is changed only when the next content is whole: its media are there, checked and
 * decoded. Whatever fails on the way, the last good content stays, over a reload too.
 */
export function startPlayer(
  screen: string,
  { media, plays, clock }: PlayerParts,
  signal: AbortSignal,
  draw: (view: PlayerView) => void,
): { shown(act: Act): void } {
  const path = `/screens/${encodeURIComponent(screen)}`
  const stateKey = `endcap.sign.${screen}`
  const programmeKey = `endcap.programme.${screen}`
  const schedule = createSchedule()
  let view: PlayerView = { live: false, identifying: false }
  let programme: Programme | undefined
  let wanted: (Wanted & { look: string; from?: number | undefined }) | undefined
  let drawn: typeof wanted
  /** What wants to show is known: told by the box, or what it said last where it does not answer. */
  let known = false
  let fetching = false
  let programmeKept = true
  let number = 0
  const timers: Record<'tick' | 'identify' | 'retry', ReturnType<typeof setTimeout> | undefined> = {
    tick: undefined,
    identify: undefined,
    retry: undefined,
  }
  const change = (part: Partial<PlayerView>) => {
    view = { ...view, ...part }
    draw(view)
  }
  /** Before the programme is there, the box says which item of it stands; its keys alone have a slash. */
  const isItem = ({ key }: Wanted) => key.includes('/')

  const show = async (next: NonNullable<typeof wanted>) => {
    clearTimeout(timers.retry)
    wanted = next
    const { look, key, content, product } = next
    if (drawn?.look === look) {
      // The same sight for another reason or once more: nothing moves, but it is a play of its own.
      const again = drawn.from !== undefined && drawn.from !== next.from
      if (drawn.key !== key || again) plays.begin(key, isItem(next))
      drawn = next
      return
    }
    const act = (more: Partial<Act>): Act => ({
      number: ++number,
      key,
      item: isItem(next),
      content,
      ...(product && { product }),
      ...more,
    })
    try {
      const [hash] = mediaOf(next)
      const medium = hash === undefined ? undefined : await media.ready(hash)
      if (wanted !== next || drawn === next || signal.aborted) return
      drawn = next
      const { refused: _, ...rest } = view
      view = rest
      change({ act: act(medium ? { medium } : {}) })
    } catch {
      if (wanted !== next || signal.aborted) return
      if (!view.act) standIn(next)
      timers.retry = setTimeout(() => void show(next), RETRY_MILLISECONDS)
    }
  }

  /** A sign that has nothing yet shows at least the words, or those of the fallback. It is no proof of play. */
  const standIn = (next: Wanted) => {
    const wordy = [next, programme?.fallback].find((one) => one && wordsOf(one))
    if (!wordy) return
    const { content, product } = wordy
    const layout = content.layout === 'pick' ? 'pick' : 'message'
    const title = content.title ?? product?.name
    const act = { content: { ...content, layout, ...(title && { title }) } as const, ...(product && { product }) }
    change({ act: { number: ++number, key: 'stand-in', ...act } })
  }

  const tick = () => {
    clearTimeout(timers.tick)
    // By a clock that is not the box's yet, a screen of a group would show what no other shows.
    if (signal.aborted || !known || !clock.settled()) return
    const time = clock.now()
    const next = schedule.at(time)
    if (next) {
      const look = JSON.stringify([next.content, next.product])
      const from = next.playing?.from
      if (wanted?.look !== look || wanted.key !== next.key || wanted.from !== from) void show({ ...next, look, from })
      if (next.playing) for (const hash of schedule.next(next.playing)) media.ready(hash).catch(() => undefined)
    }
    const wait = Math.min((next?.until ?? Number.POSITIVE_INFINITY) - time, LOOK_MILLISECONDS)
    timers.tick = setTimeout(tick, Math.max(1, wait))
  }

  /** Gets what the programme needs; what could not be shown for want of it is tried again at once. */
  const keepMedia = async (whole = false) => {
    if (!programme) return
    await media.keep(mediaOfProgramme(programme), whole)
    if (wanted && wanted !== drawn && !signal.aborted) void show(wanted)
    await pulse()
  }
  const follow = (next: Programme) => {
    programme = next
    schedule.programme(next)
    tick()
    void keepMedia()
  }
  const fetchProgramme = async () => {
    if (fetching) return
    fetching = true
    try {
      const next = await get<Programme>(`${path}/programme`, signal)
      programmeKept = remember(programmeKey, next)
      follow(next)
    } catch {
      // The one that is known goes on; it is asked for again with the next state, or soon.
    } finally {
      fetching = false
    }
  }
  const takeState = (state: ScreenDetail) => {
    known = true
    remember(stateKey, state)
    schedule.state(state)
    if (state.programme !== programme?.version) void fetchProgramme()
    tick()
  }

  const pulse = async () => {
    if (!view.live || signal.aborted) return
    const { ready, missing, unplayable, unkept } = media.state()
    const figures = clock.figures()
    const estimate = await navigator.storage?.estimate?.().catch(() => undefined)
    const persisted = await navigator.storage?.persisted?.().catch(() => undefined)
    const { usage, quota } = estimate ?? {}
    const body: Pulse = {
      ...(drawn && { key: drawn.key }),
      ...(programme && { programme: programme.version }),
      ...schedule.held(),
      width: innerWidth,
      height: innerHeight,
      mediaReady: ready,
      mediaMissing: missing.slice(0, 100),
      ...(unplayable.length > 0 && { mediaUnplayable: unplayable.slice(0, 100) }),
      ...(unkept.length > 0 && { mediaUnkept: unkept.slice(0, 100) }),
      ...(!programmeKept && { programmeKept }),
      ...(usage !== undefined && { usedBytes: usage }),
      ...(quota !== undefined && { quotaBytes: quota }),
      ...(persisted !== undefined && { persisted }),
      ...(figures && { clockMilliseconds: figures.offset, clockErrorMilliseconds: figures.error }),
      waitingPlays: plays.waiting(),
      ...(plays.lost() > 0 && { lostPlays: plays.lost() }),
    }
    await json('POST', `${path}/pulse`, { body, signal }).catch(() => undefined)
  }
  const takePicture = async (ask: string) => {
    const page = document.querySelector<HTMLElement>('.sign')
    const picture = page ? await screenshot(page).catch(() => undefined) : undefined
    const body = picture ?? new Blob([])
    const type = picture?.type ?? 'application/octet-stream'
    await json('PUT', `${path}/screenshot/${ask}`, { body, type }).catch(() => undefined)
  }

  const keptProgramme = recall(programmeKey) as Programme | undefined
  const keptState = recall(stateKey) as ScreenDetail | undefined
  if (keptProgramme) follow(keptProgramme)
  // An emergency of before a reload may be over: where the box answers, it alone says so.
  get<ScreenDetail>(path, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)])).then(
    (state) => known || takeState(state),
    () => {
      if (known) return
      known = true
      if (keptState) schedule.state(keptState)
      tick()
    },
  )
  void clock.first.then(tick).then(pulse)

  openScreenStream(screen, signal, {
    state: takeState,
    live(live) {
      change({ live })
      if (!live) return
      void clock.sync().then(tick).then(pulse)
      void plays.send()
      void keepMedia()
    },
    identify() {
      clearTimeout(timers.identify)
      change({ identifying: true })
      timers.identify = setTimeout(() => change({ identifying: false }), IDENTIFY_MILLISECONDS)
    },
    screenshot: (ask) => void takePicture(ask),
    refused: (refused) => change({ refused }),
  })
  const pulsing = setInterval(() => {
    void pulse()
    if (media.state().missing.length > 0) void keepMedia()
  }, PULSE_MILLISECONDS)
  const checking = setInterval(() => void keepMedia(true), CHECK_MILLISECONDS)
  signal.addEventListener('abort', () => {
    for (const timer of Object.values(timers)) clearTimeout(timer)
    clearInterval(pulsing)
    clearInterval(checking)
  })
  // Asked once; a kiosk that is used grants it.
  void navigator.storage?.persist?.().catch(() => undefined)
  // A page that was hidden had its timers slowed down.
  document.addEventListener('visibilitychange', () => document.hidden || void clock.sync().then(tick), { signal })
  // A reload ends what stood; it is told when the page is there again.
  addEventListener('pagehide', () => plays.end(), { signal })
  return {
    shown({ key, item = false }) {
      if (!drawn) return
      plays.begin(key, item)
      if (!item) void pulse()
    },
  }
}
