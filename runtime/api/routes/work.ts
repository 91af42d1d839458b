/** What associates have to do and whether they may be disturbed: for themselves, and all of it for the manager. */
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { commands, EndcapError } from '../../contract/index.ts'
import { writeCsv } from '../../shop/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { type Access, manager } from '../authorize.ts'
import { asFile, ExportQuery, FILE_BYTES, fileOf, ImportQuery, mediaType, separatorOf, takeFiles } from '../files.ts'
import { outsideMe, outsideTask } from '../outside.ts'
import {
  answers,
  AvailabilityChange,
  ChangeSummary,
  params,
  StaffMe,
  TaskOpened,
  TaskOutside,
} from '../schemas/index.ts'
import { recordOf, taskHistory } from '../task-history.ts'
import { milliseconds } from '../validation.ts'

const WEEK_MILLISECONDS = 7 * 86_400_000
const HistoryQuery = Type.Object(
  {
    from: Type.Optional(
      Type.String({ maxLength: 40, description: 'RFC 3339; a week before `to` where it is missing' }),
    ),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; now where it is missing' })),
    ...ExportQuery.properties,
  },
  { additionalProperties: false },
)
const itself: Access = { roles: ['manager', 'staff'], own: 'id' }
const open = commands.get('task.open')

export async function workRoutes(app: App, { deps, room, occupancy }: Context): Promise<void> {
  const { shop } = deps
  const nameOf = (id: string) => shop.plan().staff.find((one) => one.id === id)?.name ?? id
  const outside = (task: Parameters<typeof outsideTask>[0]) => outsideTask(task, nameOf)
  const idOf = (request: Pick<FastifyRequest, 'session'>, named: string): string => {
    const id = named === 'me' ? (sessionOf(request).id ?? named) : named
    if (!shop.plan().staff.some((one) => one.id === id))
      throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'associate', id })
    return id
  }
  const me = (id: string) => outsideMe(shop, id, occupancy.all().find(({ who }) => who === `staff/${id}`)?.zone)

  app.get(
    '/staff/:id',
    {
      config: { access: itself },
      schema: {
        ...told('staff', 'getAssociate', 'What the box knows of an associate: shift, availability, budget, zone'),
        params: params('id'),
        response: answers(200, StaffMe),
      },
    },
    (request) => me(idOf(request, request.params.id)),
  )

  app.put(
    '/staff/:id/availability',
    {
      config: { access: itself },
      schema: {
        ...told('staff', 'setAvailability', 'Available, busy, on a break; quiet: only urgent alerts disturb'),
        params: params('id'),
        body: AvailabilityChange,
        response: answers(200, StaffMe),
      },
    },
    async (request) => {
      const id = idOf(request, request.params.id)
      await shop.staff.setAvailability(id, request.body)
      return me(id)
    },
  )

  app.get(
    '/staff/:id/tasks',
    {
      config: { access: itself },
      schema: {
        ...told('tasks', 'listOwnTasks', 'What an associate may take, has, and ended today; most pressing first'),
        params: params('id'),
        response: answers(200, Type.Array(TaskOutside)),
      },
    },
    (request) => shop.tasks.of(idOf(request, request.params.id)).map(outside),
  )

  for (const act of ['claim', 'done'] as const)
    app.post(
      `/staff/:id/tasks/:task/${act}`,
      {
        config: { access: itself },
        schema: {
          ...told('tasks', `${act}Task`, act === 'claim' ? 'Take a task; the first wins' : 'A task is done'),
          params: params('id', 'task'),
          response: answers(200, TaskOutside),
        },
      },
      async (request) => outside(await shop.tasks[act](idOf(request, request.params.id), request.params.task)),
    )

  app.post(
    '/staff/:id/tasks/:task/pass',
    {
      config: { access: itself },
      schema: {
        ...told('tasks', 'passTask', 'Pass a task on to a colleague on shift, or back to everybody'),
        params: params('id', 'task'),
        body: Type.Object({ to: Type.Optional(Type.String({ maxLength: 64 })) }, { additionalProperties: false }),
        response: answers(200, TaskOutside),
      },
    },
    async (request) =>
      outside(await shop.tasks.pass(idOf(request, request.params.id), request.params.task, request.body.to)),
  )

  app.get(
    '/tasks',
    {
      config: { access: manager },
      schema: {
        ...told('tasks', 'listTasks', 'Every task that is open or claimed, and those that ended within a day'),
        response: answers(200, Type.Array(TaskOutside)),
      },
    },
    () => shop.tasks.list().map(outside),
  )

  for (const type of ['csv', 'json'] as const)
    app.get(
      `/tasks.${type}`,
      {
        config: { access: manager },
        schema: {
          ...told(
            'tasks',
            type === 'csv' ? 'exportTasksCsv' : 'exportTasksJson',
            'What became of the tasks of some days',
          ),
          querystring: HistoryQuery,
          response: {
            200: { description: `tasks.${type}`, content: { [mediaType[type]]: { schema: Type.String() } } },
          },
        },
      },
      async (request, reply) => {
        const { from, to } = request.query
        const until = to === undefined ? Date.now() : milliseconds(to, 'query/to')
        const since = from === undefined ? until - WEEK_MILLISECONDS : milliseconds(from, 'query/from')
        if (since >= until)
          throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'query/from', reason: 'must be before query/to' })
        const waiting = new Map(shop.tasks.waiting().map((one) => [one.task, one]))
        const tasks = (await taskHistory(deps.ledger, since, until)).map((one) => {
          const now = waiting.get(one.task)
          waiting.delete(one.task)
          return recordOf(one, now)
        })
        // What is to do goes out whenever it was opened, unless somebody asks for certain days.
        if (from === undefined && to === undefined) tasks.unshift(...waiting.values())
        asFile(reply, `tasks.${type}`)
        return type === 'csv' ? writeCsv('tasks', tasks, separatorOf(request.query)) : JSON.stringify(tasks, null, 2)
      },
    )

  app.post(
    '/tasks',
    {
      config: { access: manager },
      schema: {
        ...told('tasks', 'openTask', 'Open a task, as the command task.open; `to` is staff/+ where it is missing'),
        body: Type.Object({
          to: Type.Optional(Type.String({ maxLength: 70 })),
          params: open?.params ?? Type.Object({}),
        }),
        response: answers(201, TaskOpened),
      },
    },
    async (request, reply) => {
      const { to = 'staff/+', params: asked } = request.body
      const answer = await deps.commands.call({ name: 'task.open', to, params: asked, source: 'api/manager' })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/tasks/:task/close',
    {
      config: { access: manager },
      schema: {
        ...told('tasks', 'closeTask', 'A task is no longer needed'),
        params: params('task'),
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
        response: answers(200, TaskOutside),
      },
    },
    async (request) =>
      outside(await shop.tasks.close(request.params.task, request.body.reason, actor(sessionOf(request)))),
  )

  await app.register(async (inner: App) => {
    takeFiles(inner, room)
    inner.post(
      '/tasks/import',
      {
        config: { access: manager },
        bodyLimit: FILE_BYTES,
        schema: {
          ...told(
            'tasks',
            'importTasks',
            'Open the tasks of a file, all of them or none; what is open already is not opened again',
          ),
          consumes: [mediaType.csv, mediaType.json],
          querystring: ImportQuery,
          body: Type.String(),
          response: answers(200, ChangeSummary),
        },
      },
      (request) => {
        const { file, dry } = fileOf(request, 'tasks')
        return shop.tasks.import(file, actor(sessionOf(request)), { dry })
      },
    )
  })
}
