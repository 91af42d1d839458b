import type { ApiError } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'
import type { ScreenState } from '../shared/types.ts'
import type { MediaStore } from './media-store.ts'
import type { Plays } from './plays.ts'
import { openScreenStream } from './screen-stream.ts'
import type { Act } from './stage.tsx'

/** Waits before a missing picture is tried again; a sign heals when the box does. */
const MEDIA_RETRY_MILLISECONDS = 30_000
const IDENTIFY_MILLISECONDS = 4000

export interface PlayerView {
  act?: Act
  live: boolean
  identifying: boolean
  /** Why there is nothing to show yet. */
  refused?: ApiError
}

/**
 * The player of one screen. What shows is changed only when the next content is whole: its media are there, checked and
 * decoded. Whatever fails on the way, the last good content stays, over a reload too.
 */
export function startPlayer(
  screen: string,
  media: MediaStore,
  plays: Plays,
  signal: AbortSignal,
  draw: (view: PlayerView) => void,
): { shown(act: Act): void } {
  const key = `endcap.sign.${screen}`
  let view: PlayerView = { live: false, identifying: false }
  let wanted: ScreenState | undefined
  let drawn: { look: string; key: string } | undefined
  let number = 0
  let identifyTimer: ReturnType<typeof setTimeout> | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  const change = (part: Partial<PlayerView>) => {
    view = { ...view, ...part }
    draw(view)
  }

  const prepare = async (state: ScreenState) => {
    clearTimeout(retryTimer)
    wanted = state
    const look = JSON.stringify(state.content)
    if (drawn?.look === look) {
      // The same sight for another reason: nothing moves, but it is a play of its own.
      if (drawn.key !== state.key) plays.begin(state.key)
      drawn = { look, key: state.key }
      return
    }
    const { content } = state
    try {
      const medium = content.media && content.layout !== 'message' ? await media.ready(content.media) : undefined
      if (wanted !== state || signal.aborted) return
      drawn = { look, key: state.key }
      remember(key, state)
      const { refused: _, ...rest } = view
      view = rest
      change({ act: { number: ++number, content, ...(medium ? { medium } : {}) } })
    } catch {
      if (wanted !== state || signal.aborted) return
      // A sign that has nothing yet shows at least the words.
      if (!view.act && (content.title ?? content.text)) {
        change({ act: { number: ++number, content: { ...content, layout: 'message' } } })
      }
      retryTimer = setTimeout(() => void prepare(state), MEDIA_RETRY_MILLISECONDS)
    }
  }

  const kept = recall(key) as ScreenState | undefined
  if (kept) void prepare(kept)

  openScreenStream(screen, signal, {
    state: (state) => void prepare(state),
    live(live) {
      change({ live })
      if (live) void plays.send()
    },
    identify() {
      clearTimeout(identifyTimer)
      change({ identifying: true })
      identifyTimer = setTimeout(() => change({ identifying: false }), IDENTIFY_MILLISECONDS)
    },
    refused: (refused) => change({ refused }),
  })
  signal.addEventListener('abort', () => {
    clearTimeout(identifyTimer)
    clearTimeout(retryTimer)
  })
  // A reload ends what stood; it is told when the page is there again.
  addEventListener('pagehide', () => plays.end(), { signal })
  return {
    shown() {
      if (drawn) plays.begin(drawn.key)
    },
  }
}
