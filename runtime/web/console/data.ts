import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type ApiError, asApiError, get } from '../shared/api.ts'
import { openSocket } from '../shared/socket.ts'
import type { KeptEvent } from '../shared/types.ts'

export interface Query<T> {
  data?: T
  /** Why the newest attempt failed; `data` stays what it was. */
  error?: ApiError
  reload: () => void
}

/**
 * What a route answers, asked again every `everySeconds` and on reload(). An equal answer changes nothing, so nothing
 * is drawn anew; a failed one keeps the last.
 */
export function useQuery<T>(path: string, everySeconds?: number): Query<T> {
  const [state, setState] = useState<{ path: string; data?: T; error?: ApiError }>({ path })
  const [asked, ask] = useState(0)
  const text = useRef('')

  useEffect(() => {
    const life = new AbortController()
    const load = async () => {
      try {
        const data = await get<T>(path, life.signal)
        const now = `${path} ${JSON.stringify(data)}`
        if (life.signal.aborted) return
        setState((before) => (now === text.current && !before.error ? before : { path, data }))
        text.current = now
      } catch (thrown) {
        if (!life.signal.aborted) setState((before) => ({ ...before, error: asApiError(thrown) }))
      }
    }
    void load()
    const timer = everySeconds === undefined ? undefined : setInterval(() => void load(), everySeconds * 1000)
    return () => {
      clearInterval(timer)
      life.abort()
    }
  }, [path, everySeconds, asked])

  const reload = useCallback(() => ask((count) => count + 1), [])
  const { data, error } = state.path === path ? state : {}
  return { ...(data === undefined ? {} : { data }), ...(error ? { error } : {}), reload }
}

/**
 * Events of the live stream while the component is there. Returns whether the stream stands. `opened` is called whenever
 * it begins to: what happened before was not told, so what was asked before may be old.
 */
export function useStream(types: readonly string[], take: (events: KeptEvent[]) => void, opened?: () => void): boolean {
  const [live, setLive] = useState(true)
  const taker = useRef(take)
  taker.current = take
  const opener = useRef(opened)
  opener.current = opened
  const search = types.map((type) => `type=${encodeURIComponent(type)}`).join('&')
  useEffect(() => {
    const life = new AbortController()
    openSocket(`/stream${search ? `?${search}` : ''}`, life.signal, {
      message: (data) => taker.current(data as KeptEvent[]),
      live: (now) => {
        setLive(now)
        if (now) opener.current?.()
      },
    })
    return () => life.abort()
  }, [search])
  return live
}

/** A query that is asked again when one of these events happens, at most twice a second. */
export function useLiveQuery<T>(path: string, types: readonly string[], everySeconds = 30): Query<T> {
  const query = useQuery<T>(path, everySeconds)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const later = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      query.reload()
    }, 500)
  }
  useStream(types, later, query.reload)
  useEffect(() => () => clearTimeout(timer.current), [])
  return query
}

/** Something that a person asks for: says whether it is under way and what went wrong, with the remedy. */
export function useTask(): {
  busy: boolean
  error?: ApiError
  run: (work: () => Promise<unknown>) => Promise<boolean>
} {
  const [state, setState] = useState<{ busy: boolean; error?: ApiError }>({ busy: false })
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setState({ busy: true })
    try {
      await work()
      setState({ busy: false })
      return true
    } catch (thrown) {
      setState({ busy: false, error: asApiError(thrown) })
      return false
    }
  }, [])
  return { ...state, run }
}
