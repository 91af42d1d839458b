import { useState } from 'preact/hooks'
import { Dialog } from '../parts.tsx'

const DAY = 86_400_000

/** Which days of a cabinet's log go out: days of the shop, wherever the one who asks may be. */
export function ExportDialog({
  cabinet,
  name,
  timezone,
  close,
}: {
  cabinet: string
  name: string
  timezone: string
  close: () => void
}) {
  // The Swedish way to write a day is that of ISO 8601.
  const dayOf = (time: number) => new Date(time).toLocaleDateString('sv-SE', { timeZone: timezone })
  const [from, setFrom] = useState(dayOf(Date.now() - 6 * DAY))
  const [to, setTo] = useState(dayOf(Date.now()))
  const wrong = from === '' || to === '' || from > to
  const link = (kind: 'csv' | 'pdf') =>
    `/api/v1/cabinets/${encodeURIComponent(cabinet)}/log.${kind}?${new URLSearchParams({ from, to })}`
  return (
    <Dialog title={`Log of ${name}`} close={close}>
      <div class="cold__export">
        <label class="field">
          <span>From</span>
          <input type="date" value={from} max={to} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>To and with</span>
          <input type="date" value={to} min={from} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
        {wrong ? (
          <p role="alert">The first day must not lie after the last.</p>
        ) : (
          <p class="cold__files">
            <a class="button button--main" href={link('pdf')} download>
              PDF to print
            </a>
            <a class="button" href={link('csv')} download>
              CSV for a table
            </a>
          </p>
        )}
        <p class="quiet">
          Days are those of {timezone}. Both name the gaps and who saw to what. They show what was measured, not whether
          food is safe.
        </p>
      </div>
    </Dialog>
  )
}
