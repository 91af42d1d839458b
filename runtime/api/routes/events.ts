/** Events in, out and live; commands. */
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { commands as definitions, type Event, EndcapError } from '../../contract/index.ts'
import type { EventQuery } from '../../ledger/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { streamEvents } from '../event-stream.ts'
import { outsideEvent } from '../outside.ts'
import { answers, Command, EventOutside, NewEvent, params } from '../schemas/index.ts'
import { guardSocket } from '../sockets.ts'
import { milliseconds } from '../validation.ts'

const PAGE = 100
/** How far causes are followed: deep enough for any chain of ours, bounded for any ledger. */
const CAUSES = 50

const Pattern = Type.String({ minLength: 1, maxLength: 256 })
const Id = Type.String({ minLength: 1, maxLength: 64 })
const Query = Type.Object(
  {
    type: Type.Optional(Pattern),
    subject: Type.Optional(Pattern),
    since: Type.Optional(Type.String({ maxLength: 40 })),
    until: Type.Optional(Type.String({ maxLength: 40 })),
    because: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    after: Type.Optional(Id),
  },
  { additionalProperties: false },
)
const Filter = Type.Object(
  {
    type: Type.Optional(Type.Array(Pattern, { maxItems: 32 })),
    subject: Type.Optional(Type.Array(Pattern, { maxItems: 32 })),
  },
  { additionalProperties: false },
)

const queryOf = ({ since, until, ...rest }: Static<typeof Query>): EventQuery => ({
  ...rest,
  ...(since === undefined ? {} : { since: milliseconds(since, 'query/since') }),
  ...(until === undefined ? {} : { until: milliseconds(until, 'query/until') }),
})

/** Each type with each subject. */
const consumesOf = ({ type = ['*'], subject }: Static<typeof Filter>) =>
  type.flatMap((type) => (subject ? subject.map((subject) => ({ type, subject })) : [{ type }]))

/** The source of what a caller sends. */
const sourceOf = (request: Pick<FastifyRequest, 'session'>) => `api/${actor(sessionOf(request))}`

export function eventRoutes(app: App, { deps, limits, sessions }: Context): void {
  const { bus, commands, host, ledger } = deps
  const one = async (id: string): Promise<Event | undefined> => (await ledger.query({ id, limit: 1 }))[0]

  /** Nearest first, each once. */
  const causesOf = async (event: Event): Promise<Event[]> => {
    const found = new Map<string, Event>()
    let ids = event.because ?? []
    while (ids.length > 0 && found.size < CAUSES) {
      const fresh = [...new Set(ids)].filter((id) => id !== event.id && !found.has(id)).slice(0, CAUSES - found.size)
      const kept = (await Promise.all(fresh.map(one))).filter((cause) => cause !== undefined)
      for (const cause of kept) found.set(cause.id, cause)
      ids = kept.flatMap((cause) => cause.because ?? [])
    }
    return [...found.values()]
  }

  app.get(
    '/events',
    {
      config: { access: manager },
      schema: {
        ...told('events', 'queryEvents', 'Kept events, newest first'),
        querystring: Query,
        response: answers(200, Type.Array(EventOutside)),
      },
    },
    async (request, reply) => {
      const { limit = PAGE } = request.query
      const events = await ledger.query({ ...queryOf(request.query), limit })
      const last = events.at(-1)
      if (last && events.length === limit) {
        const next = new URLSearchParams({ ...(request.query as Record<string, string>), after: last.id })
        void reply.header('link', `</api/v1/events?${next}>; rel="next"`)
      }
      return events.map(outsideEvent)
    },
  )

  app.get(
    '/events/:id',
    {
      config: { access: manager },
      schema: {
        ...told('events', 'getEvent', 'One event, what it came from and what came from it'),
        params: params('id'),
        response: answers(
          200,
          Type.Object({
            ...EventOutside.properties,
            causes: Type.Array(EventOutside),
            effects: Type.Array(EventOutside),
          }),
        ),
      },
    },
    async (request) => {
      const { id } = request.params
      const event = await one(id)
      if (!event) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'kept event', id })
      const [causes, effects] = await Promise.all([causesOf(event), ledger.query({ because: id, limit: PAGE })])
      return { ...outsideEvent(event), causes: causes.map(outsideEvent), effects: effects.map(outsideEvent) }
    },
  )

  app.post(
    '/events',
    {
      config: {
        access: manager,
        rateLimit: {
          max: limits.eventsPerSecond,
          timeWindow: 1000,
          keyGenerator: (request) => request.session?.key ?? request.ip,
        },
      },
      schema: {
        ...told('events', 'sendEvent', 'Send an event in; answered after COMMIT'),
        body: NewEvent,
        response: answers(201, Type.Object({ id: Type.String() })),
      },
    },
    async (request, reply) => {
      const id = await host.emit(sourceOf(request), request.body, { commit: true })
      return reply.code(201).header('location', `/api/v1/events/${id}`).send({ id })
    },
  )

  app.post(
    '/commands',
    {
      config: { access: manager },
      schema: {
        ...told('events', 'sendCommand', 'Give a command and wait for its answer'),
        body: Command,
        response: answers(200, Type.Unknown({ description: 'as the command says' })),
      },
    },
    async (request) => {
      const { params = {}, ...call } = request.body
      // What flows may never do, a person may; and it stands in the audit trail who did.
      if (definitions.get(call.name)?.flows === false) {
        const actedBy = actor(sessionOf(request))
        await ledger.audit.add({ time: Date.now(), actor: actedBy, action: `command.${call.name}`, subject: call.to })
      }
      return (await commands.call({ ...call, params, source: sourceOf(request) })) ?? {}
    },
  )

  let streams = 0
  app.route({
    method: 'GET',
    url: '/stream',
    config: { access: manager, upgrade: true },
    schema: {
      ...told('events', 'streamEvents', 'WebSocket: arrays of events as they happen'),
      querystring: Filter,
      response: { 101: { description: 'one JSON array of events a message', type: 'null' } },
    },
    exposeHeadRoute: false,
    wsHandler(socket, request) {
      const consumes = consumesOf(request.query)
      const stop = streamEvents(bus, socket, `api/stream-${++streams}`, consumes)
      guardSocket(socket, sessions, sessionOf(request), stop)
    },
    handler() {
      throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'header/upgrade', reason: 'must ask for a WebSocket' })
    },
  })
}
