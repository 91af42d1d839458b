import { test } from 'tap'
import type { ProductFound } from '../../runtime/contract/index.ts'
import { sampleEvent } from '../support/events.ts'
import { openBox } from './box.ts'

const oat = {
  id: 'oat-milk',
  gtin: '4006381333931',
  name: 'Oat milk 1 l',
  price: { amount: 2.49, currency: 'EUR' },
  weightGrams: 1034,
}
const csv = { 'content-type': 'text/csv' }

test('a manager keeps the catalogue, an associate looks things up in it', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const anna = await box.device('staff', 'anna')
  t.match(await call('PUT', '/api/v1/products/oat-milk', oat), { status: 200, body: oat })
  t.match(await call('PUT', '/api/v1/products/oat-milk', { ...oat, gtin: '4006381333932' }), {
    status: 422,
    body: {
      code: 'ENDCAP_KNOWLEDGE_INVALID',
      message: '/gtin is 4006381333932, whose last digit should be 1: one of its digits is wrong',
      remedy: /4006381333931/,
    },
  })
  t.match(await call('PUT', '/api/v1/products/oat-milk', { ...oat, colour: 'white' }), {
    status: 422,
    body: { message: '/colour is not a known field' },
  })
  t.match(await call('PUT', '/api/v1/products/other', oat), { status: 400, body: { message: /body\/id/ } })
  t.match(
    await call('PUT', '/api/v1/planogram', {
      fixtures: [{ id: 'A', zone: 'dairy' }],
      slots: [{ slot: 'A/3/2', products: ['oat-milk'], capacity: 12 }],
    }),
    { status: 200, body: { added: 2 } },
  )
  const data = { slot: 'A/3/2', product: 'oat-milk', count: 7 }
  box.bus.publish(sampleEvent('shelf.counted', { subject: 'slot/A/3/2', data }))
  const found = await anna.call<ProductFound[]>('GET', '/api/v1/products?query=oat')
  t.match(found.body, [{ product: oat, slots: [{ slot: 'A/3/2', zone: 'dairy', count: 7 }] }])
  t.equal(found.headers.get('x-total-count'), '1')
  t.match((await anna.call('GET', '/api/v1/products/04006381333931')).body, { product: { id: 'oat-milk' } })
  t.equal((await anna.call('GET', '/api/v1/products/nothing')).status, 404)
  t.match((await anna.call('GET', '/api/v1/slots?product=oat-milk')).body, [{ count: 7 }])
  t.equal((await anna.call('PUT', '/api/v1/products/oat-milk', oat)).status, 403)
  t.equal((await anna.call('GET', '/api/v1/products.csv')).status, 403)
  t.match(await call('DELETE', '/api/v1/products/oat-milk'), {
    status: 409,
    body: { code: 'ENDCAP_PRODUCT_IN_USE', message: /slot A\/3\/2 still names it/ },
  })
  await call('PUT', '/api/v1/planogram', { fixtures: [], slots: [] })
  t.equal((await call('DELETE', '/api/v1/products/oat-milk')).status, 204)
})

test('a file is looked at before it is taken, and all that is wrong with it comes back at once', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const wrong = 'id;gtin;name;price\na;4006381333932;Apple;1,x\nb;;;\n'
  t.match(await call('POST', '/api/v1/products/import?dry=true&name=mine.csv', wrong, csv), {
    status: 422,
    body: {
      code: 'ENDCAP_IMPORT_INVALID',
      message: /^mine\.csv, line 2: price is 1,x/,
      total: 3,
      faults: [
        { line: 2, field: 'price' },
        { line: 2, field: 'gtin', remedy: /bar code/ },
        { line: 3, field: 'name' },
      ],
    },
  })
  const right = 'id;gtin;name\na;4006381333931;\u00c4pfel\nb;;Birnen\n'
  const summary = { added: 2, changed: 0, removed: 0, examples: { added: ['a', 'b'] } }
  t.match((await call('POST', '/api/v1/products/import?dry=true', right, csv)).body, summary)
  const huge = 'x'.repeat(65 * 1024 * 1024)
  t.match(await call('POST', '/api/v1/products/import', huge, csv), {
    status: 400,
    body: { message: /65 MiB.*64 MiB/ },
  })
  t.same((await call('GET', '/api/v1/products?query=')).body, [], 'looking changes nothing')
  t.match((await call('POST', '/api/v1/products/import', right, csv)).body, summary)
  t.match((await call('GET', '/api/v1/products?query=apfel')).body, [{ product: { name: '\u00c4pfel' } }])

  const file = await call<string>('GET', '/api/v1/products.csv?separator=semicolon')
  t.match(file.headers.get('content-disposition'), 'attachment; filename="products.csv"')
  t.match(file.body, '\r\na;4006381333931;\u00c4pfel;')
  t.match((await call('POST', '/api/v1/products/import', file.body, csv)).body, { added: 0, changed: 0, removed: 0 })
  const json = await call<object[]>('GET', '/api/v1/products.json')
  t.equal(json.body.length, 2)
  const less = JSON.stringify(json.body.slice(0, 1))
  t.match((await call('POST', '/api/v1/products/import?dry=true', JSON.parse(less))).body, { removed: 1 })
  t.match((await call('POST', '/api/v1/products/import?dry=true&keep=true', JSON.parse(less))).body, { removed: 0 })
})

test('a file is read in whatever letters the program wrote it that made it', async (t) => {
  const box = await openBox(t)
  const text = 'id;name\na;\u00c4pfel\n'
  const utf16 = (mark: string) => Buffer.from(mark + text, 'utf16le')
  const files: Record<string, Buffer> = {
    'UTF-8 with a mark': Buffer.from(`\ufeff${text}`),
    'Windows-1252': Buffer.from(text, 'latin1'),
    'UTF-16': utf16('\ufeff'),
    'UTF-16 without a mark': utf16(''),
    'UTF-16, high bytes first': utf16('\ufeff').swap16(),
    'UTF-16, high bytes first, without a mark': utf16('').swap16(),
  }
  for (const [letters, bytes] of Object.entries(files)) {
    const { call } = box.manager
    await call('POST', '/api/v1/products/import', 'id,name\n', csv)
    t.match(await call('POST', '/api/v1/products/import', bytes, csv), { status: 200 }, letters)
    t.match((await call('GET', '/api/v1/products?query=a')).body, [{ product: { name: '\u00c4pfel' } }], letters)
  }
})

test('an order is opened by a web shop, picked by an associate, and over', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const anna = await box.device('staff', 'anna')
  await call('PUT', '/api/v1/products/oat-milk', oat)
  t.match(await call('POST', '/api/v1/orders', { id: 'w-1', lines: [{ product: oat.gtin, count: 2 }] }), {
    status: 201,
    body: { id: 'w-1', lines: [{ product: 'oat-milk', count: 2 }] },
  })
  t.match(await call('POST', '/api/v1/orders', { id: 'w-1', lines: [{ product: oat.gtin, count: 2 }] }), {
    status: 422,
    body: { message: '/id is used already: w-1' },
  })
  t.match((await anna.call('GET', '/api/v1/orders')).body, [{ id: 'w-1' }])
  t.match(await anna.call('POST', '/api/v1/orders/w-1/pick', { product: 'oat-milk', count: 2 }), {
    status: 200,
    body: { missing: 0, done: true },
  })
  t.match((await anna.call('GET', '/api/v1/orders')).body, [{ id: 'w-1', state: 'done' }])
  t.equal((await call('PATCH', '/api/v1/orders/nobody', { state: 'cancelled' })).status, 404)
})
