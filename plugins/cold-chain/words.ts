/** What a person is told. Temperatures inside are °C; a shop that shows °F reads °F, and only here. */
import { type Cabinet, degrees, type TemperatureUnit } from '@endcap/sdk'
import type { Episode } from './episode.ts'
import { type Cause, causesByPressure } from './said.ts'

const causes: Record<Cause, { what: string; act: string; urgent: boolean }> = {
  warm: {
    what: 'is too warm',
    act: 'See whether the compressor and the fans run, and whether goods block the air.',
    urgent: true,
  },
  rising: {
    what: 'is getting warm',
    act: 'See whether it is closed and cools; make room elsewhere for the goods.',
    urgent: true,
  },
  defrost: {
    what: 'does not come back from a defrost',
    act: 'See whether it still defrosts; call the refrigeration service.',
    urgent: true,
  },
  cold: { what: 'is too cold', act: 'Look at what may not freeze, and at the thermostat.', urgent: true },
  door: { what: 'is open', act: 'Close the door.', urgent: true },
  silent: { what: 'is not measured', act: 'Measure it by hand every half hour, and see to the probe.', urgent: true },
  lost: { what: 'has lost a probe', act: 'Measure it by hand every half hour, and see to the probe.', urgent: true },
  unseen: {
    what: 'was not watched for a while',
    act: 'Nobody knows how warm it was. Measure the goods, and let whoever is in charge decide.',
    urgent: true,
  },
  flat: {
    what: 'has a probe that stands still',
    act: 'Measure by hand; warm the probe and see whether it moves.',
    urgent: false,
  },
}

export interface Alarm {
  title: string
  text: string
  urgent: boolean
}

/** The task for whoever is called, from what is wrong in this episode. Measured facts and what to do; no verdict on food. */
export function alarmOf(
  cabinet: Cabinet,
  episode: Pick<Episode, 'causes' | 'over' | 'expired'>,
  measured: { air?: number | undefined; product?: number | undefined; limit: number },
  unit: TemperatureUnit,
): Alarm {
  const { name } = cabinet
  const { air, product, limit } = measured
  const facts = [
    air === undefined ? '' : `Air ${degrees(air, unit)}`,
    product === undefined ? '' : `product ${degrees(product, unit)}`,
    `limit ${degrees(limit, unit)}.`,
  ]
  const figures = facts.filter((fact) => fact !== '').join(', ')
  if (episode.expired === true) {
    const text = `${figures} Longer over the limit than the Food Code allows (3-501.19): take the goods out of sale and ask who is in charge.`
    return { title: cut(`${name}: too warm for too long`, 120), text: cut(text, 280), urgent: true }
  }
  if (episode.over !== undefined) {
    const text = `${figures} Move the goods to a cabinet that is cold, and measure them.`
    return { title: cut(`${name}: the product is over its limit`, 120), text: cut(text, 280), urgent: true }
  }
  const cause = causesByPressure.find((one) => episode.causes.includes(one)) ?? 'warm'
  const { what, act, urgent } = causes[cause]
  return { title: cut(`${name} ${what}`, 120), text: cut(`${figures} ${act}`, 280), urgent }
}

const cut = (text: string, length: number) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`)
