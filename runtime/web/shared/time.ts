/** Times in the words of the floor. All times are milliseconds since the epoch. */

/** `just now`, `40 s`, `3 min`, `2 h`, `4 days`: how long ago. */
export function ago(time: number, now: number): string {
  const seconds = Math.max(0, (now - time) / 1000)
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? 'yesterday' : `${days} days ago`
}

/** Minutes and seconds of a stay, `2:05`. */
export const stay = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const shortFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })

export const clock = (time: number): string => clockFormat.format(time)
export const hourAndMinute = (time: number): string => shortFormat.format(time)
export const dateAndTime = (time: number): string => dayFormat.format(time)

/** A time as the API gives it: milliseconds, or RFC 3339. */
export const milliseconds = (time: number | string): number => (typeof time === 'number' ? time : Date.parse(time))
