/** Somebody on the floor: walks to spots, stands and looks, walks on. */
import { route, type Spot, spotAt } from './floor.ts'
import type { Random } from './random.ts'

export interface Errand {
  spot: string
  /** How long to stand there. */
  seconds: number
}

export interface Walker {
  x: number
  y: number
  /** Where they look, in radians from the x axis. */
  heading: number
  /** The spot where they stand and look; undefined on the way. */
  at: string | undefined
  /** Advances by so many seconds; false when all errands are done. */
  step(seconds: number): boolean
}

/** Metres a second; people in shops stroll well below the 1.3 of a pavement. */
const STROLL: [number, number] = [0.6, 1.05]
/** Nobody stands where others stand: metres of scatter round a spot. */
const SCATTER_METRES = 0.3

/** A walker that starts at a spot and does errands in order. */
export function createWalker(from: string, errands: Errand[], random: Random): Walker {
  const speed = random.between(...STROLL)
  const start = spotAt(from)
  const todo = [...errands]
  let at = from
  let path: Spot[] = []
  let target: { x: number; y: number } | undefined
  let standing = 0

  const scattered = (spot: Spot) => ({
    x: spot.x + random.between(-SCATTER_METRES, SCATTER_METRES),
    y: spot.y + random.between(-SCATTER_METRES, SCATTER_METRES),
  })

  const walker: Walker = {
    ...scattered(start),
    heading: -Math.PI / 2,
    at: undefined,
    step(seconds) {
      let left = seconds
      while (left > 0) {
        if (standing > 0) {
          const used = Math.min(standing, left)
          standing -= used
          left -= used
          walker.heading += random.normal() * 0.1 * Math.sqrt(used)
          if (standing <= 0) walker.at = undefined
          continue
        }
        if (!target) {
          const spot = path.shift()
          if (spot) {
            target = scattered(spot)
            at = spot.id
          } else {
            const errand = todo[0]
            if (!errand) return false
            path = route(at, errand.spot)
            if (path.length === 0) {
              todo.shift()
              standing = errand.seconds
              walker.at = at
              const browse = spotAt(at).browse
              if (browse) walker.heading = browse.heading
            }
            continue
          }
        }
        const dx = target.x - walker.x
        const dy = target.y - walker.y
        const distance = Math.hypot(dx, dy)
        const reach = speed * left
        if (distance > 0.01) walker.heading = Math.atan2(dy, dx)
        if (reach < distance) {
          walker.x += (dx / distance) * reach
          walker.y += (dy / distance) * reach
          return true
        }
        walker.x = target.x
        walker.y = target.y
        target = undefined
        left -= distance / speed
      }
      return true
    },
  }
  return walker
}
