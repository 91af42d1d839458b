/** What can be said of a device that cannot be asked, in lines for the technician. */
import type { DeviceStatus } from '../host/index.ts'

export interface Tested {
  works: boolean
  said: string[]
  /** It answered itself; else what the box knows of it. */
  asked: boolean
}

const states: Record<DeviceStatus['state'], string> = {
  online: 'Its plugin says that it answers.',
  stale: 'It has been silent for too long.',
  offline: 'It is gone.',
  suspect: 'It says what cannot be true, and is kept out.',
  discovered: 'It was found, and nobody has adopted it yet.',
  unknown: 'Nothing was heard of it since its plugin started.',
}

export function judge({ state, reason, lastEventAt, last }: DeviceStatus, now: number): Tested {
  const said = [states[state]]
  if (reason !== undefined) said.push(reason)
  if (lastEventAt !== undefined) said.push(`Its last word is ${age(now - lastEventAt)} old.`)
  if (last) said.push(`It last said ${last.type}: ${numbers(last.data)}`.slice(0, 200))
  return { works: state === 'online' || (state === 'unknown' && last !== undefined), said, asked: false }
}

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

const numbers = (data: unknown): string =>
  Object.entries((data ?? {}) as Record<string, unknown>)
    .filter(([, value]) => ['number', 'boolean', 'string'].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
