import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { get } from '../shared/api.ts'
import { keepShell } from '../shared/shell.ts'
import { hourAndMinute, milliseconds } from '../shared/time.ts'
import type { Notice, Session, ZoneName } from '../shared/types.ts'
import { Fault, Mark, TwinBanner, useNow } from '../shared/ui.tsx'
import { stayAwake } from '../shared/wake-lock.ts'
import { Card } from './card.tsx'
import { openNotices, type StaffView } from './notices.ts'

/** Milliseconds on, off, on …: an urgent one insists, a calm one only touches the wrist. */
const BUZZ: Record<Notice['urgency'], number[]> = {
  calm: [60],
  normal: [120, 80, 120],
  urgent: [250, 100, 250, 100, 400],
}

/** `/staff?as=anna` lets a manager see what an associate sees. */
const who = new URLSearchParams(location.search).get('as') ?? 'me'

/** Browsers let a page vibrate only after it was touched once. */
function useTouched(): boolean {
  const [touched, setTouched] = useState(!('vibrate' in navigator) || navigator.userActivation.hasBeenActive)
  useEffect(() => {
    const touch = () => setTouched(true)
    addEventListener('pointerup', touch, { once: true })
    return () => removeEventListener('pointerup', touch)
  }, [])
  return touched
}

function Staff() {
  const [view, setView] = useState<StaffView>({ notices: [], live: false, unsent: [] })
  const [session, setSession] = useState<Session>()
  const [zones, setZones] = useState<Map<string, string>>(new Map())
  const [fresh, setFresh] = useState<string>()
  const notices = useRef<ReturnType<typeof openNotices>>(undefined)
  const now = useNow(5)
  const touched = useTouched()

  useEffect(() => {
    const life = new AbortController()
    notices.current = openNotices(who, life.signal, setView, (notice) => {
      setFresh(notice.id)
      if (navigator.userActivation.hasBeenActive) navigator.vibrate?.(BUZZ[notice.urgency])
    })
    stayAwake(life.signal)
    void keepShell('/staff', 'endcap-staff')
    return () => life.abort()
  }, [])
  useEffect(() => {
    if (!view.live) return
    get<Session>('/session').then(setSession, () => undefined)
    get<ZoneName[]>('/zones').then(
      (list) => setZones(new Map(list.map(({ id, name }) => [id, name]))),
      () => undefined,
    )
  }, [view.live])

  const open = view.notices.filter(
    ({ id, acknowledgedAt, until }) =>
      !acknowledgedAt && !view.unsent.includes(id) && (!until || milliseconds(until) > now),
  )
  const earlier = view.notices.filter((notice) => !open.includes(notice))
  const first = open[0]
  const place = (notice: Notice) => (notice.zone ? (zones.get(notice.zone) ?? notice.zone) : undefined)

  if (view.refused && !view.live) {
    return (
      <main class="staff staff--alone">
        <Mark />
        <h1>This device is not linked</h1>
        <Fault error={view.refused} />
      </main>
    )
  }
  return (
    <>
      <TwinBanner twin={session?.twin ?? false} />
      <header class="who">
        <span class={`who__shift ${view.hello?.onShift ? 'who__shift--on' : ''}`} aria-hidden="true" />
        <strong>{view.hello?.name ?? session?.name ?? 'Endcap'}</strong>
        <span class="quiet">{view.hello ? (view.hello.onShift ? 'on shift' : 'off shift') : ''}</span>
        <span class="who__state" role="status">
          {view.live ? '' : 'reconnecting …'}
        </span>
      </header>
      <main class="staff">
        {first ? (
          <Card
            key={first.id}
            notice={first}
            place={place(first)}
            now={now}
            waiting={open.length - 1}
            fresh={fresh === first.id}
            acknowledge={() => notices.current?.acknowledge(first.id)}
          />
        ) : (
          <section class="rest" aria-live="polite">
            <svg class="rest__drawing" viewBox="0 0 120 60" aria-hidden="true">
              <path d="M10 54h100M22 54V14M98 54V14M22 14h76M22 34h76" />
              <path class="rest__goods" d="M30 33V22h8v11M42 33V18h6v15M54 33V25h12v8M80 53V41h9v12M34 53V38h7v15" />
            </svg>
            <h1>All quiet</h1>
            <p>
              {view.hello && !view.hello.onShift
                ? 'You are off shift. Nobody calls you.'
                : 'You will feel it when somebody needs you.'}
            </p>
            {!touched && <p class="rest__hint">Tap here once, so that it may vibrate.</p>}
          </section>
        )}
        {earlier.length > 0 && (
          <section class="earlier" aria-label="Earlier notices">
            <h2 class="label">Earlier</h2>
            <ol>
              {earlier.map((notice) => (
                <li key={notice.id}>
                  <time class="figures">{hourAndMinute(milliseconds(notice.time))}</time>
                  <span class="earlier__what">
                    <strong>{notice.title}</strong>
                    {place(notice) && <span class="quiet">{place(notice)}</span>}
                  </span>
                  <span class="earlier__state quiet">
                    {view.unsent.includes(notice.id) ? 'sending …' : notice.acknowledgedAt ? 'done' : 'missed'}
                  </span>
                </li>
              ))}
            </ol>
          </section>
        )}
      </main>
    </>
  )
}

const root = document.getElementById('app')
if (root) render(<Staff />, root)
