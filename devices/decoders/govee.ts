import type { AdvertisementData } from './advertisement.ts'
import { readGoveeProbes } from './govee-probes.ts'
import { readGoveeSealed } from './govee-sealed.ts'
import { bigEndian, littleEndian } from './numbers.ts'
import { blank, type SensorFrame } from './sensor.ts'

/** Govee has no company id of its own: thermometers use 0xec88, 0x0001, 0x8801, presence sensors 0x8803 and 0x8843. */
const thermometers = 0xec88
const shared = 0x0001
const h5179 = 0x8801
const presence = new Set([0x8803, 0x8843])
const apple = 0x004c

/** "INTELLI_ROCKS" as an iBeacon, which some stacks glue on to the data behind Apple's company id. */
const beaconBytes = 25
const beaconName = Buffer.from('INTELLI_ROCKS')

const lowest = -40
const highest = 100

/**
 * Govee's sensors, as the open decoders found their formats out (Bluetooth-Devices/govee-ble, Theengs): no
 * specification is published. The length of the data tells the family, the name or company the model. Advertisements
 * under Apple's id are skipped. `undefined` for anything else. Never throws.
 */
export function decodeGovee(advertisement: AdvertisementData): SensorFrame | undefined {
  for (const [company, data] of Object.entries(advertisement.manufacturerData)) {
    const id = Number(company)
    if (id === apple) continue
    const frame = readOne(id, withoutBeacon(data), advertisement)
    if (frame) return frame
  }
  return undefined
}

/** `H5075` from the names `GVH5075_2762`, `Govee_H5074_5FF4`, `GV5140303A`, `B51782BC8`. */
export function goveeModel(name: string | undefined): string | undefined {
  const number = /^(?:Govee_H|GVH|GV|H|B)(5\d{3})/.exec(name ?? '')?.[1]
  return number === undefined ? undefined : `H${number}`
}

function withoutBeacon(data: Uint8Array): Uint8Array {
  return data.length > beaconBytes && Buffer.from(data).includes(beaconName) ? data.subarray(0, -beaconBytes) : data
}

function readOne(company: number, data: Uint8Array, advertisement: AdvertisementData): SensorFrame | undefined {
  const model = goveeModel(advertisement.name)
  const known = model !== undefined
  const sharing = company === shared && data[0] === 1 && data[1] === 1
  switch (data.length) {
    case 24:
      return known || company === 0xef88 || (company & 0xff) === 0x88 ? readGoveeSealed(data, model) : undefined
    case 6:
      if (presence.has(company) || (model === 'H5127' && data[0] === 0xec)) return readPresence(data)
      if (model === 'H5106') return readDust(data)
      if (company === thermometers) return readPacked(data.subarray(1, 5), model)
      return sharing && known ? readPacked(data.subarray(2, 6), model) : undefined
    case 7:
      return company === thermometers ? readPlain(data.subarray(1, 6), 'H5074') : undefined
    case 8:
      if (model === 'H5112') return readTwoProbes(data)
      if (model === 'H5140') return readCarbonDioxide(data)
      return sharing ? readPacked(data.subarray(2, 6), model ?? 'H5108') : undefined
    case 9:
      if (company === h5179 || model === 'H5179') return readPlain(data.subarray(4), 'H5179')
      if (company === thermometers) return readPlain(data.subarray(1, 6), model ?? 'H5051')
      return sharing ? readPair(data) : undefined
    default:
      return readGoveeProbes(company, data, model, advertisement.serviceUuids ?? [])
  }
}

const start = (model?: string): SensorFrame => (model === undefined ? blank('govee') : { ...blank('govee'), model })

/** Little-endian: hundredths of a degree, hundredths of a percent, battery. */
function readPlain(bytes: Uint8Array, model: string): SensorFrame {
  const frame = start(model)
  frame.readings.push(
    { field: 'celsius', value: littleEndian(bytes.subarray(0, 2), true) / 100 },
    { field: 'humidityPercent', value: littleEndian(bytes.subarray(2, 4)) / 100 },
    { field: 'batteryPercent', value: bytes[4] ?? 0 },
  )
  return frame
}

interface Climate {
  celsius: number
  humidity: number
}

/** A decimal number in three bytes: three digits for 0.1 °C, three for 0.1 %; the highest bit is the sign. */
function unpack(bytes: Uint8Array): Climate {
  const raw = bigEndian(bytes.subarray(0, 3))
  const magnitude = raw & 0x7fffff
  const celsius = Math.floor(magnitude / 1000) / 10
  return { celsius: raw === magnitude ? celsius : -celsius, humidity: (magnitude % 1000) / 10 }
}

/** The highest bit of the battery's byte says that the sensor failed; so do numbers that it cannot measure. */
const valid = ({ celsius }: Climate, failed: boolean) => !failed && celsius >= lowest && celsius <= highest

function readPacked(bytes: Uint8Array, model?: string, at?: string): SensorFrame {
  const frame = start(model)
  const climate = unpack(bytes)
  const battery = bytes[3] ?? 0
  const good = valid(climate, (battery & 0x80) !== 0)
  const which = at === undefined ? {} : { at }
  frame.readings.push(
    { field: 'celsius', value: good ? climate.celsius : null, ...which },
    { field: 'humidityPercent', value: good ? climate.humidity : null, ...which },
    { field: 'batteryPercent', value: battery & 0x7f, ...which },
  )
  return frame
}

/** H5178: two sensors that send in turn. */
function readPair(data: Uint8Array): SensorFrame {
  const at = ['primary', 'remote'][data[2] ?? 255]
  return at === undefined ? { ...start('H5178'), state: 'damaged' } : readPacked(data.subarray(3, 7), 'H5178', at)
}

/** H5112: 0x41 is the first probe, with humidity; 0x82 the second, without. */
function readTwoProbes(data: Uint8Array): SensorFrame {
  const at = { 0x41: 'probe-1', 0x82: 'probe-2' }[data[7] ?? 0]
  if (at === undefined) return { ...start('H5112'), state: 'empty' }
  const frame = readPacked(data.subarray(2, 6), 'H5112', at)
  frame.readings = frame.readings.flatMap((reading) => {
    if (reading.field === 'humidityPercent' && at === 'probe-2') return []
    const { at: _, ...whole } = reading
    return reading.field === 'batteryPercent' ? [whole] : [reading]
  })
  return frame
}

function readCarbonDioxide(data: Uint8Array): SensorFrame {
  const frame = start('H5140')
  const climate = unpack(data.subarray(2, 5))
  const good = valid(climate, data[7] !== 0)
  frame.readings.push(
    { field: 'celsius', value: good ? climate.celsius : null },
    { field: 'humidityPercent', value: good ? climate.humidity : null },
    { field: 'co2PartsPerMillion', value: good ? bigEndian(data.subarray(5, 7)) : null },
  )
  return frame
}

/** H5106: a decimal number in four bytes: 0.1 °C, 0.1 %, µg/m³, three digits each; the highest bit is the sign. */
function readDust(data: Uint8Array): SensorFrame {
  const frame = start('H5106')
  const raw = bigEndian(data.subarray(2, 6))
  const magnitude = raw % 0x80000000
  const celsius = Math.floor(magnitude / 1_000_000) / 10
  frame.readings.push(
    { field: 'celsius', value: raw === magnitude ? celsius : -celsius },
    { field: 'humidityPercent', value: Math.floor((magnitude % 1_000_000) / 1000) / 10 },
    { field: 'pm25MicrogramsPerCubicMetre', value: magnitude % 1000 },
  )
  return frame
}

function readPresence(data: Uint8Array): SensorFrame {
  const frame = { ...start('H5127'), sleepy: true }
  frame.readings.push({ field: 'occupied', value: data[4] === 1 }, { field: 'motion', value: data[5] === 0x11 })
  return frame
}
