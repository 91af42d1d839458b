import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { test } from 'tap'
import { commands, vocabulary } from '../../runtime/contract/index.ts'
import { openBox } from './box.ts'

interface Operation {
  operationId: string
  tags: string[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: object }> }>
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

test('the document is OpenAPI 3.1 and tells of every route', async (t) => {
  const box = await openBox(t)
  const { body: document } = await box.manager.call<Document>('GET', '/api/v1/openapi.json')
  t.match(document, { openapi: /^3\.1\./, info: { title: 'Endcap', version: '0.0.0' } })
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )
  const names = operations.map(({ operation }) => operation.operationId)
  t.equal(new Set(names).size, names.length, 'each operation has a name of its own')

  // JSON Schema 2020-12, which OpenAPI 3.1 schemas are.
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const check = (schema: object, what: string) =>
    t.ok(ajv.validateSchema({ ...schema, components: document.components }), `${what} is a schema`)
  for (const { path, method, operation } of operations) {
    const what = `${method} ${path}`
    t.ok(names.every(Boolean) && operation.tags.length > 0, `${what} has a name and a tag`)
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => String(name))
    const declared = (operation.parameters ?? []).filter((one) => one.in === 'path')
    t.same(declared.map(({ name }) => name).sort(), inPath.sort(), `${what} declares its path`)
    t.ok(
      declared.every(({ required }) => required),
      `${what} requires its path`,
    )
    for (const { schema } of operation.parameters ?? []) check(schema, what)
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) check(schema, `body of ${what}`)
    t.ok(Object.keys(operation.responses).length > 0)
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      t.match(status, /^[1-5]\d\d$|^default$/)
      t.ok(description, `${what} ${status} is described`)
      for (const { schema } of Object.values(content ?? {})) if (schema) check(schema, `${what} ${status}`)
    }
  }
  for (const type of vocabulary.keys()) t.ok(document.components.schemas[`event.${type}`], type)
  for (const name of commands.keys()) t.ok(document.components.schemas[`command.${name}`], name)
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    t.match(name, /^[a-zA-Z0-9._-]+$/)
    check(schema, name)
  }

  // What docs/api.md promises is there, and nothing is there that it does not tell of.
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/`(GET|POST|PUT|PATCH|DELETE|WS) (\/[a-z:./-]*)/gi)].map(([, method, path]) => {
    const real = `/api/v1${path}`.replace(/:([a-z]+)/g, '{$1}')
    return `${method === 'WS' ? 'get' : method?.toLowerCase()} ${real}`
  })
  const more = ['enable', 'disable'].map((action) => `post /api/v1/plugins/{name}/${action}`)
  const described = new Set([...told, ...more].filter((one) => one !== 'get /api/v1/openapi.json'))
  t.same(
    operations.map(({ method, path }) => `${method} ${path}`).sort(),
    [...described].sort(),
    'docs/api.md and the document name the same routes',
  )
})

test('answers look as they are described', async (t) => {
  const box = await openBox(t)
  await box.device('staff', 'anna')
  const { body: document } = await box.manager.call<Document>('GET', '/api/v1/openapi.json')
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  for (const path of [
    'health',
    'session',
    'links',
    'plugins',
    'devices',
    'shop',
    'zones',
    'presence',
    'screens',
    'staff',
  ])
    await fits(path, path)
  await fits('screens/entrance', 'screens/{id}')
  await fits('staff/anna/notices', 'staff/{id}/notices')
  for (const path of ['people', 'purposes', 'events', 'media', 'flows']) await fits(path, path)

  async function fits(path: string, pattern: string) {
    const { status, body } = await box.manager.call('GET', `/api/v1/${path}`)
    t.equal(status, 200, path)
    const schema =
      document.paths[`/api/v1/${pattern}`]?.['get']?.responses['200']?.content?.['application/json']?.schema
    t.ok(schema, `${path} is described`)
    t.ok(ajv.validate(schema ?? {}, body), `${path}: ${ajv.errorsText()}`)
  }
})
