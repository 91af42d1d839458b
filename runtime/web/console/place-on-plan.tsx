import type { ShopPlan } from '../shared/types.ts'

interface Point {
  x: number
  y: number
}

const tenth = (metres: number): number => Math.round(metres * 10) / 10

/** The floor plan, small: one tap says where something hangs; the two numbers say it exactly. */
export function PlaceOnPlan({
  plan,
  at,
  fault,
  place,
}: {
  plan: ShopPlan
  at: Point | undefined
  fault?: string | undefined
  place: (at: Point) => void
}) {
  const { width, depth, fixtures = [] } = plan.floor
  const points = (polygon: readonly (readonly [number, number])[]) => polygon.map(([x, y]) => `${x},${y}`).join(' ')
  const tap = (event: MouseEvent & { currentTarget: SVGSVGElement }) => {
    const toMetres = event.currentTarget.getScreenCTM()?.inverse()
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(toMetres)
    place({ x: tenth(Math.min(Math.max(x, 0), width)), y: tenth(Math.min(Math.max(y, 0), depth)) })
  }
  const axis = (name: 'x' | 'y', label: string, limit: number) => (
    <label class="field">
      <span>{label}</span>
      <input
        class="input code"
        type="number"
        step={0.1}
        min={0}
        max={limit}
        required
        value={at?.[name] ?? ''}
        onInput={({ currentTarget }) => place({ x: 0, y: 0, ...at, [name]: Number(currentTarget.value) })}
      />
    </label>
  )
  return (
    <fieldset class="placing">
      <legend>Place on the floor plan</legend>
      <svg
        class="placing__plan"
        viewBox={`0 0 ${width} ${depth}`}
        onClick={tap}
        role="img"
        aria-label="Floor plan: tap where it hangs"
      >
        <rect width={width} height={depth} class="placing__floor" />
        {plan.zones.map(
          ({ id, polygon }) => polygon && <polygon key={id} points={points(polygon)} class="placing__zone" />,
        )}
        {fixtures.map(({ id, polygon }) => (
          <polygon key={id} points={points(polygon)} class="placing__fixture" />
        ))}
        {plan.receivers.map(({ id, x, y }) => (
          <circle key={id} cx={x} cy={y} r={width / 90} class="placing__other" />
        ))}
        {at && <circle cx={at.x} cy={at.y} r={width / 45} class="placing__here" />}
      </svg>
      <div class="config__fields">
        {axis('x', 'Metres from the left', width)}
        {axis('y', 'Metres from the top', depth)}
      </div>
      {fault && (
        <small class="config__fault" role="alert">
          {fault}
        </small>
      )}
    </fieldset>
  )
}
