import { type Consume, type Event, matchesType, matchesWhere } from '../contract/index.ts'

export type Test = (event: Event) => boolean

/**
 * A subject pattern as a function that allocates nothing for each event. Same meaning as the contract's
 * matchesSubject: `+` is one level, a last `#` is the rest, its own level included (MQTT 3.1.1, 4.7.1).
 */
export function compileSubject(pattern: string): (subject: string) => boolean {
  if (pattern === '#') return () => true
  const levels = pattern.split('/')
  const hash = levels.indexOf('#')
  const wanted = hash < 0 ? levels : levels.slice(0, hash)
  if (!wanted.includes('+')) {
    const stem = wanted.join('/')
    if (hash < 0) return (subject) => subject === stem
    if (hash === 0) return () => true
    return (subject) =>
      subject.startsWith(stem) && (subject.length === stem.length || subject.charCodeAt(stem.length) === 47)
  }
  return (subject) => {
    if (subject === pattern) return true
    let start = 0
    for (const level of wanted) {
      if (start > subject.length) return false
      const slash = subject.indexOf('/', start)
      const end = slash < 0 ? subject.length : slash
      if (level !== '+' && (level.length !== end - start || !subject.startsWith(level, start))) return false
      start = end + 1
    }
    return hash >= 0 || start > subject.length
  }
}

/**
 * What a consumer wants of one type, decided once for that type: undefined where it wants none of it, null where it
 * wants all of it, else a test for each event.
 */
export function compileForType(consumes: readonly Consume[], type: string): Test | null | undefined {
  const tests: Test[] = []
  for (const { type: pattern, subject, where } of consumes) {
    if (!matchesType(pattern, type)) continue
    const fits = subject === undefined || subject === '#' ? undefined : compileSubject(subject)
    if (!fits && !where) return null
    if (!where) tests.push((event) => fits?.(event.subject) ?? true)
    else tests.push((event) => (fits?.(event.subject) ?? true) && matchesWhere(where, event.data))
  }
  const [first] = tests
  if (!first) return undefined
  return tests.length === 1 ? first : (event) => tests.some((test) => test(event))
}
