/** What no schema tells of a device profile: whether it can ever be recognised, and whether its fields are what its decoder says. */
import { flagFields, numberFields, textFields } from '../../devices/decoders/index.ts'
import type { DeviceProfile, Fault } from '../contract/index.ts'
import { suggestion } from './profile-words.ts'

type Recognition = keyof DeviceProfile['recognise']

/** By which a device of each decoder is looked up; what else stands in `recognise` only describes it. */
const recognisedBy: Record<DeviceProfile['decoder'], Recognition> = {
  bthome: 'names',
  mibeacon: 'products',
  'mi-scale': 'models',
  hhcc: 'models',
  govee: 'models',
  ruuvi: 'formats',
  ibeacon: 'beacons',
  altbeacon: 'beacons',
  eddystone: 'beacons',
  espresense: 'topics',
  openmqttgateway: 'topics',
  raw: 'topics',
  number: 'topics',
  ds18b20: 'oneWireFamily',
  ds18s20: 'oneWireFamily',
  firmata: 'usb',
  nau7802: 'i2c',
  iio: 'iio',
  espruino: 'names',
}

const sensors = new Set(['bthome', 'mibeacon', 'mi-scale', 'hhcc', 'govee', 'ruuvi'])
const known: readonly string[] = [...numberFields, ...flagFields, ...textFields]
const flags = new Set<string>(flagFields)

const unitOfEvent = {
  'probe.temperature': '°C',
  'probe.humidity': '%',
  'probe.door': 'yes/no',
  'probe.motion': 'yes/no',
} as const

/** Of a profile whose shape is right. */
export function senseFaults({ decoder, recognise, fields }: DeviceProfile): Fault[] {
  const found: Fault[] = []
  const by = recognisedBy[decoder]
  if (recognise[by] === undefined)
    found.push({
      path: '/recognise',
      reason: `needs ${by}: by nothing else is a device of the decoder ${decoder} recognised`,
    })
  for (const [name, { emits, unit, range, path }] of Object.entries(fields)) {
    const at = `/fields/${name}`
    if (sensors.has(decoder) && !known.includes(name))
      found.push({
        path: at,
        reason: `is nothing that a decoder says${suggestion(name, known) || '; devices/decoders/sensor.ts has all names'}`,
      })
    const right = emits === undefined ? usualUnit(name) : unitOfEvent[emits]
    if (right !== undefined && unit !== right && sensors.has(decoder))
      found.push({ path: `${at}/unit`, reason: `must be ${right}, as ${emits ?? name} is` })
    if (range && range[0] >= range[1])
      found.push({ path: `${at}/range`, reason: `must be [lowest, highest], and ${range[0]} is not below ${range[1]}` })
    if (emits === 'probe.temperature' && !range)
      found.push({ path: at, reason: 'needs a range, such as [-40, 85]: what the sensor cannot measure is kept out' })
    if (path !== undefined && decoder !== 'number')
      found.push({ path: `${at}/path`, reason: 'is for the decoder number alone; take it away' })
  }
  return found
}

const usualUnit = (field: string): DeviceProfile['fields'][string]['unit'] | undefined => {
  if (flags.has(field)) return 'yes/no'
  if (/celsius$/i.test(field)) return '°C'
  return field.endsWith('Percent') ? '%' : undefined
}

export interface Clash {
  /** What two profiles are both recognised by: `names FROST1*`. */
  claim: string
  ids: string[]
}

/** Profiles that recognise the same device: of each only the last one is ever in use. */
export function clashes(profiles: readonly DeviceProfile[]): Clash[] {
  const claims = profiles.flatMap(({ id, decoder, recognise }) => {
    const by = recognisedBy[decoder]
    // Gateways and scales speak on the topics of their software, and many makers put the same chip onto a board: which one it
    // is, is told by the configuration.
    if (by === 'topics' || by === 'i2c') return []
    return [recognise[by] ?? []]
      .flat()
      .map((claim) => ({ id, claim: `${by} ${claim}`, of: `${decoder} ${by} ${claim}` }))
  })
  return [...Map.groupBy(claims, ({ of }) => of).values()].flatMap((same) =>
    same.length > 1 ? [{ claim: same[0]?.claim ?? '', ids: same.map(({ id }) => id) }] : [],
  )
}
