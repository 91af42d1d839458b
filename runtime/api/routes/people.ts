/** Customers who agreed to something, and what they agreed to. */
import Type from 'typebox'
import { EndcapError, type Purpose, purposes } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { outsideConsent, outsidePerson } from '../outside.ts'
import { answers, Consent, NewPerson, Nothing, params, Person, PersonChange } from '../schemas/index.ts'

const purposeOf = (purpose: string): Purpose => {
  if (Object.hasOwn(purposes, purpose)) return purpose as Purpose
  throw new EndcapError('ENDCAP_CONSENT_PURPOSE_UNKNOWN', { purpose, purposes: Object.keys(purposes).join(', ') })
}

export function peopleRoutes(app: App, { deps }: Context): void {
  const { people } = deps.shop
  const config = { access: manager }

  app.get(
    '/purposes',
    {
      config,
      schema: {
        ...told('people', 'listPurposes', 'What a person can agree to, in the words that they are shown'),
        response: answers(200, Type.Array(Type.Object({ purpose: Type.String(), text: Type.String() }))),
      },
    },
    () => Object.entries(purposes).map(([purpose, text]) => ({ purpose, text })),
  )

  app.get(
    '/people',
    {
      config,
      schema: {
        ...told('people', 'listPeople', 'Everybody who agreed to something'),
        response: answers(200, Type.Array(Person)),
      },
    },
    () => people.list().map(outsidePerson),
  )

  app.post(
    '/people',
    {
      config,
      schema: {
        ...told('people', 'addPerson', 'Add somebody; nothing is agreed to yet'),
        body: NewPerson,
        response: answers(201, Person),
      },
    },
    async (request, reply) => {
      const { tags = [], ...rest } = request.body
      return reply.code(201).send(outsidePerson(await people.add({ tags, ...rest }, actor(sessionOf(request)))))
    },
  )

  app.patch(
    '/people/:id',
    {
      config,
      schema: {
        ...told('people', 'changePerson', 'Change name, tags or favourite'),
        params: params('id'),
        body: PersonChange,
        response: answers(200, Person),
      },
    },
    async (request) => outsidePerson(await people.update(request.params.id, request.body, actor(sessionOf(request)))),
  )

  app.delete(
    '/people/:id',
    {
      config,
      schema: {
        ...told('people', 'erasePerson', 'Erase somebody, with their events and notices'),
        params: params('id'),
        response: answers(200, Type.Object({ erased: Type.Integer({ description: 'events that went' }) })),
      },
    },
    async (request) => ({ erased: await people.erase(request.params.id, actor(sessionOf(request))) }),
  )

  app.put(
    '/people/:id/consents/:purpose',
    {
      config,
      schema: {
        ...told('people', 'giveConsent', 'Record that somebody agreed; answers with the receipt'),
        params: params('id', 'purpose'),
        response: answers(200, Consent),
      },
    },
    async (request) => {
      const { id, purpose } = request.params
      return outsideConsent(await people.give(id, purposeOf(purpose), actor(sessionOf(request))))
    },
  )

  app.delete(
    '/people/:id/consents/:purpose',
    {
      config,
      schema: {
        ...told('people', 'withdrawConsent', 'Take an agreement back; holds within a second'),
        params: params('id', 'purpose'),
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      const { id, purpose } = request.params
      await people.withdraw(id, purposeOf(purpose), actor(sessionOf(request)))
      return reply.code(204).send()
    },
  )
}
