/** The largest and the smallest a text is drawn, as a share of the size that the style sheet asks for. */
const LARGEST = 1.5
const SMALLEST = 0.22
const STEPS = 8

const fits = (words: HTMLElement, room: HTMLElement): boolean =>
  words.scrollHeight <= room.clientHeight + 1 && words.scrollWidth <= room.clientWidth + 1

/**
 * Draws the words as large as their room allows: sets `--fit` on them by bisection, again whenever the room changes.
 * Words are not broken to gain size; only what still overflows at the smallest size may break.
 */
export function fit(words: HTMLElement): () => void {
  const room = words.parentElement
  if (!room) return () => undefined
  const set = (scale: number) => words.style.setProperty('--fit', scale.toFixed(3))
  const measure = () => {
    words.classList.remove('face__words--break')
    let low = SMALLEST
    let high = LARGEST
    set(high)
    if (fits(words, room)) return
    for (let step = 0; step < STEPS; step++) {
      const middle = (low + high) / 2
      set(middle)
      if (fits(words, room)) low = middle
      else high = middle
    }
    set(low)
    words.classList.toggle('face__words--break', !fits(words, room))
  }
  measure()
  const observer = new ResizeObserver(measure)
  observer.observe(room)
  return () => observer.disconnect()
}
