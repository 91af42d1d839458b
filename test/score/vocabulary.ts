/** Our names for what a sensor says, in the words of the projects that the vectors are from. */
import type { SensorFrame, SensorReading } from '../../devices/decoders/index.ts'

/** Numbers: their key, and its unit. */
const numbers: Record<string, [key: string, unit: string | null]> = {
  accelerationMetresPerSecondSquared: ['acceleration', 'acceleration_meters_per_square_second'],
  accelerationXMetresPerSecondSquared: ['acceleration_x', null],
  accelerationYMetresPerSecondSquared: ['acceleration_y', null],
  accelerationZMetresPerSecondSquared: ['acceleration_z', null],
  alarmCelsius: ['temperature_alarm', 'temp_celsius'],
  amperes: ['current', 'electric_current_ampere'],
  batteryPercent: ['battery', 'percentage'],
  beatsPerMinute: ['heart_rate', 'bpm'],
  brushings: ['counter', null],
  celsius: ['temperature', 'temp_celsius'],
  channel: ['channel', null],
  co2PartsPerMillion: ['carbon_dioxide', 'concentration_parts_per_million'],
  consumablePercent: ['consumable', 'percentage'],
  count: ['count', null],
  cubicMetres: ['gas', 'volume_cubic_meters'],
  cubicMetresPerHour: ['volume_flow_rate', 'volume_flow_rate_cubic_meters_per_hour'],
  dewPointCelsius: ['dew_point', 'temp_celsius'],
  directionDegrees: ['direction', 'degree'],
  formaldehydeMilligramsPerCubicMetre: ['formaldehyde', 'concentration_milligrams_per_cubic_meter'],
  hectopascals: ['pressure', 'pressure_mbar'],
  humidityPercent: ['humidity', 'percentage'],
  impedanceOhms: ['impedance', 'ohm'],
  kilograms: ['mass', 'mass_kilograms'],
  kilowattHours: ['energy', 'energy_kilo_watt_hour'],
  lightLevel: ['light_level', null],
  litres: ['volume', 'volume_liters'],
  loadedSeconds: ['pressure_present_duration', 's'],
  lowAlarmCelsius: ['low_temperature_alarm', 'temp_celsius'],
  lux: ['illuminance', 'light_lux'],
  metres: ['distance', 'length_meters'],
  metresPerSecond: ['speed', 'speed_meters_per_second'],
  microsiemensPerCentimetre: ['conductivity', 'conductivity'],
  millilitres: ['volume', 'volume_milliliters'],
  millimetres: ['distance', 'length_millimeters'],
  moisturePercent: ['moisture', 'percentage'],
  movements: ['movement_counter', null],
  noxIndex: ['nox_index', null],
  pm10MicrogramsPerCubicMetre: ['pm10', 'concentration_micrograms_per_cubic_meter'],
  pm25MicrogramsPerCubicMetre: ['pm25', 'concentration_micrograms_per_cubic_meter'],
  pounds: ['mass', 'mass_pounds'],
  profile: ['profile_id', null],
  rainMillimetres: ['precipitation', 'length_millimeters'],
  revolutionsPerMinute: ['rotational_speed', 'revolutions_per_minute'],
  rotationDegrees: ['rotation', 'degree'],
  score: ['score', null],
  seconds: ['duration', 'time_seconds'],
  storedLitres: ['volume_storage', 'volume_liters'],
  text: ['text', null],
  chargingState: ['charging_state', null],
  lockKey: ['key_id', null],
  lockMethod: ['lock_method', null],
  unloadedSeconds: ['pressure_not_present_duration', 's'],
  unoccupiedMinutes: ['duration_cleared', 'min'],
  unsteadyKilograms: ['mass_non_stabilized', 'mass_kilograms'],
  uvIndex: ['uv_index', null],
  vocIndex: ['voc_index', null],
  vocMicrogramsPerCubicMetre: ['volatile_organic_compounds', 'concentration_micrograms_per_cubic_meter'],
  volts: ['voltage', 'electric_potential_volt'],
  waterLitres: ['water', 'volume_liters'],
  watts: ['power', 'power_watt'],
}

const flags: Record<string, string> = {
  armed: 'armed',
  asleep: 'asleep',
  brushing: 'toothbrush',
  doorOpen: 'door',
  forced: 'device_forcibly_removed',
  leftOpen: 'door_left_open',
  light: 'light',
  motion: 'motion',
  occupied: 'occupancy',
  on: 'generic',
  open: 'opening',
  powered: 'power',
  present: 'presence',
  pried: 'pry_the_door',
  recognised: 'fingerprint',
  smoke: 'smoke',
  steady: 'stabilized',
  unlocked: 'lock',
  wet: 'moisture',
  windowOpen: 'window',
  worn: 'wearing',
}

/** Xiaomi's source writes some units in short. */
const shortUnits: Record<string, string> = {
  '°C': 'temp_celsius',
  '%': 'percentage',
  lx: 'light_lux',
  V: 'electric_potential_volt',
  dBm: 'signal_strength_decibels_milliwatt',
}
export const longUnit = (unit: string | null): string | null => (unit === null ? null : (shortUnits[unit] ?? unit))

export interface Said {
  values: Record<string, unknown>
  units: Record<string, string | null>
  binary: Record<string, boolean>
  events: Record<string, { event_type: string; event_properties: Record<string, number> | null }>
}

export function inTheirWords(frame: SensorFrame): Said {
  const said: Said = { values: {}, units: {}, binary: {}, events: {} }
  for (const reading of frame.readings) translate(said, reading, frame)
  for (const { control, at, action, amount } of frame.actions) {
    // Govee's source counts buttons from 0.
    const which = frame.format === 'govee' && at !== undefined ? String(Number(at) - 1) : at
    const type = action === 'hold' ? 'hold_press' : action.replaceAll('-', '_')
    said.events[which === undefined ? control : `${control}_${which}`] = {
      event_type: type,
      event_properties: amount === undefined ? null : { [amountOf(type)]: amount },
    }
  }
  // The source repeats what this lock says of being armed.
  if (frame.model === 'DSL-C08' && said.binary['armed'] !== undefined) said.binary['lock'] = said.binary['armed']
  return said
}

const amountOf = (type: string): string =>
  type.startsWith('rotate') ? 'steps' : type === 'press' ? 'number_of_presses' : 'duration'

function translate(said: Said, reading: SensorReading, frame: SensorFrame): void {
  const { field, value, at } = reading
  if (typeof value === 'boolean') {
    const places: Record<string, string> = { bottom: 'bottom_submersion', top: 'top_splash' }
    said.binary[places[at ?? ''] ?? flags[field] ?? field] = value
    return
  }
  const [key, unit] = numbers[field] ?? [field, null]
  const name = keyAt(key, at)
  said.values[name] = shown(field, value, frame)
  said.units[name] = unit
}

function keyAt(key: string, at: string | undefined): string {
  if (at === undefined) return key
  if (at.endsWith('kHz')) return `${key}_${at === '50-kHz' ? 'low' : 'high'}`
  const probe = /^probe-(\d)$/.exec(at)?.[1]
  if (probe !== undefined) return `${key}_probe_${probe}`
  return /^\d+$/.test(at) ? `${key}_${at}` : `${key}:${at}`
}

function shown(field: string, value: number | string | null, { format }: SensorFrame): unknown {
  if (value === null) return format === 'govee' ? 'error' : null
  if (field === 'chargingState' && typeof value === 'string') return value[0]?.toUpperCase() + value.slice(1)
  // The source rounds these, which it computes.
  if (field.startsWith('acceleration') && format.startsWith('ruuvi') && typeof value === 'number')
    return Math.round(value * 100) / 100
  return value
}

/** Ruuvi's source keeps some values under other names, and volts as millivolts. */
export function ruuviWords({ values }: Said, frame: SensorFrame): Record<string, unknown> {
  const read = (field: string) => frame.readings.find((reading) => reading.field === field)?.value
  const volts = read('batteryVolts')
  const celsius = read('celsius')
  // Where one direction is missing, the source gives up all three.
  const axes = ['acceleration_x', 'acceleration_y', 'acceleration_z']
  const lost = axes.some((axis) => values[axis] === null) ? Object.fromEntries(axes.map((axis) => [axis, null])) : {}
  return {
    ...values,
    ...lost,
    acceleration_total: values['acceleration'],
    temperature: typeof celsius === 'number' ? Number(celsius.toFixed(2)) : celsius,
    co2: read('co2PartsPerMillion'),
    voltage: typeof volts === 'number' ? Math.round(volts * 1000) : volts,
    temperature_celsius: read('celsius'),
    humidity_percentage: read('humidityPercent'),
    pressure_hpa: read('hectopascals'),
    pm1_ug_m3: read('pm1MicrogramsPerCubicMetre'),
    pm25_ug_m3: read('pm25MicrogramsPerCubicMetre'),
    pm4_ug_m3: read('pm4MicrogramsPerCubicMetre'),
    pm10_ug_m3: read('pm10MicrogramsPerCubicMetre'),
    co2_ppm: read('co2PartsPerMillion'),
    voc_index: read('vocIndex'),
    nox_index: read('noxIndex'),
    luminosity_lux: read('lux'),
    sound_avg_dba: read('decibels'),
    measurement_sequence_number: read('measurementNumber'),
    calibration_in_progress: read('calibrating'),
    mac: frame.address?.toUpperCase(),
  }
}
