import { box, cornerShop, makeWalk, storyOf } from '../plugins/presence/shop-radio.ts'
import { mean, rounded, type Figure } from '../support/figure.ts'

const minutes = 20
const seeds = [1, 2, 3, 4, 5, 6]

/** Changes a minute of a tag that stands on the very border of two zones, in simulated air; path loss alone. */
export function scoreBorder(): Figure[] {
  const plan = { ...cornerShop, zones: [box('left', 0, 0, 9, 12), box('right', 9, 0, 9, 12)] }
  const changes = seeds.map((seed) => {
    const walk = makeWalk(plan, { seed, fadingDb: 4, shadowingDb: 4 })
    walk.walk(minutes * 60, { 'asset/basket': [9, 5] })
    const entered = storyOf(walk.events, 'asset/basket').filter((line) => line.startsWith('entered'))
    return Math.max(0, entered.length - 1) / minutes
  })
  const name = 'simulated/border'
  return [
    {
      name: `${name}/changes`,
      value: rounded(mean(changes)),
      unit: '1/min',
      reference: 1,
      better: 'lower',
      n: seeds.length,
    },
    {
      name: `${name}/changes-worst`,
      value: rounded(Math.max(...changes)),
      unit: '1/min',
      reference: 1,
      better: 'lower',
      n: seeds.length,
    },
  ]
}
