import type { SensorFrame } from '@endcap/sdk'
import type { Fields } from './reading.ts'

type Reading = SensorFrame['readings'][number]

const numbers = {
  tempc: 'celsius',
  hum: 'humidityPercent',
  batt: 'batteryPercent',
  volt: 'batteryVolts',
  lux: 'lux',
} as const
const flags = { open: 'open', motion: 'motion' } as const

/**
 * What OpenMQTTGateway and Theengs Gateway decode by themselves: `tempc` (or `tempf`), `hum`, `batt`, `volt`, `lux`,
 * `open`, `motion`; names as in the properties of Theengs Decoder (decoder.theengs.io).
 */
export function readDecoded(fields: Fields): Reading[] {
  const readings: Reading[] = []
  for (const [name, field] of Object.entries(numbers)) {
    const value = fields[name]
    if (typeof value === 'number' && Number.isFinite(value)) readings.push({ field, value })
  }
  const { tempc, tempf } = fields
  if (typeof tempc !== 'number' && typeof tempf === 'number' && Number.isFinite(tempf))
    readings.push({ field: 'celsius', value: Math.round(((tempf - 32) / 1.8) * 100) / 100 })
  for (const [name, field] of Object.entries(flags)) {
    const value = fields[name]
    if (typeof value === 'boolean') readings.push({ field, value })
  }
  return readings
}
