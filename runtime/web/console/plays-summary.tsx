import { useState } from 'preact/hooks'
import { useQuery } from './data.ts'
import { Answer } from './parts.tsx'
import type { Names } from './words.ts'

interface Sum {
  screen: string
  content: string
  plays: number
  shownSeconds: number
}

const DAY = 86_400_000
const SHOWN_ROWS = 12
const hours = (seconds: number): string =>
  seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
/** From whole minutes, so that the question stays the same while the page is open. */
const since = (days: number) => new Date(Math.floor(Date.now() / 60_000) * 60_000 - days * DAY).toISOString()

/** Proof of play: what was shown how often and how long, and every play as a file. */
export function PlaysSummary({ names }: { names: Names }) {
  const [from, setFrom] = useState(() => since(1))
  const [days, setDays] = useState(1)
  const sums = useQuery<Sum[]>(`/plays?from=${from}`)
  return (
    <section class="sheet plays" aria-labelledby="plays">
      <header class="sheet__head">
        <div>
          <h2 id="plays">What was shown</h2>
          <p class="quiet">As the players have told it. A screen that was alone tells later.</p>
        </div>
        <div class="sheet__foot">
          <select
            class="input plays__days"
            aria-label="Time"
            value={days}
            onChange={(event) => {
              setDays(Number(event.currentTarget.value))
              setFrom(since(Number(event.currentTarget.value)))
            }}
          >
            <option value={1}>The last day</option>
            <option value={7}>The last week</option>
            <option value={30}>The last 30 days</option>
          </select>
          <a class="button button--small" href={`/api/v1/plays.csv?from=${from}`} download>
            Save as CSV
          </a>
        </div>
      </header>
      <Answer query={sums} empty={<p>Nothing was shown in this time.</p>}>
        {(list) => (
          <div class="scroll">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Screen</th>
                  <th scope="col">Content</th>
                  <th scope="col" class="table__number">
                    Plays
                  </th>
                  <th scope="col" class="table__number">
                    Shown
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.slice(0, SHOWN_ROWS).map(({ screen, content, plays, shownSeconds }) => (
                  <tr key={`${screen} ${content}`}>
                    <th scope="row">{names.screen(screen)}</th>
                    <td class="code">{content}</td>
                    <td class="table__number figures">{plays}</td>
                    <td class="table__number figures">{hours(shownSeconds)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {list.length > SHOWN_ROWS && <p class="quiet">and {list.length - SHOWN_ROWS} more in the file</p>}
          </div>
        )}
      </Answer>
    </section>
  )
}
