/** Health and plugins. */
import Type from 'typebox'
import { EndcapError, type ShopPlan } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import type { LedgerFault } from '../../ledger/index.ts'
import { outsidePlugin } from '../outside.ts'
import { answers, Configuration, ConfigurationWritten, Health, params, Plugin } from '../schemas/index.ts'
import type { Stages } from '../types.ts'

const statusOf = (stages: Stages): 'ok' | 'starting' | 'degraded' => {
  const states = new Set(Object.values(stages).map(({ state }) => state))
  if (states.has('waiting') || states.has('starting')) return 'starting'
  return states.has('failed') || states.has('late') || states.has('off') ? 'degraded' : 'ok'
}

/** What it means for who looks after the box. */
function unwritten({ reason, remedy, since, waiting }: LedgerFault, plan: Pick<ShopPlan, 'locale' | 'timezone'>) {
  const at = new Date(since).toLocaleTimeString(plan.locale, { timeZone: plan.timezone, timeStyle: 'short' })
  return `${reason}. Nothing has been written since ${at}. Alarms, tasks and screens go on, and what is to be kept (${waiting} entries) waits in memory: do not switch the box off. ${remedy}`
}

export function boxRoutes(app: App, { deps, room, startedAt }: Context): void {
  const { host, ledger } = deps

  app.get(
    '/health',
    { config: { access: 'anyone' }, schema: { ...told('box', 'health', 'Is it up'), response: answers(200, Health) } },
    async ({ session }) => {
      const stages = { ...deps.stages() }
      const fault = ledger.fault()
      // It came up, but a box that can no longer keep what happens is not well.
      if (fault !== undefined && stages.ledger.state === 'ready')
        stages.ledger = { state: 'failed', reason: unwritten(fault, deps.shop.plan()) }
      const all = Object.entries(stages)
      const reasons = all.flatMap(([name, { reason }]) => (reason === undefined ? [] : [[name, reason]]))
      const clockFault = deps.clockFault?.()
      if (clockFault !== undefined) reasons.push(['clock', clockFault])
      const diskFault = fault === undefined ? await room.fault() : undefined
      if (diskFault !== undefined) reasons.push(['disk', diskFault])
      const status = statusOf(stages)
      return {
        status: status === 'ok' && (clockFault ?? diskFault) !== undefined ? 'degraded' : status,
        clock: clockFault === undefined ? 'right' : 'wrong',
        version: deps.version,
        uptimeSeconds: Math.round(performance.now() - startedAt) / 1000,
        stages: Object.fromEntries(all.map(([name, { state }]) => [name, state])),
        twin: deps.twin,
        ...(session?.role === 'manager' && reasons.length > 0 ? { reasons: Object.fromEntries(reasons) } : {}),
      }
    },
  )

  app.get(
    '/plugins',
    {
      config: { access: manager },
      schema: {
        ...told('box', 'listPlugins', 'Every plugin and how it is'),
        response: answers(200, Type.Array(Plugin)),
      },
    },
    () => host.plugins().map(outsidePlugin),
  )

  app.get(
    '/plugins/:name',
    {
      config: { access: manager },
      schema: {
        ...told('box', 'getPlugin', 'One plugin'),
        params: params('name'),
        response: answers(200, Plugin),
      },
    },
    (request) => outsidePlugin(known(request.params.name)),
  )

  app.get(
    '/plugins/:name/config',
    {
      config: { access: manager },
      schema: {
        ...told('box', 'getPluginConfig', 'Its configuration with the secrets; the trail notes who looked'),
        params: params('name'),
        response: answers(200, Configuration),
      },
    },
    async (request) => {
      const { name } = known(request.params.name)
      const by = actor(sessionOf(request))
      await ledger.audit.add({ time: Date.now(), actor: by, action: 'plugin.read-secrets', subject: `plugin/${name}` })
      return { config: host.config(name) ?? {}, ...host.configuration(name), inMemory: deps.twin }
    },
  )

  app.put(
    '/plugins/:name/config',
    {
      config: { access: manager },
      schema: {
        ...told(
          'box',
          'putPluginConfig',
          'Configure a plugin and its devices, as endcap.yaml has them; it starts anew',
        ),
        params: params('name'),
        body: ConfigurationWritten,
        response: answers(200, Plugin),
      },
    },
    async (request) => {
      const { name } = known(request.params.name)
      await host.check(name, request.body)
      const by = actor(sessionOf(request))
      await deps.configurePlugin(name, request.body)
      await ledger.audit.add({ time: Date.now(), actor: by, action: 'plugin.configure', subject: `plugin/${name}` })
      return outsidePlugin(known(name))
    },
  )

  const known = (name: string) => {
    if (!host.plugins().some((one) => one.name === name))
      throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'plugin', id: name })
    return host.plugin(name)
  }

  const actions = {
    restart: (name: string) => host.restart(name),
    enable: (name: string) => deps.enablePlugin(name, true),
    disable: (name: string) => deps.enablePlugin(name, false),
  }
  for (const [action, act] of Object.entries(actions)) {
    app.post(
      `/plugins/:name/${action}`,
      {
        config: { access: manager },
        schema: {
          ...told('box', `${action}Plugin`, `${action[0]?.toUpperCase()}${action.slice(1)} a plugin; the others go on`),
          params: params('name'),
          response: answers(200, Plugin),
        },
      },
      async (request) => {
        const { name } = request.params
        known(name)
        const by = actor(sessionOf(request))
        await ledger.audit.add({ time: Date.now(), actor: by, action: `plugin.${action}`, subject: `plugin/${name}` })
        await act(name)
        return outsidePlugin(known(name))
      },
    )
  }
}
