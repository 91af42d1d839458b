import { memo } from 'preact/compat'
import { useRef } from 'preact/hooks'
import type { Kind, ShopPlan } from '../../shared/types.ts'
import { kindName, type Names } from '../words.ts'
import { type Dot, isStale } from './presence.ts'

/** A shape for each kind, so that nobody needs to tell colours apart. Drawn in pixels around the place. */
export const KindShape = ({ kind }: { kind: Kind }) => {
  if (kind === 'staff') return <rect class="dot__shape dot--staff" x="-8.5" y="-8.5" width="17" height="17" rx="4" />
  if (kind === 'customer') return <path class="dot__shape dot--customer" d="M0 -9.5 9.5 0 0 9.5 -9.5 0z" />
  if (kind === 'asset') return <path class="dot__shape dot--asset" d="M0 -8 8 6.5H-8z" />
  return <circle class="dot__shape dot--visitor" r="5.5" />
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)

interface DotProps {
  dot: Dot
  stale: boolean
  selected: boolean
  stop: boolean
  name: string
  place: string
  scale: number
  select: (who: string) => void
}

const DotMark = memo(({ dot, stale, selected, stop, name, place, scale, select }: DotProps) => (
  <g
    class={`dot ${stale ? 'dot--stale' : ''} ${selected ? 'dot--selected' : ''}`}
    style={{ transform: `translate(${dot.x}px, ${dot.y}px)` }}
    role="button"
    tabindex={stop ? 0 : -1}
    data-who={dot.who}
    aria-pressed={selected}
    aria-label={`${name}, ${kindName[dot.kind].toLowerCase()}${place}${stale ? ', not heard lately' : ''}`}
    onClick={() => select(dot.who)}
    onKeyDown={(event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      select(dot.who)
    }}
  >
    <g transform={`scale(${1 / scale})`}>
      <circle class="dot__reach" r="16" />
      <KindShape kind={dot.kind} />
      {dot.kind === 'staff' && <text class="dot__initials">{initials(name)}</text>}
      {selected && <circle class="dot__ring" r="15" />}
    </g>
  </g>
))

export interface DotsProps {
  plan: ShopPlan
  names: Names
  dots: readonly Dot[]
  now: number
  scale: number
  selected: string | undefined
  select: (who: string | undefined) => void
}

/** Everybody on the floor. One tab stop; the arrows walk from one to the next. */
export function Dots({ plan, names, dots, now, scale, selected, select }: DotsProps) {
  const group = useRef<SVGGElement>(null)
  const chosen = dots.find(({ who }) => who === selected)
  const first = chosen?.who ?? dots[0]?.who

  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return select(undefined)
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (by === undefined || dots.length === 0) return
    event.preventDefault()
    const from = document.activeElement?.getAttribute('data-who')
    const index = dots.findIndex(({ who }) => who === from)
    const next = dots[(index + by + dots.length) % dots.length]
    if (!next) return
    select(next.who)
    group.current?.querySelector<SVGGElement>(`[data-who="${CSS.escape(next.who)}"]`)?.focus()
  }

  return (
    <g ref={group} onKeyDown={walk} role="group" aria-label="People on the floor">
      {chosen && <Survey dot={chosen} plan={plan} scale={scale} />}
      {dots.map((dot) => (
        <DotMark
          key={dot.who}
          dot={dot}
          stale={isStale(dot, now)}
          selected={dot === chosen}
          stop={dot.who === first}
          name={names.who(dot.who)}
          place={dot.zone ? `, in ${names.zone(dot.zone)}` : ''}
          scale={scale}
          select={select}
        />
      ))}
    </g>
  )
}

/** How a place was found: sight lines to the receivers that heard it, and the circle that holds it in 68 of 100 cases. */
const Survey = ({ dot, plan, scale }: { dot: Dot; plan: ShopPlan; scale: number }) => (
  <g class="survey" aria-hidden="true">
    {dot.evidence.map(({ receiver, rssi }) => {
      const from = plan.receivers.find(({ id }) => id === receiver)
      if (!from) return null
      return (
        <g key={receiver}>
          <line x1={from.x} y1={from.y} x2={dot.x} y2={dot.y} stroke-opacity={Math.max(0.2, (rssi + 100) / 50)} />
          <text transform={`translate(${from.x} ${from.y}) scale(${1 / scale})`} x="9" y="-7">
            {Math.round(rssi).toString().replace('-', '−')}
          </text>
        </g>
      )
    })}
    <circle class="survey__reach" cx={dot.x} cy={dot.y} r={dot.accuracyMetres} />
  </g>
)
