/**
 * `npm run score -- --data DIR`: judges decoders, presence and models on recordings made outside this project.
 * One JSON line for each figure on stdout; words on stderr. What is missing is named and left out.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { scoreAdverts } from './adverts.ts'
import { scoreCells } from './cells.ts'
import { scoreCabinets, scoreFreezer, scoreNab } from './cold.ts'
import { scoreAlarmLoad, scoreFreezerUnseen, scoreUnseenCabinets } from './cold-unseen.ts'
import type { Figure } from '../support/figure.ts'
import { scoreDay } from './day.ts'
import { scoreBorder } from './border.ts'
import { scoreSensors } from './sensors.ts'
import { scoreCell } from './stock-cell.ts'
import { scoreStock } from './stock.ts'
import { scoreTracks } from './tracks.ts'
import { scoreVestibule } from './vestibule.ts'
import { scoreZone } from './zone.ts'

const sets: Record<string, (folder: string) => Figure[]> = {
  'ble-advert-vectors': (folder) => [...scoreAdverts(folder), ...scoreSensors(folder)],
  'ble-tracks-galatasaray': scoreTracks,
  'ble-zone-itag-vestibule': scoreVestibule,
  'ble-zone-ibeacon-wmu': scoreCells,
  'loadcell-hx711': scoreCell,
  'coldchain-freezer': (folder) => [...scoreFreezer(folder), ...scoreFreezerUnseen(folder)],
  'nab-temperature': scoreNab,
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    day: { type: 'boolean', default: false },
    seed: { type: 'string', multiple: true, default: ['1'] },
  },
})
const say = (text: string) => process.stderr.write(`${text}\n`)

async function report(name: string, score: () => Figure[] | Promise<Figure[]>): Promise<void> {
  say(name)
  try {
    for (const figure of await score()) {
      process.stdout.write(`${JSON.stringify(figure)}\n`)
      say(`  ${figure.name}: ${figure.value} ${figure.unit}${standing(figure)}`)
    }
  } catch (error) {
    say(`  not scored: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function standing({ value, reference, better }: Figure): string {
  if (reference === undefined) return ''
  const ahead = better === 'higher' ? value >= reference : value <= reference
  return ` (${ahead ? 'holds against' : 'BEHIND'} ${reference})`
}

for (const [name, score] of Object.entries(sets)) {
  const folder = join(values.data, name)
  if (existsSync(folder) && statSync(folder).isDirectory()) await report(name, () => score(folder))
  else say(`${name}: not scored, ${folder} is missing`)
}
await report('cabinets', () => [...scoreCabinets(), ...scoreUnseenCabinets(), ...scoreAlarmLoad()])
await report('border', scoreBorder)
await report('stock', scoreStock)
await report('zone', () => scoreZone(values.data))

// A minute's work, so only where it is asked for: a day of the virtual shop with each of its faults. `--seed` picks another day.
if (values.day)
  for (const seed of values.seed)
    await report(`virtual day, seed ${seed}`, async () => {
      const { figures, words } = await scoreDay({ seed: Number(seed) })
      for (const line of words) say(`  ${line}`)
      return figures
    })
