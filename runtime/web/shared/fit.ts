/** The largest and the smallest a text is drawn, as a share of the size that the style sheet asks for. */
const LARGEST = 1.9
const SMALLEST = 0.2
/** Below this share a word is broken rather than everything drawn smaller. */
const BREAK_BELOW = 0.6
const STEPS = 8

const fits = (words: HTMLElement, room: HTMLElement): boolean =>
  words.scrollHeight <= room.clientHeight + 1 && words.scrollWidth <= room.clientWidth + 1

/**
 * Draws the words as large as their room allows: sets `--fit` on them by bisection, again whenever the room changes.
 * Words stay whole unless one is so long that everything would have to be small for it.
 */
export function fit(words: HTMLElement): () => void {
  const room = words.parentElement
  if (!room) return () => undefined
  const set = (scale: number) => words.style.setProperty('--fit', scale.toFixed(3))
  const largest = (): number => {
    set(LARGEST)
    if (fits(words, room)) return LARGEST
    let low = SMALLEST
    let high = LARGEST
    for (let step = 0; step < STEPS; step++) {
      const middle = (low + high) / 2
      set(middle)
      if (fits(words, room)) low = middle
      else high = middle
    }
    return low
  }
  const measure = () => {
    words.classList.remove('face__words--break')
    let scale = largest()
    if (scale < BREAK_BELOW) {
      words.classList.add('face__words--break')
      scale = largest()
    }
    set(scale)
  }
  measure()
  const observer = new ResizeObserver(measure)
  observer.observe(room)
  return () => observer.disconnect()
}
