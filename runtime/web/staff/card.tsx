import { useEffect, useRef } from 'preact/hooks'
import { ago, milliseconds } from '../shared/time.ts'
import type { Notice } from '../shared/types.ts'

export interface CardProps {
  notice: Notice
  place: string | undefined
  now: number
  /** How many more wait behind this one. */
  waiting: number
  /** Came in just now: it pulses, softly. */
  fresh: boolean
  acknowledge: () => void
}

/** One notice, as large as the device allows, and one thing to do with it. */
export function Card({ notice, place, now, waiting, fresh, acknowledge }: CardProps) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    // Whoever scrolled through the earlier ones sees the new one.
    if (fresh) card.current?.scrollIntoView({ block: 'start' })
  }, [fresh])
  return (
    <section
      ref={card}
      class={`card card--${notice.urgency} ${fresh ? 'card--fresh' : ''}`}
      aria-live={notice.urgency === 'urgent' ? 'assertive' : 'polite'}
    >
      <p class="card__where">
        <strong>{place ?? 'For you'}</strong>
        <time class="figures">{ago(milliseconds(notice.time), now)}</time>
      </p>
      <div class="card__words" dir="auto">
        <h1 class="card__title">{notice.title}</h1>
        {notice.text && <p class="card__text">{notice.text}</p>}
      </div>
      <button class="card__button" type="button" onClick={acknowledge}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="m5 12.5 4.5 4.5L19 7.5" />
        </svg>
        <span>Got it</span>
      </button>
      {waiting > 0 && <p class="card__more">{waiting === 1 ? 'One more waits' : `${waiting} more wait`}</p>}
    </section>
  )
}
