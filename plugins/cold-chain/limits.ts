/** What a cabinet is held to, from its profile and what the shop set differently. */
import { type Cabinet, profileLimits } from '@endcap/sdk'

export interface Limits {
  /** The limit that the profile or the shop names, °C. */
  limitCelsius: number
  /** The air and the product may be over it by so much for a short time, °C. */
  toleranceCelsius: number
  lowestCelsius?: number
  /** The air may be over the limit with its tolerance for so long, minutes. */
  delayMinutes: number
  /** The air must come so far below the limit before that counts as recovered, °C. */
  deadbandCelsius: number
  /** Time constant of the simulated product, minutes. */
  productMinutes: number
  doorOpenMinutes: number
  /** A defrost that lasts longer is none, minutes. */
  defrostMinutes: number
  /** A rise by so much within ten minutes is that of a heater, of switched-off cooling or of a door, °C. */
  sharpCelsius: number
}

type Profile = Omit<Limits, 'lowestCelsius' | 'limitCelsius'> & { limitCelsius: number }

const chilled: Profile = {
  // FDA Food Code 2022, 3-501.16(A)(2): 5 °C (41 °F) or less.
  limitCelsius: profileLimits.chilled,
  toleranceCelsius: 0,
  delayMinutes: 20,
  deadbandCelsius: 0.5,
  // Half a litre to a litre of water in moving air: m·c / (h·A) with h = 10 W/m²K.
  productMinutes: 90,
  doorOpenMinutes: 5,
  defrostMinutes: 35,
  sharpCelsius: 2,
}
const frozen: Profile = {
  limitCelsius: profileLimits.frozen,
  // Council Directive 89/108/EEC, article 5: in retail cabinets brief upward fluctuations of no more than 3 °C.
  toleranceCelsius: 3,
  delayMinutes: 30,
  deadbandCelsius: 1,
  // Packages of about a kilogram, as the test packages of ISO 23953-2.
  productMinutes: 240,
  doorOpenMinutes: 3,
  defrostMinutes: 90,
  sharpCelsius: 2.5,
}
/** Raw poultry on ice or in a counter: 4 °C (Regulation (EC) 853/2004, annex III, section II). */
const poultry: Profile = { ...chilled, limitCelsius: profileLimits.poultry }

/** At or below this limit a cabinet of one's own behaves as a freezer. */
const freezerCelsius = -5
/** Frozen goods: so long over the limit itself is no brief fluctuation any more, minutes. */
export const longMinutes = 120

const profiles = { chilled, frozen, poultry }

export function limitsOf(cabinet: Cabinet): Limits {
  const profile = profileOf(cabinet)
  const { limitCelsius, lowestCelsius, delayMinutes, deadbandCelsius } = cabinet
  const { productMinutes, doorOpenMinutes, defrostMinutes } = cabinet
  return {
    ...profile,
    ...(limitCelsius === undefined ? {} : { limitCelsius }),
    ...(lowestCelsius === undefined ? {} : { lowestCelsius }),
    ...(delayMinutes === undefined ? {} : { delayMinutes }),
    ...(deadbandCelsius === undefined ? {} : { deadbandCelsius }),
    ...(productMinutes === undefined ? {} : { productMinutes }),
    ...(doorOpenMinutes === undefined ? {} : { doorOpenMinutes }),
    ...(defrostMinutes === undefined ? {} : { defrostMinutes }),
  }
}

function profileOf({ profile, limitCelsius = profileLimits.custom }: Cabinet): Profile {
  if (profile !== 'custom') return profiles[profile]
  // A limit of one's own already says what is allowed: there is no tolerance beside it.
  return { ...(limitCelsius <= freezerCelsius ? frozen : chilled), limitCelsius, toleranceCelsius: 0 }
}

/** Above this the food itself is out of its range, °C. */
export const actingLimit = ({ limitCelsius, toleranceCelsius }: Limits): number => limitCelsius + toleranceCelsius
