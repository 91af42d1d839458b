/** Who works here, edited: one associate at a time, or as a file. */
import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { EndcapError, RosterEntry } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { asFile, ExportQuery, FILE_BYTES, fileOf, ImportQuery, mediaType, separatorOf, takeFiles } from '../files.ts'
import { expectedOf, tagged } from '../revisions.ts'
import { answers, ChangeSummary, Nothing, params } from '../schemas/index.ts'

/** The shop checks these bodies itself: it tells more than that a pattern does not match. */
const byTheShop: FastifySchemaCompiler<TSchema> = () => (value: unknown) => ({ value })

export async function rosterRoutes(app: App, { deps, room }: Context): Promise<void> {
  const { team } = deps.shop
  const by = (request: Pick<FastifyRequest, 'session'>) => actor(sessionOf(request))
  const answer = (reply: FastifyReply, { entry, revision }: ReturnType<typeof team.get>) => {
    tagged(reply, revision)
    return entry
  }

  app.get(
    '/roster',
    {
      config: { access: manager },
      schema: {
        ...told('staff', 'listRoster', 'Who works here: roles, skills, shifts, budget of alerts, badges'),
        response: answers(200, Type.Array(RosterEntry)),
      },
    },
    () => team.list(),
  )

  app.get(
    '/roster/:id',
    {
      config: { access: manager },
      schema: {
        ...told('staff', 'getRosterEntry', 'One associate of the roster; its ETag is for If-Match'),
        params: params('id'),
        response: answers(200, RosterEntry),
      },
    },
    (request, reply) => answer(reply, team.get(request.params.id)),
  )

  app.put(
    '/roster/:id',
    {
      config: { access: manager },
      validatorCompiler: byTheShop,
      schema: {
        ...told('staff', 'putRosterEntry', 'Add or change an associate; If-Match and If-None-Match: * are heeded'),
        params: params('id'),
        body: RosterEntry,
        response: answers(200, RosterEntry),
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if ((request.body as Partial<RosterEntry> | null)?.id !== id)
        throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'body/id', reason: `must be ${id}, as in the path` })
      return answer(reply, await team.put(request.body, by(request), expectedOf(request.headers)))
    },
  )

  app.delete(
    '/roster/:id',
    {
      config: { access: manager },
      schema: {
        ...told('staff', 'deleteRosterEntry', 'Take an associate out of the roster, with their badges'),
        params: params('id'),
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      await team.delete(request.params.id, by(request), expectedOf(request.headers) ?? undefined)
      return reply.code(204).send()
    },
  )

  for (const type of ['csv', 'json'] as const)
    app.get(
      `/roster.${type}`,
      {
        config: { access: manager },
        schema: {
          ...told('staff', type === 'csv' ? 'exportRosterCsv' : 'exportRosterJson', 'The roster as a file'),
          querystring: ExportQuery,
          response: {
            200: { description: `roster.${type}`, content: { [mediaType[type]]: { schema: Type.String() } } },
          },
        },
      },
      (request, reply) => {
        asFile(reply, `roster.${type}`)
        return team.export(type, separatorOf(request.query))
      },
    )

  await app.register(async (inner: App) => {
    takeFiles(inner, room)
    inner.post(
      '/roster/import',
      {
        config: { access: manager },
        bodyLimit: FILE_BYTES,
        schema: {
          ...told('staff', 'importRoster', 'Replace the roster by a file, all of it or nothing'),
          consumes: [mediaType.csv, mediaType.json],
          querystring: ImportQuery,
          body: Type.String(),
          response: answers(200, ChangeSummary),
        },
      },
      (request) => {
        const { file, dry, keep } = fileOf(request, 'roster')
        return team.import(file, by(request), { dry, keep })
      },
    )
  })
}
