/**
 * `zone` beside the filter of `presence` and the references, as lines of the score.
 *
 *   node test/score/zone.ts --data DIR [--card]    writes models/zone/card.md from the same figures
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { writeCard } from '../../models/write.ts'
import { rounded, type Figure } from '../support/figure.ts'
import { cardOf } from './zone-card.ts'
import { makerOf, readZoneNet } from './zone-model.ts'
import { compareTracks, compareTwin, compareVestibule, type Comparison } from './zone-places.ts'

export async function compareZone(data: string): Promise<Comparison[]> {
  const make = makerOf(await readZoneNet())
  const tracks = join(data, 'ble-tracks-galatasaray')
  const vestibule = join(data, 'ble-zone-itag-vestibule')
  return [
    ...(existsSync(tracks) ? compareTracks(tracks, make) : []),
    ...(existsSync(vestibule) ? compareVestibule(vestibule, make) : []),
    ...compareTwin(make),
  ]
}

/** The model's figure with the filter's as the one to beat, then the filter's as told and the reference. */
export function figuresOf(comparisons: Comparison[]): Figure[] {
  return comparisons.flatMap(({ name, unit, better, n, model, belief, filter, reference }) => {
    const figure = (who: string, value: number | undefined, beat?: number): Figure[] =>
      value === undefined
        ? []
        : [
            {
              name: `zone/${name}/${who}`,
              value: rounded(value),
              unit,
              ...(beat === undefined ? {} : { reference: rounded(beat) }),
              better,
              n,
            },
          ]
    return [
      ...figure('model', model, belief),
      ...figure('filter-most-probable', belief, reference),
      ...figure('filter-as-told', filter),
      ...figure('reference', reference),
    ]
  })
}

/** Recordings that are missing are left out; the virtual shop is always there. */
export const scoreZone = async (data: string): Promise<Figure[]> => figuresOf(await compareZone(data))

if (import.meta.main) {
  const { values } = parseArgs({
    options: { data: { type: 'string', default: '../shared/data' }, card: { type: 'boolean', default: false } },
  })
  const comparisons = await compareZone(values.data)
  for (const figure of figuresOf(comparisons)) process.stdout.write(`${JSON.stringify(figure)}\n`)
  if (values.card) writeCard(resolve(import.meta.dirname, '../../models/zone'), cardOf(comparisons))
}
