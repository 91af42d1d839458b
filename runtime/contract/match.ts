import type { Consume, Event } from './event.ts'

/** True where a type matches a pattern: exact, `shelf.*` for a family, `*` for all. */
export function matchesType(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))
}

/** True where a subject matches an MQTT-like pattern: `+` is one level, a last `#` is the rest (MQTT 3.1.1, 4.7.1). */
export function matchesSubject(pattern: string, subject: string): boolean {
  if (pattern === '#' || pattern === subject) return true
  const wanted = pattern.split('/')
  const levels = subject.split('/')
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true
    if (i >= levels.length || (wanted[i] !== '+' && wanted[i] !== levels[i])) return false
  }
  return wanted.length === levels.length
}

/** True where every `where` field equals the datum, or is contained in it where the datum is an array. */
export function matchesWhere(where: NonNullable<Consume['where']>, data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  for (const [field, wanted] of Object.entries(where)) {
    const value = (data as Record<string, unknown>)[field]
    if (Array.isArray(value) ? !value.includes(wanted) : value !== wanted) return false
  }
  return true
}

export function matches(consume: Consume, event: Event): boolean {
  return (
    matchesType(consume.type, event.type) &&
    (consume.subject === undefined || matchesSubject(consume.subject, event.subject)) &&
    (consume.where === undefined || matchesWhere(consume.where, event.data))
  )
}
