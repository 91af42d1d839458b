import { useState } from 'preact/hooks'
import { degrees, temperatureUnit, type TemperatureUnit } from '../../../contract/units.ts'
import { json } from '../../shared/api.ts'
import { ago, milliseconds } from '../../shared/time.ts'
import { Fault, useNow } from '../../shared/ui.tsx'
import type { PageProps } from '../app.tsx'
import { useLiveQuery, useTask } from '../data.ts'
import { Answer, Badge, Page } from '../parts.tsx'
import { href } from '../route.ts'
import { ColdChart } from './cold-chart.tsx'
import { ExportDialog } from './export-dialog.tsx'

/** As GET /cold answers. */
interface ColdCabinet {
  cabinet: string
  name: string
  zone?: string
  limitCelsius: number
  state: string
  time?: string
  airCelsius?: number
  productCelsius?: number
  minutesToLimit?: number
  clockMinutes: number
  reasons: string[]
  acknowledged: boolean
  staff?: string
}

const states: Record<string, { tone: 'good' | 'warn' | 'bad' | 'plain'; words: string }> = {
  'in-range': { tone: 'good', words: 'In its range' },
  warning: { tone: 'warn', words: 'Warning' },
  excursion: { tone: 'bad', words: 'Product over its limit' },
  defrost: { tone: 'plain', words: 'Defrosting' },
  'door-open': { tone: 'plain', words: 'Door open' },
  unknown: { tone: 'warn', words: 'Not measured' },
}

export function ColdPage({ plan, names }: PageProps) {
  const cabinets = useLiveQuery<ColdCabinet[]>('/cold', ['cold.*'], 30)
  const unit = temperatureUnit(plan.locale)
  return (
    <Page
      title="Cold"
      lead="Fridges and freezers: what was measured, and for how long it was too warm."
      tools={
        <a class="button" href={href('cabinets')}>
          Edit the cabinets
        </a>
      }
    >
      <Answer
        query={cabinets}
        empty={
          <p>
            No cabinet is watched yet. Adopt its probes under <a href={href('devices')}>Devices</a>, then name the
            cabinet and its probes under <a href={href('cabinets')}>Cabinets</a>.
          </p>
        }
      >
        {(list) => (
          <ul class="cold">
            {list.map((one) => (
              <CabinetCard
                key={one.cabinet}
                cabinet={one}
                unit={unit}
                timezone={plan.timezone}
                seer={one.staff === undefined ? 'Somebody' : names.who(`staff/${one.staff}`)}
                reload={cabinets.reload}
              />
            ))}
          </ul>
        )}
      </Answer>
    </Page>
  )
}

function CabinetCard({
  cabinet,
  unit,
  timezone,
  seer,
  reload,
}: {
  cabinet: ColdCabinet
  unit: TemperatureUnit
  timezone: string
  /** Who sees to it. */
  seer: string
  reload: () => void
}) {
  const { cabinet: id, name, state, limitCelsius, airCelsius, productCelsius, minutesToLimit, clockMinutes } = cabinet
  const [exporting, setExporting] = useState(false)
  const task = useTask()
  const now = useNow(10)
  const { tone, words } = states[state] ?? { tone: 'plain' as const, words: state }
  const alarmed = cabinet.reasons.length > 0
  const acknowledge = () => {
    const body = { name: 'cold.acknowledge', to: `cold-chain/${id}`, params: {} }
    void task.run(() => json('POST', '/commands', { body })).then(reload)
  }
  return (
    <li class={`sheet cold__card cold__card--${tone}`}>
      <header class="sheet__head">
        <h2>{name}</h2>
        <Badge tone={tone}>{words}</Badge>
      </header>
      <dl class="cold__figures figures">
        <Figure label="Air" value={airCelsius === undefined ? '–' : degrees(airCelsius, unit)} />
        <Figure label="Product" value={productCelsius === undefined ? '–' : degrees(productCelsius, unit)} />
        <Figure label="Limit" value={degrees(limitCelsius, unit)} />
        {minutesToLimit === undefined || state === 'excursion' ? null : (
          <Figure label="Product reaches its limit" value={`in ${Math.round(minutesToLimit)} min`} />
        )}
        <Figure label="Over the limit in 24 h" value={duration(clockMinutes)} />
      </dl>
      {alarmed && (
        <div class="cold__alarm" role="status">
          <ul>
            {cabinet.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
          {cabinet.acknowledged ? (
            <p class="quiet">{seer} sees to it.</p>
          ) : (
            <button class="button button--main" type="button" disabled={task.busy} onClick={acknowledge}>
              I see to it
            </button>
          )}
        </div>
      )}
      {task.error && <Fault error={task.error} />}
      <ColdChart cabinet={id} limitCelsius={limitCelsius} unit={unit} />
      <footer class="sheet__foot cold__foot">
        <small class="quiet">
          {cabinet.time ? `Measured ${ago(milliseconds(cabinet.time), now)}` : 'Nothing measured yet'}
        </small>
        <span class="cold__tools">
          <a class="button button--small" href={href('cabinets', id)} aria-label={`Edit ${name}`}>
            Edit
          </a>
          <button class="button button--small" type="button" onClick={() => setExporting(true)}>
            Export the log
          </button>
        </span>
      </footer>
      {exporting && <ExportDialog cabinet={id} name={name} timezone={timezone} close={() => setExporting(false)} />}
    </li>
  )
}

const Figure = ({ label, value }: { label: string; value: string }) => (
  <div>
    <dt class="label">{label}</dt>
    <dd>{value}</dd>
  </div>
)

const duration = (minutes: number): string => {
  const whole = Math.round(minutes)
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, '0')} min`
}
