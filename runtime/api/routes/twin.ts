/** What can be made to go wrong in the virtual shop. On a real box there is nothing of it. */
import Type from 'typebox'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { answers, params, VirtualFault } from '../schemas/index.ts'

export function twinRoutes(app: App, { deps }: Context): void {
  const { virtualShop } = deps
  if (!virtualShop) return

  app.get(
    '/twin/faults',
    {
      config: { access: manager },
      schema: {
        ...told('twin', 'listVirtualFaults', 'What can go wrong in the virtual shop, and whether it does now'),
        response: answers(200, Type.Array(VirtualFault)),
      },
    },
    () => virtualShop.faults(),
  )

  app.put(
    '/twin/faults/:fault',
    {
      config: { access: manager },
      schema: {
        ...told('twin', 'setVirtualFault', 'Let something go wrong in the virtual shop, or mend it'),
        params: params('fault'),
        body: Type.Object({ on: Type.Boolean() }, { additionalProperties: false }),
        response: answers(200, Type.Array(VirtualFault)),
      },
    },
    async (request) => {
      const { fault } = request.params
      const { on } = request.body
      const faults = await virtualShop.set(fault, on)
      const by = actor(sessionOf(request))
      const action = on ? 'twin.break' : 'twin.mend'
      await deps.ledger.audit.add({ time: Date.now(), actor: by, action, subject: `fault/${fault}` })
      return faults
    },
  )
}
