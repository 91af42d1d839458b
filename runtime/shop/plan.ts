/** shop.yaml, in and out. What the schema cannot say is said by plan-rules.ts; a wrong file changes nothing. */
import { stringify } from 'yaml'
import { EndcapError, type PublicPlan, ShopPlan } from '../contract/index.ts'
import { type PlanFault, planFault } from './plan-rules.ts'
import { readYaml } from './yaml-file.ts'

/** What is kept as one version of the shop: the plan, and the text that it came from, with its comments. */
export interface KeptPlan {
  plan: ShopPlan
  text: string
}

/**
 * Reads a shop.yaml. Throws ENDCAP_SHOP_INVALID with file, line, path and reason.
 * `also` may add a check that needs more than the file, such as the tags of customers.
 */
export function readPlan(text: string, file: string, also?: (plan: ShopPlan) => PlanFault | undefined): KeptPlan {
  const { value: plan, lineOf } = readYaml(ShopPlan, { text, file, code: 'ENDCAP_SHOP_INVALID' })
  const fault = planFault(plan) ?? also?.(plan)
  if (fault) throw new EndcapError('ENDCAP_SHOP_INVALID', { file, line: lineOf(fault.path), ...fault })
  return { plan, text }
}

export const writePlan = (plan: ShopPlan): string => stringify(plan, { lineWidth: 110 })

/** What plugins may know: no associates, no tags, no fallbacks. */
export function publicPlan(plan: ShopPlan): PublicPlan {
  const { name, timezone, locale, floor, zones, receivers, samples } = plan
  const screens = plan.screens.map(({ id, name, zone }) => ({ id, name, ...(zone === undefined ? {} : { zone }) }))
  const optional = { ...(locale === undefined ? {} : { locale }), ...(samples ? { samples } : {}) }
  return { name, timezone, floor, zones, receivers, screens, ...optional }
}

/** The plan of a box that was told nothing yet: an empty floor in the time zone of the machine. */
export const emptyPlan = (): ShopPlan => ({
  name: 'Shop',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  floor: { width: 10, depth: 10 },
  zones: [],
  receivers: [],
  screens: [],
  staff: [],
})

/** Middle of a zone in metres: the centroid of its outline, or its receiver; undefined where it has neither. */
export function zoneCentre(plan: ShopPlan, id: string): [x: number, y: number] | undefined {
  const zone = plan.zones.find((one) => one.id === id)
  if (zone?.polygon) return centroid(zone.polygon)
  const receiver = plan.receivers.find((one) => one.id === zone?.receiver)
  return receiver && [receiver.x, receiver.y]
}

/** Centroid of a simple polygon by the shoelace formula; the mean of its corners where its area is nil. */
function centroid(polygon: readonly (readonly [number, number])[]): [number, number] {
  let area = 0
  let x = 0
  let y = 0
  polygon.forEach(([x1, y1], index) => {
    const [x2, y2] = polygon[(index + 1) % polygon.length] ?? [x1, y1]
    const cross = x1 * y2 - x2 * y1
    area += cross / 2
    x += (x1 + x2) * cross
    y += (y1 + y2) * cross
  })
  if (Math.abs(area) > 1e-9) return [x / (6 * area), y / (6 * area)]
  const mean = (axis: 0 | 1) => polygon.reduce((sum, corner) => sum + corner[axis], 0) / polygon.length
  return [mean(0), mean(1)]
}
