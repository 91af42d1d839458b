/** A device as data: `devices/<vendor>/<model>.json`. How it is recognised, what it says, what its numbers are worth. */
import Type, { type Static } from 'typebox'
import { strict } from './fields.ts'

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })
const hex16 = (description: string) =>
  Type.String({ pattern: '^0x[0-9a-f]{4}$', description: `${description}, as 0x004c` })

const units = [
  ...([
    '°C',
    '%',
    'hPa',
    'V',
    'lx',
    'kg',
    'g',
    'counts',
    'ppm',
    'µg/m³',
    'mg/m³',
    'µS/cm',
    'Ω',
    'bpm',
    'm/s²',
    'dB',
  ] as const),
  'yes/no' as const,
]

const Field = Type.Object(
  {
    emits: Type.Optional(
      Type.Enum(['probe.temperature', 'probe.humidity', 'probe.door', 'probe.motion'], {
        description: 'the event that its readings become',
      }),
    ),
    unit: Type.Enum(units),
    path: Type.Optional(text(100, 'where it stands in a JSON message: HX711.Weight')),
    range: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], {
        description: 'lowest and highest that the sensor can measure; anything else is kept out',
      }),
    ),
    accuracy: Type.Optional(Type.Number({ minimum: 0, description: 'plus or minus, in the unit, by its data sheet' })),
    perMinute: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'a faster change is held back until it is confirmed' }),
    ),
  },
  strict,
)

const kinds = [
  ...(['thermometer', 'contact', 'motion', 'presence', 'button', 'vibration', 'pressure', 'leak', 'smoke'] as const),
  ...(['air', 'plant', 'scale', 'valve', 'beacon', 'gateway', 'one-wire', 'board', 'watch'] as const),
]
const decoders = [
  ...(['bthome', 'mibeacon', 'mi-scale', 'hhcc', 'govee', 'ruuvi', 'ibeacon', 'altbeacon', 'eddystone'] as const),
  ...(['espresense', 'openmqttgateway', 'raw', 'ds18b20', 'ds18s20', 'firmata'] as const),
  ...(['nau7802', 'iio', 'number', 'espruino'] as const),
]

export const DeviceProfile = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: Type.String({
      pattern: '^[a-z0-9-]{1,32}/[a-z0-9-]{1,48}$',
      description: 'vendor/model in small letters, digits and hyphens, as the file is named',
    }),
    vendor: text(40, 'who makes it'),
    model: text(60, "the maker's name of it"),
    kind: Type.Enum(kinds),
    documentation: Type.String({
      pattern: '^https://\\S+$',
      maxLength: 300,
      description: 'where its format is told: an address that begins with https://',
    }),
    recognise: Type.Object(
      {
        companies: Type.Optional(Type.Array(hex16('Bluetooth company id'), { minItems: 1 })),
        services: Type.Optional(
          Type.Array(
            Type.String({
              pattern: '^[0-9a-f]{4}$',
              description: 'service UUID: four hexadecimal digits in small letters, as fcd2',
            }),
            { minItems: 1 },
          ),
        ),
        names: Type.Optional(
          Type.Array(text(40, 'name in the advertisement; ends with * where only its beginning counts'), {
            minItems: 1,
          }),
        ),
        products: Type.Optional(Type.Array(hex16('product number of MiBeacon'), { minItems: 1 })),
        models: Type.Optional(Type.Array(text(40, 'model that the decoder tells'), { minItems: 1 })),
        formats: Type.Optional(Type.Array(text(20, 'format that belongs to this device alone'), { minItems: 1 })),
        oneWireFamily: Type.Optional(
          Type.String({ pattern: '^[0-9a-f]{2}$', description: 'family code: two hexadecimal digits, as 28' }),
        ),
        usb: Type.Optional(
          Type.Array(
            Type.String({ pattern: '^[0-9a-f]{4}:[0-9a-f]{4}$', description: 'vendor:product, as 2341:0043' }),
            {
              minItems: 1,
            },
          ),
        ),
        i2c: Type.Optional(
          Type.Array(Type.String({ pattern: '^0x[0-7][0-9a-f]$', description: 'I²C address, as 0x2a' }), {
            minItems: 1,
          }),
        ),
        iio: Type.Optional(Type.Array(text(40, 'name of its driver in Linux (IIO)'), { minItems: 1 })),
        beacons: Type.Optional(
          Type.Array(
            Type.String({
              pattern: '^(ibeacon|altbeacon|eddystone-uid):[0-9a-f-]*$',
              description: 'beginning of the id that it has when it leaves the factory, as ibeacon:b9407f30-',
            }),
            { minItems: 1 },
          ),
        ),
        topics: Type.Optional(Type.Array(text(100, 'MQTT topic filter'), { minItems: 1 })),
      },
      { ...strict, minProperties: 1, description: 'at least one sign by which it is recognised' },
    ),
    decoder: Type.Enum(decoders),
    fields: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), Field, {
      description: 'what it says, by the names of devices/decoders/sensor.ts',
    }),
    buttons: Type.Optional(Type.Integer({ minimum: 0, maximum: 16 })),
    key: Type.Optional(
      Type.Union([Type.Literal('optional'), Type.Literal('always')], { description: 'whether it encrypts' }),
    ),
    battery: Type.Optional(
      Type.Object(
        { type: text(20, 'CR2032, AAA …'), count: Type.Integer({ minimum: 1, maximum: 8 }) },
        { ...strict, description: 'type and count, where it has one' },
      ),
    ),
    radio: Type.Optional(
      Type.Object(
        {
          sleepy: Type.Optional(Type.Boolean({ description: 'speaks only when something happens' })),
          activeScan: Type.Optional(Type.Boolean({ description: 'says its values only when asked (scan response)' })),
        },
        strict,
      ),
    ),
    defaults: Type.Optional(
      Type.Object(
        { silenceSeconds: Type.Optional(Type.Integer({ minimum: 10, maximum: 86_400 })) },
        { ...strict, description: 'settings that suit it' },
      ),
    ),
  },
  strict,
)
export type DeviceProfile = Static<typeof DeviceProfile>
