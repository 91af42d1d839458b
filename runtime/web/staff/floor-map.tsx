import type { StaffFloor } from '../shared/types.ts'

type Point = readonly [number, number]

export interface FloorMapProps {
  floor: StaffFloor
  /** Zone and fixture where it belongs. */
  zone: string | undefined
  fixture: string | undefined
  /** Where the bearer of the device stands, where a badge tells. */
  mine: string | undefined
  place(zone: string | undefined): string | undefined
}

/** The shop from above: what is looked for, and oneself. */
export function FloorMap({ floor, zone, fixture, mine, place }: FloorMapProps) {
  const { width, depth, zones, fixtures } = floor
  const goal = zones.find(({ id }) => id === zone)
  const shelf = fixtures.find(({ id }) => id === fixture)
  const here = zones.find(({ id }) => id === mine)
  const to = shelf ? middle(shelf.polygon) : goal && centreOf(goal)
  const from = here && centreOf(here)
  if (!to) return null
  const unit = Math.max(width, depth) / 40
  const there = zone === undefined ? 'stands at the marked shelf' : `belongs in ${place(zone) ?? zone}`
  const words = [there, here && `you are in ${place(mine)}`].filter(Boolean).join(', ')
  return (
    <svg
      class="floor-map"
      viewBox={`${-unit} ${-unit} ${width + 2 * unit} ${depth + 2 * unit}`}
      role="img"
      aria-label={`Map of the shop: ${words}`}
    >
      <rect class="floor-map__floor" width={width} height={depth} stroke-width={unit / 4} />
      {goal?.polygon && <polygon class="floor-map__goal" points={pointsOf(goal.polygon)} />}
      {fixtures.map(({ id, polygon, wall }) => (
        <polygon
          key={id}
          class={wall ? 'floor-map__wall' : id === shelf?.id ? 'floor-map__shelf' : 'floor-map__fixture'}
          points={pointsOf(polygon)}
        />
      ))}
      {from && here !== goal && (
        <path class="floor-map__way" d={`M${from.join(' ')}L${to.join(' ')}`} stroke-width={unit / 2.5} />
      )}
      <g transform={`translate(${to[0]} ${to[1]}) scale(${unit * 0.6})`}>
        <path class="floor-map__pin" d="M0 0C-2.6-3-2.8-4-2.8-5.2a2.8 2.8 0 0 1 5.6 0C2.8-4 2.6-3 0 0z" />
      </g>
      {from && (
        <g transform={`translate(${from[0]} ${from[1]}) scale(${unit * 0.6})`}>
          <rect class="floor-map__me" x="-1.4" y="-1.4" width="2.8" height="2.8" rx="0.7" />
        </g>
      )}
    </svg>
  )
}

const pointsOf = (polygon: readonly Point[]): string => polygon.map(([x, y]) => `${x},${y}`).join(' ')

const middle = (polygon: readonly Point[]): Point => {
  const xs = polygon.map(([x]) => x)
  const ys = polygon.map(([, y]) => y)
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2]
}

const centreOf = ({ polygon, centre }: StaffFloor['zones'][number]): Point | undefined =>
  polygon ? middle(polygon) : centre
