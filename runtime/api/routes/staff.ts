/** Associates: who is on shift, what each was told, and the stream of a staff device. */
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { EndcapError } from '../../contract/index.ts'
import type { Notice as ShopNotice, Task as ShopTask } from '../../shop/index.ts'
import { type App, type Context, sessionOf, told } from '../app.ts'
import { type Access, manager } from '../authorize.ts'
import { instant, outsideMe, outsideNotice, outsideTask } from '../outside.ts'
import { answers, Associate, Notice, params } from '../schemas/index.ts'
import { guardSocket } from '../sockets.ts'

const itself: Access = { roles: ['manager', 'staff'], own: 'id' }

export function staffRoutes(app: App, { deps, sessions, occupancy }: Context): void {
  const { shop } = deps

  /** The associate of the path; `me` is whoever is signed in. */
  const planned = (request: Pick<FastifyRequest, 'session'>, named: string) => {
    const id = named === 'me' ? (sessionOf(request).id ?? named) : named
    const associate = shop.plan().staff.find((one) => one.id === id)
    if (!associate) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'associate', id })
    return associate
  }
  const isOnShift = (id: string) => shop.onShift().some((one) => one.id === id)
  const notices = (id: string) => shop.notices.list(id).map(outsideNotice)

  app.get(
    '/staff',
    {
      config: { access: manager },
      schema: {
        ...told('staff', 'listStaff', 'Who works here, who is on shift, and where'),
        response: answers(200, Type.Array(Associate)),
      },
    },
    () => {
      const onShift = new Set(shop.onShift().map((one) => one.id))
      const zones = new Map(occupancy.all().map(({ who, zone }) => [who, zone]))
      return shop.plan().staff.map(({ id, name }) => {
        const zone = zones.get(`staff/${id}`)
        return { id, name, onShift: onShift.has(id), ...(zone === undefined ? {} : { zone }) }
      })
    },
  )

  app.get(
    '/staff/:id/notices',
    {
      config: { access: itself },
      schema: {
        ...told('staff', 'listNotices', 'What an associate was told, newest first'),
        params: params('id'),
        response: answers(200, Type.Array(Notice)),
      },
    },
    (request) => notices(planned(request, request.params.id).id),
  )

  app.post(
    '/staff/:id/notices/:notice/acknowledge',
    {
      config: { access: itself },
      schema: {
        ...told('staff', 'acknowledgeNotice', 'Acknowledge; the first counts'),
        params: params('id', 'notice'),
        response: answers(200, Notice),
      },
    },
    async (request) => {
      const { id } = planned(request, request.params.id)
      return outsideNotice(await shop.notices.acknowledge(id, request.params.notice))
    },
  )

  app.route({
    method: 'GET',
    url: '/staff/:id/stream',
    config: { access: itself, upgrade: true },
    schema: {
      ...told('staff', 'streamNotices', 'WebSocket: hello, then each notice, task and alert as it comes'),
      params: params('id'),
      response: {
        101: {
          description:
            'one JSON object a message: hello (with me), notice, notices, task, tasks, alert, me, or a beat every 15 s',
          type: 'null',
        },
      },
    },
    exposeHeadRoute: false,
    wsHandler(socket, request) {
      const { id } = planned(request, request.params.id)
      const send = (message: object) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(message))
      const nameOf = (one: string) => shop.plan().staff.find((other) => other.id === one)?.name ?? one
      const tasks = () => shop.tasks.of(id).map((task) => outsideTask(task, nameOf))
      const leave = [
        shop.notices.attach(id, (notice: ShopNotice) => send({ notice: outsideNotice(notice) })),
        shop.tasks.attach(id, (task: ShopTask) => send({ task: outsideTask(task, nameOf) })),
        shop.staff.attach(id, ({ time, ...alert }) => send({ alert: { ...alert, time: instant(time) } })),
        shop.onChange((what) => {
          // A withdrawn consent takes notices away, which only the whole list can tell; it changes what tasks say, too.
          if (what === 'people' || what === 'notices') due.add('notices')
          if (what === 'people' || what === 'shifts' || what === 'plan') due.add('tasks')
          if (what === 'shifts' || what === 'plan') greet()
          if (what !== 'screens' && what !== 'knowledge') tellSoon()
        }),
      ]
      let greeted = ''
      // Again when a shift begins or ends, or the plan names the associate anew.
      const greet = () => {
        const name = shop.plan().staff.find((one) => one.id === id)?.name ?? id
        const hello = { id, name, onShift: isOnShift(id) }
        if (JSON.stringify(hello) === greeted) return
        greeted = JSON.stringify(hello)
        // With what is held back, so that a page which was away knows what of it all may disturb.
        send({ hello: { ...hello, time: instant(Date.now()), notices: notices(id), tasks: tasks() }, me: ofMe() })
      }
      const ofMe = () => outsideMe(shop, id, occupancy.all().find(({ who }) => who === `staff/${id}`)?.zone)
      let known = ''
      const due = new Set<'notices' | 'tasks'>()
      /** Whole lists, budget and availability, of oneself and of colleagues; once for many changes of one turn. */
      const tellSoon = () => {
        pending ??= setImmediate(() => {
          pending = undefined
          if (!shop.plan().staff.some((one) => one.id === id)) return
          if (due.has('notices')) send({ notices: notices(id) })
          if (due.has('tasks')) send({ tasks: tasks() })
          due.clear()
          const me = ofMe()
          const text = JSON.stringify(me)
          if (text !== known) send({ me })
          known = text
        })
      }
      let pending: NodeJS.Immediate | undefined
      guardSocket(
        socket,
        sessions,
        sessionOf(request),
        () => {
          clearImmediate(pending)
          for (const end of leave) end()
        },
        () => send({ beat: true }),
      )
      tellSoon()
      greet()
    },
    handler() {
      throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'header/upgrade', reason: 'must ask for a WebSocket' })
    },
  })
}
