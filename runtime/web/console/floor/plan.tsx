import type { ShopPlan, Zone } from '../../shared/types.ts'
import type { Names } from '../words.ts'

type Polygon = readonly (readonly [number, number])[]

const points = (polygon: Polygon): string => polygon.map(([x, y]) => `${x},${y}`).join(' ')

/** Upper left corner of a shape, where a draughtsman letters a room. */
const corner = (polygon: Polygon): [number, number] => [
  Math.min(...polygon.map(([x]) => x)),
  Math.min(...polygon.map(([, y]) => y)),
]

const middle = (polygon: Polygon): [number, number] => {
  const xs = polygon.map(([x]) => x)
  const ys = polygon.map(([, y]) => y)
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2]
}

const size = (polygon: Polygon): [number, number] => {
  const [left, top] = corner(polygon)
  return [Math.max(...polygon.map(([x]) => x)) - left, Math.max(...polygon.map(([, y]) => y)) - top]
}

export interface PlanProps {
  plan: ShopPlan
  names: Names
  /** Pixels of a metre as drawn now: letters and marks keep their size on paper. */
  scale: number
  counts: ReadonlyMap<string, number>
  selected: string | undefined
  select: (zone: string) => void
}

/** The drawing beneath the people: floor, grid, zones, fixtures, walls, receivers and screens. */
export function PlanDrawing({ plan, names, scale, counts, selected, select }: PlanProps) {
  const { width, depth, fixtures = [], picture } = plan.floor
  const pixel = 1 / scale
  return (
    <>
      <rect class="plan__floor" width={width} height={depth} />
      {picture && <image href={`/api/v1/media/${picture}`} width={width} height={depth} preserveAspectRatio="none" />}
      <Grid width={width} depth={depth} />
      <rect class="plan__outline" width={width} height={depth} />
      {plan.zones.map((zone) => (
        <ZoneShape
          key={zone.id}
          zone={zone}
          plan={plan}
          busy={(counts.get(zone.id) ?? 0) > 0}
          selected={selected === zone.id}
          select={select}
        />
      ))}
      {fixtures.map(({ id, polygon, wall, name }) => (
        <g key={id}>
          <polygon class={wall ? 'plan__wall' : 'plan__fixture'} points={points(polygon)} />
          {name && !wall && <FixtureName name={name} polygon={polygon} pixel={pixel} />}
        </g>
      ))}
      {plan.zones.map((zone) => (
        <ZoneLetters key={zone.id} zone={zone} plan={plan} count={counts.get(zone.id) ?? 0} pixel={pixel} />
      ))}
      {plan.receivers.map(({ id, x, y }) => (
        <g key={id} class="plan__receiver" transform={`translate(${x} ${y}) scale(${pixel})`}>
          <title>Receiver {names.receiver(id)}</title>
          <circle r="2.5" />
          <path d="M-5.5 -4a7 7 0 0 0 0 8M5.5 -4a7 7 0 0 1 0 8" />
        </g>
      ))}
      {plan.screens.map(({ id, x, y }) =>
        x === undefined || y === undefined ? null : (
          <g key={id} class="plan__screen" transform={`translate(${x} ${y}) scale(${pixel})`}>
            <title>Screen {names.screen(id)}</title>
            <rect x="-7" y="-5" width="14" height="9" rx="1.5" />
            <path d="M-3 7h6" />
          </g>
        ),
      )}
    </>
  )
}

/** A line each metre, as on squared paper. */
const Grid = ({ width, depth }: { width: number; depth: number }) => {
  const columns = Array.from({ length: Math.max(0, Math.ceil(width) - 1) }, (_, i) => `M${i + 1} 0v${depth}`)
  const rows = Array.from({ length: Math.max(0, Math.ceil(depth) - 1) }, (_, i) => `M0 ${i + 1}h${width}`)
  return <path class="plan__grid" d={[...columns, ...rows].join('')} />
}

function ZoneShape({
  zone,
  plan,
  busy,
  selected,
  select,
}: {
  zone: Zone
  plan: ShopPlan
  busy: boolean
  selected: boolean
  select: (zone: string) => void
}) {
  const look = `plan__zone ${busy ? 'plan__zone--busy' : ''} ${selected ? 'plan__zone--selected' : ''}`
  if (zone.polygon) return <polygon class={look} points={points(zone.polygon)} onClick={() => select(zone.id)} />
  const receiver = plan.receivers.find(({ id }) => id === zone.receiver)
  if (!receiver) return null
  return (
    <circle class={look} cx={receiver.x} cy={receiver.y} r={zone.radiusMetres ?? 2} onClick={() => select(zone.id)} />
  )
}

function ZoneLetters({ zone, plan, count, pixel }: { zone: Zone; plan: ShopPlan; count: number; pixel: number }) {
  const receiver = plan.receivers.find(({ id }) => id === zone.receiver)
  const [x, y] = zone.polygon
    ? corner(zone.polygon)
    : [(receiver?.x ?? 0) - (zone.radiusMetres ?? 2) / 2, (receiver?.y ?? 0) - (zone.radiusMetres ?? 2) / 2]
  return (
    <g class="plan__letters" transform={`translate(${x} ${y}) scale(${pixel})`} aria-hidden="true">
      <text x="9" y="21">
        <tspan>{zone.name}</tspan>
        <tspan class={`plan__count ${count > 0 ? '' : 'plan__count--none'}`} dx="7">
          {count}
        </tspan>
      </text>
    </g>
  )
}

/** Lettered along the longer side, and only where it fits. */
function FixtureName({ name, polygon, pixel }: { name: string; polygon: Polygon; pixel: number }) {
  const [width, depth] = size(polygon)
  const [x, y] = middle(polygon)
  const room = Math.max(width, depth) / pixel
  if (room < name.length * 6 + 14 || Math.min(width, depth) / pixel < 15) return null
  return (
    <text
      class="plan__fixture-name"
      transform={`translate(${x} ${y}) rotate(${depth > width ? -90 : 0}) scale(${pixel})`}
      aria-hidden="true"
    >
      {name}
    </text>
  )
}
