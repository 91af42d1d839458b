/** Vibration, sound and badge. Browsers allow the first two only after the page was touched once. */
import type { Alert } from '../shared/types.ts'

/** Milliseconds on, off, on …: an urgent one insists, a calm one only touches the wrist. */
const BUZZ: Record<Alert['urgency'], number[]> = {
  calm: [60],
  normal: [120, 80, 120],
  urgent: [250, 100, 250, 100, 400],
}
/** Tones: hertz and start in seconds. A calm one makes no sound. */
const TONES: Record<Alert['urgency'], [hertz: number, start: number][]> = {
  calm: [],
  normal: [[660, 0]],
  urgent: [
    [880, 0],
    [660, 0.22],
    [880, 0.44],
  ],
}
const TONE_SECONDS = 0.18
let audio: AudioContext | undefined

export function disturb(urgency: Alert['urgency']): void {
  if (!navigator.userActivation?.hasBeenActive) return
  navigator.vibrate?.(BUZZ[urgency])
  if (TONES[urgency].length === 0 || !('AudioContext' in globalThis)) return
  audio ??= new AudioContext()
  for (const [hertz, start] of TONES[urgency]) {
    const tone = new OscillatorNode(audio, { frequency: hertz })
    const volume = new GainNode(audio, { gain: 0.12 })
    tone.connect(volume).connect(audio.destination)
    tone.start(audio.currentTime + start)
    tone.stop(audio.currentTime + start + TONE_SECONDS)
  }
}

/** How many things wait, on the icon of an installed page. */
export function showBadge(count: number): void {
  const shown = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.()
  shown?.catch(() => undefined)
}
