/** OpenAPI 3.1 of the API, drawn from the schemas of its routes, with every event type and command by name. */
import swagger from '@fastify/swagger'
import { commands, vocabulary } from '../contract/index.ts'
import { type App, told } from './app.ts'
import { cookieName } from './authorize.ts'
import { EventOutside, Failure } from './schemas/index.ts'

/** A schema as plain JSON: what the builder marks its objects with stays behind. */
const plain = (schema: object): Record<string, unknown> => JSON.parse(JSON.stringify(schema)) as Record<string, unknown>

/** Tuples as JSON Schema 2020-12 has them; the builder still writes those of draft 7. */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modern)
  if (typeof value !== 'object' || value === null) return value
  const { items, additionalItems, ...rest } = value as Record<string, unknown>
  const parts = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, modern(part)]))
  if (Array.isArray(items)) return { ...parts, prefixItems: items.map(modern), items: additionalItems ?? true }
  return items === undefined ? parts : { ...parts, items: modern(items) }
}

function namedSchemas(): Record<string, Record<string, unknown>> {
  const named: Record<string, Record<string, unknown>> = { Failure: plain(Failure), Event: plain(EventOutside) }
  for (const { type, meaning, data, example } of vocabulary.values())
    named[`event.${type}`] = { ...plain(data), title: type, description: meaning, examples: [example.data] }
  for (const { name, meaning, params, answer, example } of commands.values()) {
    named[`command.${name}`] = { ...plain(params), title: name, description: meaning, examples: [example.params] }
    named[`answer.${name}`] = { ...plain(answer), title: `answer to ${name}` }
  }
  return named
}

/** Registered before the routes; the document is made when it is first asked for. */
export async function describeApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Endcap',
        version,
        description: 'The runtime of a small box in a shop. docs/api.md says what the schemas cannot.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: ['access', 'box', 'shop', 'goods', 'screens', 'staff', 'people', 'events', 'media', 'flows', 'twin'].map(
        (name) => ({
          name,
        }),
      ),
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: cookieName } },
      },
      security: [{ session: [] }],
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...schema,
        ...(route.config?.access === 'anyone' ? { security: [] } : {}),
      },
    }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      const { openapiObject } = document
      openapiObject.components = { ...openapiObject.components, schemas: namedSchemas() as never }
      return modern(openapiObject) as typeof openapiObject
    },
  })
}

export function openapiRoute(app: App): void {
  app.get(
    '/openapi.json',
    { config: { access: 'signed-in' }, schema: { ...told('box', 'openapi', 'This document'), hide: true } },
    (_, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  )
}
