import { createRandom, type Random } from '../../devices/twin/random.ts'
import { makeZoneInputs } from './evidence.ts'
import type { Case } from './net.ts'
import { randomShop, randomWalk, zoneIndexAt } from './random-shop.ts'
import { makeWindow } from './window.ts'

const walksEach = 3
const walkSeconds = 45

/** What the net learns from: moments of random walks in so many random shops. */
export function makeCases(shops: number, seed: number): Case[] {
  const random = createRandom(seed)
  return Array.from({ length: shops }, () => casesOfShop(random)).flat()
}

function casesOfShop(random: Random): Case[] {
  const shop = randomShop(random)
  const { candidates, inputs } = makeZoneInputs(shop.plan, 200)
  const cases: Case[] = []
  for (let walk = 0; walk < walksEach; walk++) {
    const window = makeWindow()
    let next = random.between(0.5, 3)
    let last: { x: number; y: number } | undefined
    for (const packet of randomWalk(shop, walkSeconds, random)) {
      if (packet.seconds >= next && last) {
        const rows = inputs(window.spans(next))
        const zone = zoneIndexAt(shop.plan, last.x, last.y)
        const truth = zone >= 0 ? zone : candidates.indexOf(undefined)
        if (rows && truth >= 0) cases.push({ rows, truth })
        next = packet.seconds + random.between(1, 4)
      }
      window.add(packet)
      last = packet
    }
  }
  return cases
}
