import { useMemo, useState } from 'preact/hooks'
import { meanings } from 'virtual:contract'
import { clock, dateAndTime, milliseconds } from '../shared/time.ts'
import type { EventDetail, KeptEvent } from '../shared/types.ts'
import type { PageProps } from './app.tsx'
import { useQuery, useStream } from './data.ts'
import { Answer, Badge, Dialog, Page } from './parts.tsx'
import { href } from './route.ts'
import { type Names, sentence } from './words.ts'

const SHOWN = 200
const families = [...new Set(Object.keys(meanings).map((type) => `${type.split('.')[0]}.*`))]
/** Walking alone would fill the page; whoever wants it asks for it. */
const NOISY = new Set(['presence.moved', 'beacon.sighted', 'ble.advertisement'])

/** Without the radio, whose hundreds a second nobody could read. */
const quiet = families.filter((family) => family !== 'beacon.*' && family !== 'ble.*')

const localToIso = (value: string): string => (value ? new Date(value).toISOString() : '')

export function EventsPage({ names, item }: PageProps) {
  const [type, setType] = useState('')
  const [subject, setSubject] = useState('')
  const [since, setSince] = useState('')
  const [until, setUntil] = useState('')
  const [paused, pause] = useState(false)
  const [told, setTold] = useState<KeptEvent[]>([])

  const search = new URLSearchParams({ limit: String(SHOWN) })
  if (type) search.set('type', type)
  if (subject) search.set('subject', subject)
  if (since) search.set('since', localToIso(since))
  if (until) search.set('until', localToIso(until))
  const kept = useQuery<KeptEvent[]>(`/events?${search}`)

  const past = until !== '' && Date.parse(until) < Date.now()
  const live = useStream(type ? [type] : quiet, (events) => {
    if (paused || past) return
    const wanted = events.filter((event) => type !== '' || !NOISY.has(event.type))
    if (wanted.length > 0) setTold((before) => [...wanted.toReversed(), ...before].slice(0, SHOWN))
  })
  const list = useMemo(() => {
    const fits = (event: KeptEvent) => matchesSubject(subject, event.subject) && matchesType(type, event.type)
    const seen = new Set<string>()
    return [...(past ? [] : told), ...(kept.data ?? [])]
      .filter((event) => fits(event) && (type !== '' || !NOISY.has(event.type)))
      .filter(({ id }) => !seen.has(id) && seen.add(id))
      .slice(0, SHOWN)
  }, [told, kept.data, type, subject, past])

  return (
    <Page
      title="Events"
      lead="Everything that was decided, newest first. Open one to see what it was decided from."
      tools={
        <button class="button" type="button" aria-pressed={paused} onClick={() => pause(!paused)}>
          {paused ? 'Go on' : 'Hold still'}
        </button>
      }
    >
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label class="field">
          <span>Type</span>
          <select class="input" value={type} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="">All but walking and radio</option>
            {families.map((family) => (
              <option key={family} value={family}>
                {family}
              </option>
            ))}
            {Object.entries(meanings).map(([name]) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>About</span>
          <input
            class="input code"
            placeholder="zone/+"
            value={subject}
            onChange={(event) => setSubject(event.currentTarget.value.trim())}
          />
        </label>
        <label class="field">
          <span>From</span>
          <input
            class="input"
            type="datetime-local"
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Until</span>
          <input
            class="input"
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        </label>
      </form>
      {!live && <p class="note">Reconnecting …</p>}
      <Answer query={kept}>
        {() =>
          list.length === 0 ? (
            <div class="empty">
              <p>Nothing like that was kept. Widen the time, or choose another type.</p>
            </div>
          ) : (
            <ol class="events figures">
              {list.map((event) => (
                <li key={event.id}>
                  <a class="event" href={href('events', event.id)}>
                    <time title={dateAndTime(milliseconds(event.time))}>{clock(milliseconds(event.time))}</time>
                    <span class="event__words">{sentence(event, names)}</span>
                    <span class="event__type code quiet">{event.type}</span>
                  </a>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
      {item !== undefined && <EventDialog id={item} names={names} />}
    </Page>
  )
}

/** One event with what it was decided from, back to the first cause that is kept, and what came of it. */
function EventDialog({ id, names }: { id: string; names: Names }) {
  const query = useQuery<EventDetail>(`/events/${encodeURIComponent(id)}`)
  return (
    <Dialog title="Why this happened" close={() => (location.hash = href('events'))}>
      <Answer query={query}>
        {(event) => (
          <>
            <ol class="chain">
              {event.effects && event.effects.length > 0 && (
                <Chain title="What came of it" events={event.effects} names={names} />
              )}
              <li class="chain__this">
                <p class="label">This</p>
                <strong>{sentence(event, names)}</strong>
                <p class="quiet figures">
                  {dateAndTime(milliseconds(event.time))} from <span class="code">{event.source}</span>{' '}
                  {event.privacy !== 'none' && (
                    <Badge tone="plain">{event.privacy === 'person' ? 'by consent' : 'anonymous'}</Badge>
                  )}
                </p>
              </li>
              {event.causes.length > 0 ? (
                <Chain title="Because" events={event.causes} names={names} />
              ) : (
                <li>
                  <p class="label">Because</p>
                  <p class="quiet">
                    {'evidence' in event.data
                      ? 'Decided from the signals below; raw advertisements are not kept.'
                      : 'No earlier event is named as its cause, or it is not kept any more.'}
                  </p>
                </li>
              )}
            </ol>
            <details open>
              <summary>All of it</summary>
              <pre class="code yaml" tabIndex={0}>
                {JSON.stringify({ type: event.type, subject: event.subject, data: event.data }, null, 2)}
              </pre>
            </details>
          </>
        )}
      </Answer>
    </Dialog>
  )
}

const Chain = ({ title, events, names }: { title: string; events: KeptEvent[]; names: Names }) => (
  <>
    {events.map((event, index) => (
      <li key={event.id}>
        {index === 0 && <p class="label">{title}</p>}
        <a href={href('events', event.id)}>{sentence(event, names)}</a>
        <p class="quiet figures">
          {clock(milliseconds(event.time))} <span class="code">{event.type}</span>
        </p>
      </li>
    ))}
  </>
)

const matchesType = (wanted: string, type: string): boolean =>
  wanted === '' || wanted === type || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1)))

/** `+` is one level, a last `#` the rest, as in MQTT. */
function matchesSubject(pattern: string, subject: string): boolean {
  if (pattern === '') return true
  const levels = subject.split('/')
  const wanted = pattern.split('/')
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    if (level !== '+' && level !== levels[index]) return false
  }
  return wanted.length === levels.length
}
