import { test } from 'tap'
import { readFileSync } from 'node:fs'
import { type Field, fieldsOf, textOfValue, valueOfText } from '../../runtime/web/console/config-fields.ts'

const drawn = (schema: unknown): Map<string, Field> => {
  const form = fieldsOf(schema)
  if ('cannot' in form) throw new Error(form.cannot)
  return new Map(form.fields.map((field) => [field.name, field]))
}

test('every schema that we ship has a form', (t) => {
  const files = [
    'ble/device',
    'ble/plugin',
    'mqtt/plugin',
    'presence/config',
    'shelf-scale/device',
    'shelf-scale/plugin',
  ]
  for (const file of files) {
    const text = readFileSync(new URL(`../../plugins/${file}.schema.json`, import.meta.url), 'utf8')
    t.ok(drawn(JSON.parse(text)).size > 0, file)
  }
  t.end()
})

test('what a field says is what the box reads, and an empty field says nothing', (t) => {
  const fields = drawn({
    properties: {
      port: { type: 'integer', title: 'Port', default: 1883, minimum: 0 },
      mode: { enum: ['all', 'none'] },
      active: { type: 'boolean' },
      password: { type: 'string' },
      steps: { type: 'array', items: { type: 'number' } },
      receivers: { type: 'object', additionalProperties: { type: 'string' } },
    },
    required: ['mode'],
  })
  t.match(fields.get('port'), { kind: 'number', whole: true, fallback: 1883, minimum: 0, title: 'Port' })
  t.match(fields.get('mode'), { kind: 'choice', required: true, choices: ['all', 'none'] })
  t.match(fields.get('password'), { kind: 'secret' })
  const values = {
    port: 1884,
    mode: 'none',
    active: false,
    password: 'open sesame',
    steps: [30, 120],
    receivers: { a1: 'door', b2: 'till' },
  }
  for (const [name, value] of Object.entries(values)) {
    const field = fields.get(name)
    if (!field) throw new Error(name)
    t.same(valueOfText(field, textOfValue(field, value)), value, name)
    t.equal(valueOfText(field, ' '), undefined)
  }
  const [steps, receivers] = [fields.get('steps'), fields.get('receivers')]
  if (!steps || !receivers) throw new Error('two fields')
  t.throws(() => valueOfText(steps, '30, soon'), { message: /soon/ })
  t.throws(() => valueOfText(receivers, 'door'), { message: /name = value/ })
  t.end()
})

test('a list of sensors is written one a line', (t) => {
  const properties = { radio: { type: 'string' }, probe: { type: 'string' }, offset: { type: 'number' } }
  const sensors = drawn({
    properties: { sensors: { type: 'array', items: { type: 'object', properties, required: ['radio', 'probe'] } } },
  }).get('sensors')
  if (!sensors) throw new Error('no field')
  const value = [
    { radio: 'a4:c1:38:00:00:01', probe: 'dairy-1', offset: -0.3 },
    { radio: 'lywsd03mmc-83f4', probe: 'dairy-2' },
  ]
  t.same(valueOfText(sensors, textOfValue(sensors, value)), value)
  t.throws(() => valueOfText(sensors, 'radio = x'), { message: /lacks probe/ })
  t.throws(() => valueOfText(sensors, 'radio = x, prob = y'), { message: /one of radio, probe, offset/ })
  t.throws(() => valueOfText(sensors, 'radio = x, probe = y, offset = warm'), { message: /warm/ })
  t.end()
})

test('a schema that has no form is refused by name, never drawn in part', (t) => {
  const nested = { type: 'object', title: 'Filter', properties: { a: { type: 'string' } } }
  t.same(fieldsOf({ properties: { port: { type: 'integer' }, filter: nested } }), { cannot: 'Filter' })
  t.same(fieldsOf({ properties: { either: { oneOf: [{ type: 'string' }, { type: 'number' }] } } }), {
    cannot: 'either',
  })
  t.same(fieldsOf({ properties: { levels: { enum: [1, 2] } } }), { cannot: 'levels' })
  t.end()
})
