import type { Playlist } from '../shared/types.ts'
import { toggled, without } from './lists.ts'

type Part = NonNullable<Playlist['hours']>[number]

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** When a playlist runs; always where there are no hours. */
export function PlaylistHours({ hours, change }: { hours: readonly Part[]; change: (next: Part[]) => void }) {
  const setPart = (index: number, part: Part) => change(hours.map((one, at) => (at === index ? part : one)))
  const dropPart = (index: number) => change(hours.filter((_, at) => at !== index))
  return (
    <fieldset class="parts">
      <legend>When</legend>
      {hours.length === 0 && <p class="quiet">Always.</p>}
      {hours.map((part, index) => (
        <div key={index} class="part">
          <span class="part__days">
            {DAYS.map((day) => (
              <label key={day} class="choice">
                <input
                  type="checkbox"
                  checked={part.days?.includes(day) ?? true}
                  onChange={() => {
                    const days = toggled(part.days ?? [...DAYS], day)
                    setPart(index, days.length === 0 || days.length === 7 ? without(part, 'days') : { ...part, days })
                  }}
                />
                {day}
              </label>
            ))}
          </span>
          <span class="part__times">
            <input
              class="input"
              type="time"
              required
              aria-label="From"
              value={part.from}
              onInput={(event) => setPart(index, { ...part, from: event.currentTarget.value })}
            />
            <span>to</span>
            <input
              class="input"
              type="time"
              required
              aria-label="To"
              value={part.to}
              onInput={(event) => setPart(index, { ...part, to: event.currentTarget.value })}
            />
            <button class="button button--small" type="button" onClick={() => dropPart(index)}>
              Remove
            </button>
          </span>
          {part.to <= part.from && (
            <p class="quiet">{part.from === part.to ? 'The whole day.' : 'Ends on the next day.'}</p>
          )}
        </div>
      ))}
      <button
        class="button button--small"
        type="button"
        onClick={() => change([...hours, { from: '08:00', to: '18:00' }])}
      >
        Add hours
      </button>
    </fieldset>
  )
}
