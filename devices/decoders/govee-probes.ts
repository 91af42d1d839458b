import { bigEndian, littleEndian } from './numbers.ts'
import { blank, type SensorFrame } from './sensor.ts'

interface Family {
  model: string
  bytes: number
  /** Their company ids are made from the address, so those that are known say little; the service says it surely. */
  companies: readonly number[]
  service: string
  read(frame: SensorFrame, data: Uint8Array): void
}

/** Meat thermometers: a temperature and its alarm for each probe, big-endian hundredths; below zero means none. */
const families: readonly Family[] = [
  {
    model: 'H5181',
    bytes: 14,
    companies: [0xf861, 0x388a, 0xea42, 0xaaa2, 0xd14b],
    service: '8151',
    read: (frame, data) => readProbe(frame, data, 8, 1),
  },
  {
    model: 'H5183',
    bytes: 14,
    companies: [0x67dd, 0xe02f, 0xf79f],
    service: '8351',
    read: (frame, data) => readProbe(frame, data, 8, 1),
  },
  {
    model: 'H5182',
    bytes: 17,
    companies: [0x2730],
    service: '8251',
    read: (frame, data) => readBoth(frame, data, 13, [1, 2]),
  },
  {
    model: 'H5184',
    bytes: 17,
    companies: [0x1b36],
    service: '8451',
    read: (frame, data) => readBoth(frame, data, 13, numbersOf(data[6])),
  },
  {
    model: 'H5185',
    bytes: 20,
    companies: [0x4a32, 0x0332, 0x4c32],
    service: '8551',
    read: (frame, data) => readBoth(frame, data, 14, [1, 2]),
  },
  {
    model: 'H5191',
    bytes: 20,
    companies: [0xac63],
    service: '9151',
    read(frame, data) {
      readProbe(frame, data, 8, 1)
      frame.readings.push({ field: 'celsius', value: bigEndian(data.subarray(14, 16), true) / 100 })
    },
  },
  {
    model: 'H5198',
    bytes: 20,
    companies: [0x3022],
    service: '9851',
    read: (frame, data) => readBoth(frame, data, 14, numbersOf(data[6]), true),
  },
  { model: 'H5055', bytes: 20, companies: [], service: '5550', read: readSix },
]

export function readGoveeProbes(
  company: number,
  data: Uint8Array,
  named: string | undefined,
  services: readonly string[],
): SensorFrame | undefined {
  const family = families.find(
    ({ model, bytes, companies, service }) =>
      bytes === data.length && (model === named || companies.includes(company) || services.includes(service)),
  )
  if (!family) return undefined
  const frame: SensorFrame = { ...blank('govee'), model: family.model }
  family.read(frame, data)
  return frame
}

const celsius = (data: Uint8Array, at: number): number => Math.max(0, bigEndian(data.subarray(at, at + 2), true) / 100)

function readProbe(frame: SensorFrame, data: Uint8Array, start: number, number: number, low = false): void {
  const at = `probe-${number}`
  frame.readings.push(
    { field: 'celsius', at, value: celsius(data, start) },
    { field: 'alarmCelsius', at, value: celsius(data, start + 2) },
  )
  if (low) frame.readings.push({ field: 'lowAlarmCelsius', at, value: celsius(data, start + 4) })
}

function readBoth(
  frame: SensorFrame,
  data: Uint8Array,
  second: number,
  numbers: readonly number[] | undefined,
  low = false,
): void {
  const [one, other] = numbers ?? []
  if (one === undefined || other === undefined) frame.state = 'empty'
  else {
    readProbe(frame, data, 8, one, low)
    readProbe(frame, data, second, other, low)
  }
}

/** The lower six bits say which pair of probes the frame is of. */
const numbersOf = (which: number | undefined): number[] | undefined => ({ 1: [1, 2], 2: [3, 4] })[(which ?? 0) & 0x3f]

/** H5055: whole degrees, little-endian; the highest two bits say which pair, the six below which probes are there. */
function readSix(frame: SensorFrame, data: Uint8Array): void {
  const which = data[3] ?? 0
  const first = { 0: 1, 64: 3, 128: 5 }[which & 0xc0]
  if (first === undefined) {
    frame.state = 'empty'
    return
  }
  const number = (at: number) => littleEndian(data.subarray(at, at + 2), true)
  for (const [offset, start] of [5, 12].entries()) {
    const probe = first + offset
    if (((which >> (probe - 1)) & 1) === 0) continue
    const at = `probe-${probe}`
    frame.readings.push({ field: 'celsius', at, value: number(start) })
    if (number(start + 2) >= 0) frame.readings.push({ field: 'lowAlarmCelsius', at, value: number(start + 2) })
    if (number(start + 4) >= 0) frame.readings.push({ field: 'alarmCelsius', at, value: number(start + 4) })
  }
  frame.readings.push({ field: 'batteryPercent', value: (data[2] ?? 0) & 0x7f })
}
