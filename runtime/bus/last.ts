import type { Event, EventDefinition } from '../contract/index.ts'

/** At most so many subjects a type are remembered. */
const MAX_SUBJECTS = 10_000

interface Kept {
  event: Event
  /** Monotonic milliseconds of its arrival. */
  at: number
}

/** The newest event of each subject of one type. */
export interface LastValues {
  set(event: Event, at: number): void
  get(subject: string): Kept | undefined
  all(): Iterable<Kept>
  forget(token: string, definition: EventDefinition | undefined): void
}

/** True where an event is about this token, by its subject or an identity field. */
export function isAbout(event: Event, token: string, definition: EventDefinition | undefined): boolean {
  const { subject, data } = event
  if (subject === token || subject.startsWith(`${token}/`)) return true
  if (!definition?.identity || typeof data !== 'object' || data === null) return false
  const fields = data as Record<string, unknown>
  return definition.identity.some((field) => fields[field] === token)
}

export function createLastValues(): LastValues {
  const kept = new Map<string, Kept>()

  /** Drops the tenth that was not heard of for longest: rare, so that setting a value stays one look-up. */
  const shrink = () => {
    const oldest = [...kept].sort(([, a], [, b]) => a.at - b.at).slice(0, MAX_SUBJECTS / 10)
    for (const [subject] of oldest) kept.delete(subject)
  }

  return {
    set(event, at) {
      const known = kept.get(event.subject)
      if (known) {
        known.event = event
        known.at = at
        return
      }
      if (kept.size >= MAX_SUBJECTS) shrink()
      kept.set(event.subject, { event, at })
    },
    get: (subject) => kept.get(subject),
    all: () => kept.values(),
    forget(token, definition) {
      for (const [subject, { event }] of kept) if (isAbout(event, token, definition)) kept.delete(subject)
    },
  }
}
