import { readFileSync } from 'node:fs'
import { test } from 'tap'
import {
  commands,
  Content,
  EndcapError,
  errorBody,
  errors,
  faults,
  fits,
  matches,
  matchesSubject,
  vocabulary,
} from '../../runtime/contract/index.ts'

test('every type has an example that fits its own schema', (t) => {
  for (const [type, { data, example }] of vocabulary) t.same(faults(data, example.data), [], type)
  for (const [name, { params, example }] of commands) t.same(faults(params, example.params), [], name)
  t.end()
})

test('every type of the design is in the vocabulary', (t) => {
  const families: Record<string, string> = {
    ble: 'advertisement',
    beacon: 'sighted',
    presence: 'entered|moved|dwelled|left',
    shelf: 'weights|taken|returned|misplaced|low|empty|restocked',
    probe: 'temperature|humidity|door',
    cold: 'warning|excursion|recovered',
    camera: 'facing|people',
    interest: 'scored',
    assist: 'suggested',
    sign: 'shown|offline',
    task: 'opened|claimed|done|escalated|expired',
    device: 'discovered|online|stale|offline',
    plugin: 'started|failed|quarantined',
  }
  for (const [family, names] of Object.entries(families))
    for (const name of names.split('|')) t.ok(vocabulary.has(`${family}.${name}`), `${family}.${name}`)
  t.end()
})

test('what holds an identity says so, and never claims to be about nobody', (t) => {
  for (const [type, { identity = [], privacy, example }] of vocabulary)
    for (const field of identity) {
      t.not(privacy, 'none', type)
      t.ok(field in (example.data as object) || type === 'assist.suggested', `${type} has a field ${field}`)
    }
  t.end()
})

test('a wrong datum is named by its path and in words', (t) => {
  const sighted = vocabulary.get('beacon.sighted')
  if (!sighted) throw new Error('beacon.sighted is missing')
  const good = sighted.example.data as Record<string, unknown>
  t.ok(fits(sighted.data, good))
  t.match(faults(sighted.data, { ...good, rssi: Number.NaN }), [{ path: '/rssi' }])
  t.match(faults(sighted.data, { ...good, colour: 'red' }), [{ path: '/colour', reason: 'is not a known field' }])
  t.match(faults(sighted.data, { ...good, rssi: undefined }), [{ path: /./ }])
  t.end()
})

test('a consumer gets what it asked for and nothing else', (t) => {
  const event = {
    id: '1',
    type: 'presence.entered',
    source: 'presence',
    subject: 'zone/dairy',
    time: 0,
    privacy: 'visit' as const,
    data: { zone: 'dairy', kind: 'customer', companyIds: [76, 1177] },
  }
  t.ok(matches({ type: 'presence.*' }, event))
  t.ok(matches({ type: '*', subject: 'zone/+' }, event))
  t.ok(matches({ type: 'presence.entered', where: { kind: 'customer', companyIds: 1177 } }, event))
  t.notOk(matches({ type: 'presence.entered', where: { kind: 'staff' } }, event))
  t.notOk(matches({ type: 'presence.left' }, event))
  t.notOk(matches({ type: 'presence.*', subject: 'zone/+/shelf' }, event))
  t.ok(matchesSubject('slot/A/#', 'slot/A/3/2'))
  t.ok(matchesSubject('slot/#', 'slot'))
  t.notOk(matchesSubject('slot/+', 'slot/A/3'))
  t.end()
})

test('every error says what to do, fills its braces, and stands in docs/errors.md', (t) => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  for (const [code, { message, remedy, status }] of Object.entries(errors)) {
    t.ok(page.includes(`## ${code}\n\nHTTP ${status}. ${message}.`), `${code} is documented`)
    t.ok(page.includes(remedy), `${code} has its remedy documented`)
    t.match(code, /^ENDCAP_[A-Z_]+$/)
  }
  t.same(Object.keys(errors), Object.keys(errors).toSorted(), 'the table is sorted')
  const error = new EndcapError('ENDCAP_TARGET_UNKNOWN', { to: 'screen/x', command: 'sign.show' })
  t.equal(error.message, 'Nothing answers to screen/x for sign.show')
  t.match(errorBody(error), { code: 'ENDCAP_TARGET_UNKNOWN', status: 404 })
  t.match(errorBody(new Error('boom')), { code: 'ENDCAP_INTERNAL', message: /boom/ })
  t.end()
})

test('a value that is none of those allowed is told which are', (t) => {
  t.match(faults(Content, { layout: 'image' }), [
    { path: '/layout', reason: 'must be one of "message", "picture", "split", "video"' },
  ])
  t.match(faults({ enum: ['front', 'back'] }, 'left'), [{ path: '/', reason: 'must be one of "front", "back"' }])
  t.end()
})
