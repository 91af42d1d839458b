import type { Plan, PlanZone, Point } from './plan.ts'

/** Even-odd rule; a point on the outline may count either way. */
export function insidePolygon(x: number, y: number, polygon: Point[]): boolean {
  let inside = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i] ?? [0, 0]
    const [bx, by] = polygon[j] ?? [0, 0]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** Metres from a point to a zone, 0 inside it, Infinity where the zone has no place on the plan. */
export function distanceToZone(x: number, y: number, zone: PlanZone, plan: Plan): number {
  if (zone.polygon) return insidePolygon(x, y, zone.polygon) ? 0 : distanceToOutline(x, y, zone.polygon)
  const receiver = plan.receivers.find(({ id }) => id === zone.receiver)
  if (!receiver) return Infinity
  return Math.max(0, Math.hypot(x - receiver.x, y - receiver.y) - (zone.radiusMetres ?? 0))
}

/** The middle of a zone (for an outline: the mean of its corners); `undefined` where it has no place on the plan. */
export function middleOf(zone: PlanZone, plan: Plan): Point | undefined {
  if (zone.polygon && zone.polygon.length > 0) {
    const corners = zone.polygon
    const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length
    return [mean(0), mean(1)]
  }
  const receiver = plan.receivers.find(({ id }) => id === zone.receiver)
  return receiver && [receiver.x, receiver.y]
}

function distanceToOutline(x: number, y: number, polygon: Point[]): number {
  let nearest = Infinity
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i] ?? [0, 0]
    const [bx, by] = polygon[j] ?? [0, 0]
    const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2
    const along = lengthSquared === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared
    const t = Math.min(1, Math.max(0, along))
    nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
  }
  return nearest
}
