/** The plan of the shop, and who is where in it. */
import Type from 'typebox'
import { ShopPlan } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { instant } from '../outside.ts'
import { expectedOf, tagged } from '../revisions.ts'
import { answers, Dot, FloorDrawn, ZoneCounted, ZoneListed } from '../schemas/index.ts'

const PLAN_BYTES = 5 * 1024 * 1024
const yaml = ['text/yaml', 'application/yaml', 'application/x-yaml', 'text/plain']

export async function shopRoutes(app: App, { deps, occupancy }: Context): Promise<void> {
  const { shop } = deps

  app.get(
    '/shop',
    {
      config: { access: manager },
      schema: { ...told('shop', 'getShop', 'The plan of the shop'), response: answers(200, ShopPlan) },
    },
    () => shop.plan(),
  )

  app.get(
    '/shop.yaml',
    {
      config: { access: manager },
      schema: {
        ...told('shop', 'exportShop', 'The plan of the shop as YAML'),
        response: { 200: { description: 'shop.yaml', content: { 'text/yaml': { schema: Type.String() } } } },
      },
    },
    (_, reply) => {
      void reply.type('text/yaml; charset=utf-8')
      tagged(reply, shop.version())
      return shop.exportYaml()
    },
  )

  // In a context of its own, so that YAML is taken here and nowhere else.
  await app.register(async (inner: App) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser(yaml, { parseAs: 'string', bodyLimit: PLAN_BYTES }, (_, body, done) => done(null, body))
    inner.put(
      '/shop.yaml',
      {
        config: { access: manager },
        bodyLimit: PLAN_BYTES,
        schema: {
          ...told('shop', 'importShop', 'Replace the plan of the shop; a fault changes nothing. If-Match is heeded'),
          consumes: ['text/yaml'],
          body: Type.String(),
          response: answers(200, Type.Object({ version: Type.Integer() })),
        },
      },
      async (request, reply) => {
        const tag = expectedOf(request.headers)
        const expected = tag === undefined ? undefined : Number(tag)
        await shop.importYaml(request.body, actor(sessionOf(request)), 'shop.yaml', expected)
        tagged(reply, shop.version())
        return { version: shop.version() }
      },
    )
  })

  app.get(
    '/floor',
    {
      config: { access: { roles: ['manager', 'staff'] } },
      schema: {
        ...told('shop', 'getFloor', 'The floor from above, to find a shelf on: zones and fixtures, in metres'),
        response: answers(200, FloorDrawn),
      },
    },
    () => {
      const { floor, zones, receivers } = shop.plan()
      const { width, depth, fixtures = [] } = floor
      return {
        width,
        depth,
        zones: zones.map(({ id, polygon, receiver }) => {
          const heard = receivers.find((one) => one.id === receiver)
          const centre: [number, number][] = heard ? [[heard.x, heard.y]] : []
          return { id, ...(polygon ? { polygon } : {}), ...(centre[0] ? { centre: centre[0] } : {}) }
        }),
        fixtures: fixtures.map(({ id, polygon, wall }) => ({ id, polygon, ...(wall ? { wall } : {}) })),
      }
    },
  )

  app.get(
    '/zones',
    {
      config: { access: { roles: ['manager', 'staff'] } },
      schema: {
        ...told('shop', 'listZones', 'The zones, and who is in each now'),
        response: answers(200, Type.Union([Type.Array(ZoneListed), Type.Array(ZoneCounted)])),
      },
    },
    (request) => {
      const everybody = occupancy.all()
      // A count is what an associate needs; who it is, and where colleagues stand, is not.
      if (sessionOf(request).role === 'staff')
        return shop.plan().zones.map(({ id, name }) => ({
          id,
          name,
          count: everybody.filter(({ zone }) => zone === id).length,
        }))
      return shop.plan().zones.map((zone) => ({
        ...zone,
        present: everybody
          .filter((one) => one.zone === zone.id)
          .map(({ who, kind, since, position, stale }) => ({
            who,
            kind,
            since: instant(since),
            ...(position ? { x: position.x, y: position.y } : {}),
            stale,
          })),
      }))
    },
  )

  app.get(
    '/presence',
    {
      config: { access: manager },
      schema: {
        ...told('shop', 'listPresence', 'Where everybody is on the floor plan'),
        response: answers(200, Type.Array(Dot)),
      },
    },
    () =>
      occupancy.all().flatMap(({ who, kind, zone, position, stale, evidence }) =>
        position
          ? [
              {
                who,
                kind,
                ...(zone === undefined ? {} : { zone }),
                x: position.x,
                y: position.y,
                accuracyMetres: position.accuracyMetres,
                time: instant(position.time),
                stale,
                evidence,
              },
            ]
          : [],
      ),
  )
}
