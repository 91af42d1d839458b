/** What a sensor says, in words for a technician. */
import type { SensorFrame } from '../../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../contract/child.ts'

/** Units of the fields that stand for themselves. */
const units: Record<string, string> = {
  celsius: '°C',
  humidityPercent: '% humidity',
  batteryPercent: '% battery',
  batteryVolts: 'V battery',
  hectopascals: 'hPa',
  lux: 'lx',
  co2PartsPerMillion: 'ppm CO₂',
}
const flags: Record<string, [yes: string, no: string]> = {
  open: ['open', 'closed'],
  doorOpen: ['door open', 'door closed'],
  windowOpen: ['window open', 'window closed'],
  motion: ['motion', 'no motion'],
  batteryLow: ['battery low', 'battery well'],
}
const most = 6

/** `4.2 °C, 51 % humidity, 87 % battery`; empty where there is nothing to say. */
export const wordsOf = (readings: SensorFrame['readings'], fields: DeviceProfile['fields'] = {}): string =>
  readings
    .flatMap(({ field, value, at }) => {
      const which = at === undefined ? '' : `${at}: `
      if (typeof value === 'boolean') return flags[field] ? [which + flags[field][value ? 0 : 1]] : []
      const unit = units[field] ?? fields[field]?.unit
      return typeof value === 'number' && unit !== undefined ? [`${which}${String(value)} ${unit}`] : []
    })
    .slice(0, most)
    .join(', ')

/** `−60 dBm at till` */
export const signalOf = (rssi: number | undefined, receiver: string | undefined): string =>
  [
    rssi === undefined ? '' : `${Math.round(rssi)} dBm`.replace('-', '−'),
    receiver === undefined ? '' : `at ${receiver}`,
  ]
    .filter((part) => part !== '')
    .join(' ')

/** Below this a battery is to be changed, in per cent. */
const lowPercent = 15

export function batteryWords(frame: SensorFrame, profile: DeviceProfile | undefined): string | undefined {
  const percent = frame.readings.find(({ field }) => field === 'batteryPercent')?.value
  const low = frame.readings.find(({ field }) => field === 'batteryLow')?.value
  if (low !== true && (typeof percent !== 'number' || percent > lowPercent)) return undefined
  const { battery } = profile ?? {}
  return `Its battery is nearly empty${battery ? `: change ${battery.count} × ${battery.type}` : ''}.`
}
