import type { Shift } from '../../../contract/index.ts'
import { isOvernight, shiftWords, spansOf, week, weekHours } from './shifts.ts'

/** A week at a glance: a bar for each span, midnight at both ends. */
export const WeekPicture = ({ shifts }: { shifts: readonly Shift[] }) => (
  <ol class="week" aria-label={shifts.map(shiftWords).join('; ')}>
    {spansOf(shifts).map((spans, at) => (
      <li key={week[at]?.id}>
        <span class="week__day">{week[at]?.short}</span>
        <span class="week__bar">
          {spans.map(({ start, end }) => (
            <span
              key={`${start} ${end}`}
              class="week__span"
              style={{ insetInlineStart: `${start * 100}%`, width: `${(end - start) * 100}%` }}
            />
          ))}
        </span>
      </li>
    ))}
  </ol>
)

/** The shifts of somebody: days to tick, hours to pick, and the week that comes of it. */
export function ShiftsEditor({ shifts, change }: { shifts: readonly Shift[]; change: (shifts: Shift[]) => void }) {
  const set = (at: number, part: Partial<Shift>) =>
    change(shifts.map((one, index) => (index === at ? { ...one, ...part } : one)))
  const toggle = (at: number, { days }: Shift, day: Shift['days'][number]) =>
    set(at, { days: week.map(({ id }) => id).filter((id) => (id === day) !== days.includes(id)) })
  const last = shifts.at(-1)
  return (
    <fieldset class="shifts">
      <legend>Shifts</legend>
      {shifts.length === 0 && <p class="quiet">Without a shift nobody is ever called on shift.</p>}
      {shifts.map((shift, at) => (
        <div key={at} class="shifts__one" role="group" aria-label={`Shift ${at + 1}`}>
          <div class="shifts__days">
            {week.map(({ id, short, name }) => (
              <label key={id} class="shifts__day">
                <input
                  type="checkbox"
                  aria-label={name}
                  checked={shift.days.includes(id)}
                  onChange={() => toggle(at, shift, id)}
                />
                <span aria-hidden="true">{short}</span>
              </label>
            ))}
          </div>
          <div class="shifts__hours">
            {(['from', 'to'] as const).map((end) => (
              <input
                key={end}
                class="input"
                type="time"
                required
                aria-label={end === 'from' ? 'From' : 'To'}
                value={shift[end]}
                onInput={(event) => set(at, { [end]: event.currentTarget.value })}
              />
            ))}
            <button
              class="button button--small"
              type="button"
              onClick={() => change(shifts.filter((_, index) => index !== at))}
            >
              Remove
            </button>
          </div>
          <small class="quiet">
            {shift.days.length === 0
              ? 'Tick a day.'
              : isOvernight(shift)
                ? `Ends at ${shift.to} on the next day`
                : shiftWords(shift)}
          </small>
        </div>
      ))}
      <div class="shifts__foot">
        <button
          class="button button--small"
          type="button"
          onClick={() =>
            change([
              ...shifts,
              last ? { ...last, days: [] } : { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' },
            ])
          }
        >
          Add a shift
        </button>
        {shifts.length > 0 && <span class="quiet figures">{weekHours(shifts)} hours a week</span>}
      </div>
      {shifts.length > 0 && <WeekPicture shifts={shifts} />}
    </fieldset>
  )
}
