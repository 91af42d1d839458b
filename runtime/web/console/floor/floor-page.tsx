import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ago, milliseconds } from '../../shared/time.ts'
import type { Kind } from '../../shared/types.ts'
import { useNow } from '../../shared/ui.tsx'
import type { PageProps } from '../app.tsx'
import { href } from '../route.ts'
import { kindName, sentence } from '../words.ts'
import { Dots, KindShape } from './dots.tsx'
import { EvidencePanel } from './evidence.tsx'
import { PlanDrawing } from './plan.tsx'
import { isStale, useFloor } from './presence.ts'

/** Below so many pixels a metre, as on a phone, marks and letters are drawn smaller, or they would hide the plan. */
const SMALL_PIXELS = 20
const SMALL_SHARE = 0.74
const TYPES = [
  'presence.*',
  'sign.shown',
  'sign.offline',
  'sign.online',
  'staff.*',
  'device.*',
  'plugin.*',
  ...['taken', 'returned', 'misplaced', 'low', 'empty', 'restocked'].map((what) => `shelf.${what}`),
  ...['warning', 'excursion', 'recovered', 'acknowledged'].map((what) => `cold.${what}`),
  'camera.trouble',
  'camera.restored',
  'task.*',
  'order.*',
  'flows.deployed',
]
const KINDS: Kind[] = ['visitor', 'customer', 'staff', 'asset']
const PLURALS: Record<Kind, string> = {
  visitor: 'Visitors',
  customer: 'Customers',
  staff: 'Associates',
  asset: 'Things',
}

export function FloorPage({ plan, names }: PageProps) {
  const { dots, ticker, live, loaded } = useFloor(TYPES)
  const [selected, select] = useState<string>()
  const [zone, selectZone] = useState<string>()
  const now = useNow(5)
  const drawing = useRef<SVGSVGElement>(null)
  const [metre, setMetre] = useState(30)
  const scale = metre / (metre < SMALL_PIXELS ? SMALL_SHARE : 1)

  useEffect(() => {
    const svg = drawing.current
    if (!svg) return undefined
    const observer = new ResizeObserver(() => {
      const matrix = svg.getScreenCTM()
      if (matrix && matrix.a > 0) setMetre(matrix.a)
    })
    observer.observe(svg)
    return () => observer.disconnect()
  }, [])

  const all = useMemo(() => [...dots.values()].sort((a, b) => a.who.localeCompare(b.who)), [dots])
  const here = all.filter((dot) => !isStale(dot, now))
  const counts = new Map<string, number>()
  for (const { zone, kind } of here) if (zone && kind !== 'asset') counts.set(zone, (counts.get(zone) ?? 0) + 1)
  const quiet = loaded && here.every(({ kind }) => kind === 'asset')
  const most = Math.max(1, ...counts.values())
  const dot = selected === undefined ? undefined : dots.get(selected)
  const { width, depth } = plan.floor
  const margin = Math.max(width, depth) * 0.012

  return (
    <div class="floor">
      <h1 class="hidden">Floor plan</h1>
      <section class="floor__sheet" aria-label="Floor plan">
        <svg
          ref={drawing}
          class="plan"
          viewBox={`${-margin} ${-margin} ${width + 2 * margin} ${depth + 2 * margin}`}
          role="group"
          aria-label={`Floor plan of ${plan.name}, ${here.length} on the floor`}
        >
          <PlanDrawing plan={plan} names={names} scale={scale} counts={counts} selected={zone} select={selectZone} />
          <Dots plan={plan} names={names} dots={all} now={now} scale={scale} selected={selected} select={select} />
        </svg>
        {quiet && (
          <p class="floor__quiet" role="status">
            <strong>Nobody is here right now.</strong>{' '}
            {plan.receivers.length === 0
              ? 'No receiver is on the plan yet, so nobody can be heard: place one in the shop file.'
              : 'Who walks in with a tag appears here by itself.'}
          </p>
        )}
        <footer class="legend">
          {KINDS.map((kind) => (
            <span key={kind} class="legend__kind">
              <svg class="legend__shape" viewBox="-11 -11 22 22" aria-hidden="true">
                <KindShape kind={kind} />
              </svg>
              {PLURALS[kind]}
              <strong class="figures">{here.filter((one) => one.kind === kind).length}</strong>
            </span>
          ))}
          <span class="legend__scale" aria-hidden="true">
            <i style={{ width: `${metre * (width > 12 ? 5 : 1)}px` }} />
            {width > 12 ? 5 : 1} m
          </span>
          <span class="legend__live" role="status">
            {live ? '' : 'Reconnecting …'}
          </span>
        </footer>
      </section>

      <aside class="floor__side">
        {dot ? (
          <EvidencePanel dot={dot} names={names} now={now} close={() => select(undefined)} />
        ) : (
          <section class="zones" aria-label="Zones">
            <h2 class="label">Who is where</h2>
            <ul>
              {plan.zones.map(({ id, name }) => (
                <li key={id}>
                  <button
                    type="button"
                    class="zone"
                    aria-pressed={zone === id}
                    onClick={() => selectZone(zone === id ? undefined : id)}
                  >
                    <span class="zone__name">{name}</span>
                    <span class="zone__bar" aria-hidden="true">
                      <i style={{ transform: `scaleX(${(counts.get(id) ?? 0) / most})` }} />
                    </span>
                    <strong class="figures">{counts.get(id) ?? 0}</strong>
                  </button>
                  {zone === id && (
                    <ul class="zone__who">
                      {all
                        .filter((one) => one.zone === id)
                        .map((one) => (
                          <li key={one.who}>
                            <button type="button" class="link" onClick={() => select(one.who)}>
                              <svg class="legend__shape" viewBox="-11 -11 22 22" aria-hidden="true">
                                <KindShape kind={one.kind} />
                              </svg>
                              {names.who(one.who)}
                              <span class="hidden">, {kindName[one.kind]}</span>
                            </button>
                          </li>
                        ))}
                      {all.every((one) => one.zone !== id) && <li class="quiet">Nobody is here now.</li>}
                    </ul>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
        <section class="ticker" aria-label="What happens">
          <h2 class="label">What happens</h2>
          {ticker.length === 0 && <p class="quiet">Nothing yet. It shows here as soon as a tag is heard.</p>}
          <ol>
            {ticker.slice(0, 10).map((event) => (
              <li key={event.id}>
                <a href={href('events', event.id)}>
                  <span>{sentence(event, names)}</span>
                  <time class="quiet figures">{ago(milliseconds(event.time), now)}</time>
                </a>
              </li>
            ))}
          </ol>
        </section>
      </aside>
    </div>
  )
}
