import { ago } from '../../shared/time.ts'
import { Icon } from '../icons.tsx'
import { kindName, type Names } from '../words.ts'
import { KindShape } from './dots.tsx'
import { type Dot, isStale } from './presence.ts'

/** −100 dBm is hardly heard, −45 dBm is within reach of a hand. */
const strength = (rssi: number): number => Math.min(1, Math.max(0.04, (rssi + 100) / 55))

/** Why somebody is drawn where they are: who heard them, how strongly, and how sure that makes it. */
export function EvidencePanel({ dot, names, now, close }: { dot: Dot; names: Names; now: number; close: () => void }) {
  return (
    <section class="evidence" aria-label={`Evidence for ${names.who(dot.who)}`}>
      <header>
        <svg class="legend__shape" viewBox="-11 -11 22 22" aria-hidden="true">
          <KindShape kind={dot.kind} />
        </svg>
        <div>
          <h2>{names.who(dot.who)}</h2>
          <p class="quiet">
            {kindName[dot.kind]}
            {dot.zone && ` in ${names.zone(dot.zone)}`}
          </p>
        </div>
        <button class="button button--small" type="button" onClick={close}>
          <Icon name="close" />
          <span class="hidden">Close</span>
        </button>
      </header>
      <dl class="facts figures">
        <div>
          <dt>Heard</dt>
          <dd>{isStale(dot, now) ? `last ${ago(dot.heardAt, now)}` : 'now'}</dd>
        </div>
        <div>
          <dt>Sure</dt>
          <dd>{dot.confidence === undefined ? '–' : `${Math.round(dot.confidence * 100)} %`}</dd>
        </div>
        <div>
          <dt>Within</dt>
          <dd>{dot.accuracyMetres.toFixed(1)} m</dd>
        </div>
      </dl>
      <table class="signals figures">
        <caption class="label">Decided from</caption>
        <thead class="hidden">
          <tr>
            <th scope="col">Receiver</th>
            <th scope="col">Signal</th>
            <th scope="col">Distance</th>
          </tr>
        </thead>
        <tbody>
          {dot.evidence.map(({ receiver, rssi, metres }) => (
            <tr key={receiver}>
              <th scope="row">{names.receiver(receiver)}</th>
              <td>
                <span class="signal" aria-hidden="true">
                  <span style={{ width: `${strength(rssi) * 100}%` }} />
                </span>
                {Math.round(rssi).toString().replace('-', '−')} dBm
              </td>
              <td>{metres === undefined ? '' : `${metres.toFixed(1)} m`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
