import { useEffect, useRef, useState } from 'preact/hooks'
import { SignFace, type Medium } from '../shared/sign-face.tsx'
import type { Content, ProductFace } from '../shared/types.ts'

/** Longer than the slowest transition in sign.css, so that the old content is taken away unseen. */
const TRANSITION_MILLISECONDS = 1000

export interface Act {
  /** Grows with each change. */
  number: number
  /** What is told of it: `morning/bread`, `till-2`, `fallback`. */
  key: string
  /** It is an item of a playlist. */
  item?: boolean
  content: Content
  product?: ProductFace
  medium?: Medium
}

/** Draws one content over the other by its transition, then takes the old one away. `shown` is told when it stands. */
export function Stage({ act, shown }: { act: Act; shown: (act: Act) => void }) {
  // Kept beside the state, so that a new act is in the very next frame: screens of a group change together.
  const acts = useRef<Act[]>([act])
  const [, redraw] = useState(0)
  const told = useRef(0)
  const first = useRef(act)
  if (acts.current.at(-1)?.number !== act.number) acts.current = [...acts.current.slice(-1), act]

  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const wait = act === first.current || act.content.transition === 'cut' || still ? 50 : TRANSITION_MILLISECONDS
    const timer = setTimeout(() => {
      acts.current = [act]
      redraw(act.number)
      if (told.current === act.number) return
      told.current = act.number
      shown(act)
    }, wait)
    return () => clearTimeout(timer)
  }, [act])

  return (
    <div class="stage">
      {acts.current.map((one, index) => (
        <div
          key={one.number}
          class={`stage__act ${index > 0 ? `stage__act--${one.content.transition ?? 'fade'}` : ''}`}
          data-key={one.key}
          aria-hidden={index < acts.current.length - 1}
        >
          <SignFace
            content={one.content}
            {...(one.product ? { product: one.product } : {})}
            {...(one.medium ? { medium: one.medium } : {})}
          />
        </div>
      ))}
    </div>
  )
}
