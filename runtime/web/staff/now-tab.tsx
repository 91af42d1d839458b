import { useEffect, useState } from 'preact/hooks'
import { hourAndMinute, milliseconds } from '../shared/time.ts'
import { Card } from './card.tsx'
import { type Item, itemsOf } from './items.ts'
import type { Tap } from './outbox.ts'
import { useSome } from './some.tsx'
import type { StaffView } from './stream.ts'

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

export interface TabProps {
  view: StaffView
  now: number
  tap(tap: Tap): void
  place(zone: string | undefined): string | undefined
}

/** What wants somebody now: the most pressing large, what else waits beneath it and why, and what was earlier. */
export function NowTab({ view, now, tap, place, fresh }: TabProps & { fresh: string | undefined }) {
  const touched = useTouched()
  const items = itemsOf(view, now)
  const [first, ...others] = items
  const open = new Set(items.map(({ id }) => id))
  const earlier = view.notices.filter(({ id }) => !open.has(id))
  return (
    <>
      {first ? (
        <Card
          key={first.id}
          item={first}
          place={place(first.zone)}
          now={now}
          waiting={others.length}
          fresh={fresh === first.id}
          act={() => tap(first.tap)}
        />
      ) : (
        <Rest view={view} touched={touched} />
      )}
      {others.length > 0 && <Next items={others} place={place} tap={tap} />}
      {earlier.length > 0 && (
        <section class="earlier" aria-label="Earlier notices">
          <h2 class="label">Earlier</h2>
          <ol>
            {earlier.map((notice) => (
              <li key={notice.id}>
                <time class="figures">{hourAndMinute(milliseconds(notice.time))}</time>
                <span class="earlier__what">
                  <strong>{notice.title}</strong>
                  {notice.zone && <span class="quiet">{place(notice.zone)}</span>}
                </span>
                <span class="earlier__state quiet">
                  {view.unsent.some(({ id }) => id === notice.id)
                    ? 'sending …'
                    : notice.acknowledgedAt
                      ? 'done'
                      : 'missed'}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  )
}

function Next({ items, place, tap }: { items: Item[]; place: TabProps['place']; tap: TabProps['tap'] }) {
  const { some, more } = useSome(items)
  return (
    <section class="next" aria-label="What waits next">
      <h2 class="label">Next</h2>
      <ol class="jobs">
        {some.map((item) => (
          <li key={item.id} class={`job job--${item.urgency}`}>
            <span class="job__what">
              <strong dir="auto">{item.title}</strong>
              <span class="quiet">{[place(item.zone), item.why].filter(Boolean).join(' · ')}</span>
            </span>
            <button type="button" class="job__button" onClick={() => tap(item.tap)}>
              {item.action}
            </button>
          </li>
        ))}
      </ol>
      {more}
    </section>
  )
}

const Rest = ({ view, touched }: { view: StaffView; touched: boolean }) => (
  <section class="rest" aria-live="polite">
    <svg class="rest__drawing" viewBox="0 0 120 60" aria-hidden="true">
      <path d="M10 54h100M22 54V14M98 54V14M22 14h76M22 34h76" />
      <path class="rest__goods" d="M30 33V22h8v11M42 33V18h6v15M54 33V25h12v8M80 53V41h9v12M34 53V38h7v15" />
    </svg>
    <h1>All quiet</h1>
    <p>{restWords(view)}</p>
    {!touched && <p class="rest__hint">Tap here once, so that it may vibrate.</p>}
  </section>
)

function restWords({ hello, me }: StaffView): string {
  if (hello && !hello.onShift) return 'You are off shift. Nobody calls you.'
  if (me?.availability === 'break') return 'You are on a break. Only an emergency calls you.'
  if (me?.quiet) return 'You want quiet. Only what is urgent disturbs you.'
  return 'You will feel it when somebody needs you.'
}
