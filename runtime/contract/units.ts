/** Temperatures are °C everywhere inside; only what a person reads may be °F. */
export type TemperatureUnit = 'celsius' | 'fahrenheit'

/** Where people read °F (Unicode CLDR, unit preferences for temperature: weather). */
const fahrenheit = new Set(['US', 'BS', 'BZ', 'KY', 'PR', 'PW', 'FM', 'LR', 'MH'])

/** The unit of a shop, from its locale (`en-US`); °C where it names no region. */
export function temperatureUnit(locale: string | undefined): TemperatureUnit {
  const region = /^[a-z]{2,8}(?:-[a-z]{4})?-([a-z]{2})\b/i.exec(locale ?? '')?.[1]
  return fahrenheit.has(region?.toUpperCase() ?? '') ? 'fahrenheit' : 'celsius'
}

export const inUnit = (celsius: number, unit: TemperatureUnit): number =>
  unit === 'fahrenheit' ? (celsius * 9) / 5 + 32 : celsius

/** A temperature as a person reads it, to a tenth: `3.8 °C`, `38.8 °F`. */
export const degrees = (celsius: number, unit: TemperatureUnit): string =>
  `${inUnit(celsius, unit).toFixed(1).replace('-', '−')} ${unit === 'fahrenheit' ? '°F' : '°C'}`

/** What the profiles of cabinets are held to where a cabinet names no limit of its own, °C; plugins/cold-chain tells why. */
export const profileLimits = { chilled: 5, poultry: 4, frozen: -18, custom: 5 } as const
