/** What the shop knows of its goods: looked up, changed one by one or as a whole, in and out as files. */
import { Readable } from 'node:stream'
import type { FastifySchemaCompiler } from 'fastify'
import Type, { type TSchema } from 'typebox'
import {
  Cabinet,
  Delivery,
  EndcapError,
  Id,
  Order,
  Planogram,
  Product,
  ProductFound,
  SlotFound,
  strict,
} from '../../contract/index.ts'
import type { KnowledgePart } from '../../shop/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { type Access, manager } from '../authorize.ts'
import { asFile, ExportQuery, FILE_BYTES, fileOf, ImportQuery, mediaType, separatorOf, takeFiles } from '../files.ts'
import { answers, ChangeSummary, Nothing, params } from '../schemas/index.ts'

const readers: Access = { roles: ['manager', 'staff'] }

const shapes: Record<KnowledgePart, TSchema> = {
  products: Type.Array(Product),
  planogram: Planogram,
  cabinets: Type.Array(Cabinet),
  orders: Type.Array(Order),
  deliveries: Type.Array(Delivery),
}
const parts = Object.keys(shapes) as KnowledgePart[]
const capital = (part: string) => part[0]?.toUpperCase() + part.slice(1)

/** The shop checks these bodies itself: it tells more than that a pattern does not match. */
const byTheShop: FastifySchemaCompiler<TSchema> = () => (value: unknown) => ({ value })

export async function goodsRoutes(app: App, context: Context): Promise<void> {
  productRoutes(app, context)
  orderRoutes(app, context)
  wholeRoutes(app, context)
  await importRoutes(app, context)
}

function productRoutes(app: App, { deps }: Context): void {
  const { knowledge } = deps.shop

  app.get(
    '/products',
    {
      config: { access: readers },
      schema: {
        ...told(
          'goods',
          'findProducts',
          'Products by id, GTIN or words; best first, with place, count and next delivery',
        ),
        querystring: Type.Object(
          {
            query: Type.Optional(Type.String({ maxLength: 120 })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
          },
          strict,
        ),
        response: answers(200, Type.Array(ProductFound)),
      },
    },
    (request, reply) => {
      void reply.header('x-total-count', knowledge.products.count())
      return knowledge.products.find(request.query.query ?? '', request.query.limit)
    },
  )

  app.get(
    '/products/:id',
    {
      config: { access: readers },
      schema: {
        ...told('goods', 'getProduct', 'A product by id or GTIN'),
        params: params('id'),
        response: answers(200, ProductFound),
      },
    },
    (request) => {
      const { id } = request.params
      const [found] = knowledge.products.get(id) ? knowledge.products.find(id, 1) : []
      if (!found) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'product', id })
      return found
    },
  )

  app.put(
    '/products/:id',
    {
      config: { access: manager },
      validatorCompiler: byTheShop,
      schema: {
        ...told('goods', 'putProduct', 'Add or change a product'),
        params: params('id'),
        body: Product,
        response: answers(200, Product),
      },
    },
    async (request) => {
      const { id } = request.params
      if (request.body.id !== id)
        throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'body/id', reason: `must be ${id}, as in the path` })
      await knowledge.products.put(request.body, actor(sessionOf(request)))
      return knowledge.products.get(id)
    },
  )

  app.delete(
    '/products/:id',
    {
      config: { access: manager },
      schema: {
        ...told('goods', 'deleteProduct', 'Delete a product that nothing names any more'),
        params: params('id'),
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      await knowledge.products.delete(request.params.id, actor(sessionOf(request)))
      return reply.code(204).send()
    },
  )

  app.get(
    '/slots',
    {
      config: { access: readers },
      schema: {
        ...told('goods', 'listSlots', 'The slots of the planogram, and how many stand in each now'),
        querystring: Type.Object(
          {
            slot: Type.Optional(Type.String({ maxLength: 64 })),
            product: Type.Optional(Type.String({ maxLength: 64, description: 'id or GTIN' })),
          },
          strict,
        ),
        response: answers(200, Type.Array(SlotFound)),
      },
    },
    (request) => knowledge.slots(request.query),
  )
}

function orderRoutes(app: App, { deps }: Context): void {
  const { orders } = deps.shop.knowledge

  app.post(
    '/orders',
    {
      config: { access: manager },
      validatorCompiler: byTheShop,
      schema: { ...told('goods', 'openOrder', 'Open an order to pick'), body: Order, response: answers(201, Order) },
    },
    async (request, reply) => reply.code(201).send(await orders.open(request.body, actor(sessionOf(request)))),
  )

  app.patch(
    '/orders/:id',
    {
      config: { access: readers },
      schema: {
        ...told('goods', 'endOrder', 'End an order, picked or not'),
        params: params('id'),
        body: Type.Object({ state: Type.Enum(['done', 'cancelled']) }, strict),
        response: answers(200, Order),
      },
    },
    (request) => orders.end(request.params.id, request.body.state, actor(sessionOf(request))),
  )

  app.post(
    '/orders/:id/pick',
    {
      config: { access: readers },
      schema: {
        ...told('goods', 'pickOrder', 'Tell that so many of a product were picked'),
        params: params('id'),
        body: Type.Object({ product: Id, count: Type.Integer({ minimum: 0, maximum: 10_000 }) }, strict),
        response: answers(200, Type.Object({ missing: Type.Integer(), done: Type.Boolean() })),
      },
    },
    (request) =>
      deps.commands.call({
        name: 'order.pick',
        to: `order/${request.params.id}`,
        params: request.body,
        source: `api/${actor(sessionOf(request)).replace('/', '-')}`,
      }),
  )
}

/** Each part as a whole; products are too many for that, they come as files. */
function wholeRoutes(app: App, { deps }: Context): void {
  const { knowledge } = deps.shop
  for (const part of parts) {
    if (part !== 'products') {
      app.get(
        `/${part}`,
        {
          config: { access: readers },
          schema: {
            ...told('goods', `get${capital(part)}`, `All of the ${part}`),
            response: answers(200, shapes[part]),
          },
        },
        () => knowledge.get(part),
      )
      app.put(
        `/${part}`,
        {
          config: { access: manager },
          bodyLimit: FILE_BYTES,
          validatorCompiler: byTheShop,
          schema: {
            ...told('goods', `put${capital(part)}`, `Replace the ${part}; a fault changes nothing`),
            body: shapes[part],
            response: answers(200, ChangeSummary),
          },
        },
        // The shop checks it against the same shape.
        (request) => knowledge.put(part, request.body as never, actor(sessionOf(request))),
      )
    }
    for (const type of ['csv', 'json'] as const)
      app.get(
        `/${part}.${type}`,
        {
          config: { access: manager },
          schema: {
            ...told('goods', `export${capital(part)}${capital(type)}`, `The ${part} as a file`),
            querystring: ExportQuery,
            response: {
              200: {
                description: `${part}.${type}`,
                content: { [mediaType[type]]: { schema: Type.Unsafe<Readable>(Type.String()) } },
              },
            },
          },
        },
        (request, reply) => {
          asFile(reply, `${part}.${type}`)
          return Readable.from(knowledge.export(part, type, separatorOf(request.query)))
        },
      )
  }
}

async function importRoutes(app: App, { deps, room }: Context): Promise<void> {
  const { knowledge } = deps.shop
  await app.register(async (inner: App) => {
    takeFiles(inner, room)
    for (const part of parts)
      inner.post(
        `/${part}/import`,
        {
          config: { access: manager },
          bodyLimit: FILE_BYTES,
          schema: {
            ...told('goods', `import${capital(part)}`, `Replace the ${part} by a file, all of it or nothing`),
            consumes: [mediaType.csv, mediaType.json],
            querystring: ImportQuery,
            body: Type.String(),
            response: answers(200, ChangeSummary),
          },
        },
        (request) => {
          const { file, dry, keep } = fileOf(request, part)
          return knowledge.import(part, file, actor(sessionOf(request)), { dry, keep })
        },
      )
  })
}
