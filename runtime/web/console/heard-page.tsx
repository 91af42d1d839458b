import { useEffect, useRef, useState } from 'preact/hooks'
import { ago, milliseconds } from '../shared/time.ts'
import type { Device } from '../shared/types.ts'
import { useNow } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useStream } from './data.ts'
import { Answer, Badge, Page } from './parts.tsx'

const WINDOW_SECONDS = 10
const TONES = {
  online: 'good',
  stale: 'warn',
  offline: 'bad',
  suspect: 'warn',
  discovered: 'plain',
  unknown: 'plain',
} as const
const WORDS = {
  online: 'Answers',
  stale: 'Silent',
  offline: 'Gone',
  suspect: 'Not believed',
  discovered: 'New',
  unknown: 'Not heard yet',
} as const

interface Hearing {
  lastAt: number
  /** Sightings of each of the last seconds. */
  counts: number[]
  tags: Map<string, number>
}

/** What each receiver hears, counted from the live stream, which may leave out some where it is very busy. */
function useHearing(): ReadonlyMap<string, Hearing> {
  const heard = useRef(new Map<string, Hearing>())
  const [shown, show] = useState<ReadonlyMap<string, Hearing>>(new Map())
  useStream(['beacon.sighted'], (events) => {
    for (const { data, time } of events) {
      const receiver = String(data['receiver'])
      let one = heard.current.get(receiver)
      if (!one) heard.current.set(receiver, (one = { lastAt: 0, counts: [0], tags: new Map() }))
      one.lastAt = milliseconds(time)
      one.counts[0] = (one.counts[0] ?? 0) + 1
      one.tags.set(String(data['tag']), one.lastAt)
    }
  })
  useEffect(() => {
    const timer = setInterval(() => {
      const old = Date.now() - WINDOW_SECONDS * 1000
      for (const one of heard.current.values()) for (const [tag, at] of one.tags) if (at < old) one.tags.delete(tag)
      show(new Map([...heard.current].map(([id, one]) => [id, { ...one, counts: [...one.counts] }])))
      for (const one of heard.current.values()) one.counts = [0, ...one.counts].slice(0, WINDOW_SECONDS)
    }, 1000)
    return () => clearInterval(timer)
  }, [])
  return shown
}

export function HeardPage({ plan }: PageProps) {
  const devices = useLiveQuery<(Device & { plugin: string })[]>('/devices', ['device.*'], 5)
  const hearing = useHearing()
  const now = useNow(2)
  const known = new Set(plan.receivers.map(({ id }) => id))
  const strangers = [...hearing.keys()].filter((id) => !known.has(id))
  const rows = [...plan.receivers, ...strangers.map((id) => ({ id, name: id }))]
  return (
    <Page title="What is heard" lead="Receivers that listen for tags, and every device that a plugin looks after.">
      <section class="sheet" aria-labelledby="receivers">
        <h2 id="receivers">Receivers</h2>
        {rows.length === 0 ? (
          <div class="empty">
            <p>No receiver has a place yet. Write them under receivers in the shop file.</p>
          </div>
        ) : (
          <table class="table figures">
            <thead>
              <tr>
                <th scope="col">Receiver</th>
                <th scope="col">Last heard</th>
                <th scope="col" class="table__number">
                  A second
                </th>
                <th scope="col" class="table__number">
                  Tags
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, name }) => {
                const one = hearing.get(id)
                const counts = one?.counts ?? []
                const rate = counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length)
                return (
                  <tr key={id}>
                    <th scope="row">
                      {name}
                      {!known.has(id) && (
                        <small class="quiet">no place on the plan yet: add {id} to the shop file</small>
                      )}
                    </th>
                    <td>{one ? ago(one.lastAt, now) : <span class="quiet">nothing since you look</span>}</td>
                    <td class="table__number">{one ? rate.toFixed(1) : '–'}</td>
                    <td class="table__number">{one ? one.tags.size : '–'}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        )}
      </section>
      <section class="sheet" aria-labelledby="devices">
        <h2 id="devices">Devices</h2>
        <Answer
          query={devices}
          empty={<p>No plugin has found a device yet. What runs shows whether one cannot start.</p>}
        >
          {(list) => (
            <table class="table figures">
              <thead>
                <tr>
                  <th scope="col">Device</th>
                  <th scope="col">State</th>
                  <th scope="col">Last event</th>
                </tr>
              </thead>
              <tbody>
                {list.map((device) => (
                  <tr key={device.source}>
                    <th scope="row">
                      {device.name ?? device.id}
                      <small class="quiet code">{device.source}</small>
                    </th>
                    <td>
                      <Badge tone={TONES[device.state]}>{WORDS[device.state]}</Badge>
                      {device.reason && <small class="quiet">{device.reason}</small>}
                    </td>
                    <td>{device.lastEventAt ? ago(milliseconds(device.lastEventAt), now) : '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Answer>
      </section>
    </Page>
  )
}
