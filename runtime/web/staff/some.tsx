import { useState } from 'preact/hooks'

/** Nobody reads on a phone beyond what comes first; the rest is a tap away. */
const STEP = 30

/** The first of a long list, and a button for more of it. */
export function useSome<T>(all: readonly T[]) {
  const [shown, setShown] = useState(STEP)
  const more = all.length - shown
  return {
    some: all.slice(0, shown),
    more: more > 0 && (
      <button type="button" class="job__button jobs__more" onClick={() => setShown(shown + STEP)}>
        Show more ({more})
      </button>
    ),
  }
}
