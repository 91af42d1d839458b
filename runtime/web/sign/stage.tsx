import { useEffect, useRef, useState } from 'preact/hooks'
import { SignFace, type Medium } from '../shared/sign-face.tsx'
import type { Content } from '../shared/types.ts'

/** Longer than the slowest transition in sign.css, so that the old content is taken away unseen. */
const TRANSITION_MILLISECONDS = 1000

export interface Act {
  /** Grows with each change. */
  number: number
  content: Content
  medium?: Medium
}

/** Draws one content over the other by its transition, then takes the old one away. `shown` is told when it stands. */
export function Stage({ act, shown }: { act: Act; shown: (act: Act) => void }) {
  const [acts, setActs] = useState<Act[]>([act])
  const told = useRef(0)
  const first = useRef(act)

  useEffect(() => {
    setActs((before) => (before.some((one) => one.number === act.number) ? before : [...before.slice(-1), act]))
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const wait = act === first.current || act.content.transition === 'cut' || still ? 50 : TRANSITION_MILLISECONDS
    const timer = setTimeout(() => {
      setActs([act])
      if (told.current === act.number) return
      told.current = act.number
      shown(act)
    }, wait)
    return () => clearTimeout(timer)
  }, [act])

  return (
    <div class="stage">
      {acts.map((one, index) => (
        <div
          key={one.number}
          class={`stage__act ${index > 0 ? `stage__act--${one.content.transition ?? 'fade'}` : ''}`}
          aria-hidden={index < acts.length - 1}
        >
          <SignFace content={one.content} {...(one.medium ? { medium: one.medium } : {})} />
        </div>
      ))}
    </div>
  )
}
