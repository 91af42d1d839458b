import { useEffect, useRef } from 'preact/hooks'
import { ago, milliseconds } from '../shared/time.ts'
import type { Item } from './items.ts'

export interface CardProps {
  item: Item
  place: string | undefined
  now: number
  /** How many more wait behind this one. */
  waiting: number
  /** Came in just now: it pulses, softly. */
  fresh: boolean
  act: () => void
}

/** One notice or task, as large as the device allows, and one thing to do with it. */
export function Card({ item, place, now, waiting, fresh, act }: CardProps) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    // Whoever scrolled through the earlier ones sees the new one.
    if (fresh) card.current?.scrollIntoView({ block: 'start' })
  }, [fresh])
  return (
    <section
      ref={card}
      class={`card card--${item.urgency} ${fresh ? 'card--fresh' : ''}`}
      aria-live={item.urgency === 'urgent' ? 'assertive' : 'polite'}
    >
      <p class="card__where">
        <strong>{place ?? 'For you'}</strong>
        <time class="figures">{ago(milliseconds(item.time), now)}</time>
      </p>
      <div class="card__words" dir="auto">
        <h1 class="card__title">{item.title}</h1>
        {item.text && <p class="card__text">{item.text}</p>}
        {item.why && <p class="card__why">{item.why}</p>}
      </div>
      <button class="card__button" type="button" onClick={act}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="m5 12.5 4.5 4.5L19 7.5" />
        </svg>
        <span>{item.action}</span>
      </button>
      {waiting > 0 && <p class="card__more">{waiting === 1 ? 'One more waits' : `${waiting} more wait`}</p>}
    </section>
  )
}
