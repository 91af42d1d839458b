import { useState } from 'preact/hooks'
import { Dialog } from '../parts.tsx'

const DAY = 86_400_000
const dayOf = (time: number) => new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 10)

/** Which days of a cabinet's log go out; days are those of this computer's clock, the file says the offset. */
export function ExportDialog({ cabinet, name, close }: { cabinet: string; name: string; close: () => void }) {
  const [from, setFrom] = useState(dayOf(Date.now() - 6 * DAY))
  const [to, setTo] = useState(dayOf(Date.now()))
  const begin = new Date(`${from}T00:00`)
  const end = new Date(new Date(`${to}T00:00`).setHours(24))
  const wrong = Number.isNaN(begin.getTime()) || Number.isNaN(end.getTime()) || begin >= end
  const link = (kind: 'csv' | 'pdf') => {
    const search = new URLSearchParams({ from: begin.toISOString(), to: end.toISOString() })
    return `/api/v1/cabinets/${encodeURIComponent(cabinet)}/log.${kind}?${search}`
  }
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
          Both name the gaps and who saw to what. They show what was measured, not whether food is safe.
        </p>
      </div>
    </Dialog>
  )
}
