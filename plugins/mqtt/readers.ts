/**
 * Who may read from our broker: plugins of things that weigh or measure and speak MQTT themselves, such as a scale. A
 * reader is given the topics that the configuration names, and never one of a gateway: those carry radio addresses.
 */
import { routeOf } from './ingest.ts'

/** True where a filter (`scales/#`, `tele/+/SENSOR`) names a topic (MQTT 3.1.1, 4.7.1). */
function names(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true
    if (levels[at] === undefined || (level !== '+' && level !== levels[at])) return false
  }
  return wanted.length === levels.length
}

export interface Readers {
  /** May it ask for this: a topic, or one of the filters as it is written. */
  mayAsk(filter: string): boolean
  /** May it be given what was published here. */
  mayHear(topic: string): boolean
}

export const createReaders = (filters: readonly string[]): Readers => {
  const mayHear = (topic: string) => routeOf(topic) === undefined && filters.some((filter) => names(filter, topic))
  return { mayHear, mayAsk: (filter) => filters.includes(filter) || (!/[+#]/.test(filter) && mayHear(filter)) }
}
