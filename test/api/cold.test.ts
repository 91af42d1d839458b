import { inflateSync } from 'node:zlib'
import { test } from 'tap'
import type { Cabinet } from '../../runtime/contract/index.ts'
import { openBox } from './box.ts'

const dairy: Cabinet = { id: 'dairy', name: 'Dairy wall', zone: 'dairy', profile: 'chilled', air: ['dairy-air'] }
/** The night in which Zurich goes back from +02:00 to +01:00. */
const midnight = Date.parse('2026-10-24T22:00:00Z')
const minutes = (count: number) => midnight + count * 60_000

/** What a PDF in the letters of western Europe says, line after line; its text stands in hexadecimal. */
const textOf = (pdf: Buffer): string =>
  pdf
    .toString('latin1')
    .split('stream\n')
    .flatMap((part) => {
      try {
        return [inflateSync(Buffer.from(part, 'latin1')).toString('latin1')]
      } catch {
        return []
      }
    })
    .join('\n')
    .replaceAll(/\[(.*?)\] TJ/g, (_, parts: string) =>
      [...parts.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join(''),
    )

let number = 0
/** A UUIDv7 of a moment (RFC 9562, 5.7). */
const idAt = (time: number) => {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${(++number).toString(16).padStart(12, '0')}`
}

void test('the log of a cabinet goes out as CSV and PDF, with its gaps and who saw to it', async (t) => {
  const box = await openBox(t)
  await box.shop.knowledge.put('cabinets', [dairy], 'manager')
  const keep = (at: number, type: string, data: object) =>
    box.ledger.commit({
      id: idAt(at),
      type,
      source: 'cold-chain',
      subject: 'cabinet/dairy',
      time: at,
      privacy: 'none',
      data: { cabinet: 'dairy', ...data },
    })
  for (let row = 1; row <= 48; row++) {
    // Half an hour is missing, and then the probe was silent for a while.
    if (row > 12 && row <= 18) continue
    const celsius = row > 30 && row < 36 ? 6.5 : 3 + Math.sin(row) / 2
    const figures = { lowestCelsius: celsius - 0.4, meanCelsius: celsius, highestCelsius: celsius + 0.4 }
    const silent = row === 24 || row === 25
    await keep(minutes(row * 5), 'cold.logged', {
      seconds: 300,
      samples: silent ? 0 : 5,
      ...(silent ? { note: 'no measurement' } : { ...figures, productCelsius: 3.2 }),
    })
  }
  await keep(minutes(152), 'cold.warning', { cause: 'warm', reason: 'too warm', limitCelsius: 5, celsius: 6.4 })
  await keep(minutes(158), 'cold.acknowledged', { staff: 'anna', afterSeconds: 360 })
  await keep(minutes(181), 'cold.recovered', { celsius: 4, excursionSeconds: 0 })

  const search = `from=${new Date(midnight).toISOString()}&to=${new Date(minutes(240)).toISOString()}`
  const csv = await box.manager.call<string>('GET', `/api/v1/cabinets/dairy/log.csv?${search}`)
  t.match(csv.headers.get('content-disposition'), /dairy-2026-10-25-2026-10-25\.csv/)
  const lines = csv.body.split('\r\n')
  const count = (what: string) => lines.filter((line) => line.split(',')[1] === what).length
  t.equal(count('record'), 42)
  t.match(
    lines[1],
    /^dairy,record,2026-10-25T00:00:00\+02:00,2026-10-25T00:05:00\+02:00,5,5,3\.02,3\.42,3\.82,3\.20,5\.00,no,$/,
  )
  t.ok(
    lines.some((line) => line.includes('02:55:00+02:00,2026-10-25T02:00:00+01:00')),
    'the hour that comes twice is told apart by its offset',
  )
  t.ok(
    lines.some((line) =>
      /gap,2026-10-25T01:00:00\+02:00,2026-10-25T01:30:00\+02:00,.*the box did not watch/.test(line),
    ),
  )
  t.ok(
    lines.some((line) => /gap,2026-10-25T01:55:00\+02:00,2026-10-25T02:05:00\+02:00,.*the probe was silent/.test(line)),
  )
  t.equal(count('gap'), 2)
  t.ok(
    lines.some((line) =>
      /acknowledged,2026-10-25T02:38:00\+02:00,.*seen to by Anna Keller \(anna\) after 6 min/.test(line),
    ),
  )
  t.equal(lines.filter((line) => line.includes(',yes,')).length, 5)

  const pdf = await fetch(`${box.address}/api/v1/cabinets/dairy/log.pdf?${search}`, {
    headers: { cookie: box.manager.cookie },
  })
  t.equal(pdf.headers.get('content-type'), 'application/pdf')
  const bytes = Buffer.from(await pdf.arrayBuffer())
  t.equal(bytes.subarray(0, 5).toString(), '%PDF-')
  const printed = textOf(bytes)
  for (const words of [
    'Anna Keller (anna) after 6 min',
    'in Europe/Zurich with the offset to UTC',
    '5.0 °C, profile chilled (FDA Food Code 2022, 3-501.16)',
    'gap until 2026-10-25T01:30:00+02:00: not recorded: the box did not watch',
    '2 gaps of 40 min in all',
    'page 2 of',
    'Reviewed by, date, signature',
  ])
    t.ok(printed.includes(words), words)
  t.match(bytes.toString('latin1'), /\/Type \/Pages[^]*\/Count [2-9]|\/Count [2-9][^]*\/Type \/Pages/, 'several pages')

  // What was too much to wait for a full disk is missing for that reason, which the box told when there was room.
  const told = { since: new Date(minutes(58)).toISOString(), seconds: 2000, lost: 6, reason: 'The disk was full' }
  await box.host.emit('endcap/ledger', { type: 'ledger.resumed', subject: 'box', data: told }, { commit: true })
  const named = await box.manager.call<string>('GET', `/api/v1/cabinets/dairy/log.csv?${search}`)
  t.match(named.body, /gap,2026-10-25T01:00:00\+02:00,2026-10-25T01:30:00\+02:00,.*the disk of the box was full/)

  t.match((await box.manager.call('GET', '/api/v1/cold')).body, [
    { cabinet: 'dairy', name: 'Dairy wall', limitCelsius: 5, state: 'unknown', acknowledged: false },
  ])
  t.equal((await box.manager.call('GET', '/api/v1/cabinets/bakery/log')).status, 404)
  t.equal((await box.anyone.call('GET', '/api/v1/cabinets/dairy/log.csv')).status, 401)
  t.equal(
    (await box.manager.call('GET', `/api/v1/cabinets/dairy/log?from=${new Date(Date.now() + 60_000).toISOString()}`))
      .status,
    400,
  )
})
