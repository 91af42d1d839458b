/** Devices: what is there and what was found, and what is written of them: adopt, replace, rename, configure, forget. */
import Type from 'typebox'
import { EndcapError, Id } from '../../contract/index.ts'
import type { DeviceStatus } from '../../host/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { createDeviceDesk } from '../device-desk.ts'
import { outsideDevice } from '../outside.ts'
import { answers, DeviceAsked, DeviceListed, DevicesWrong, Nothing, params } from '../schemas/index.ts'
import { HIDDEN } from './device-acts.ts'

const strict = { additionalProperties: false } as const
const Name = Type.String({ maxLength: 60, pattern: '^[^,=\\n]*$' })
const Settings = Type.Record(Type.String(), Type.Unknown(), { description: 'as the schema of the plugin says' })
const Metres = Type.Number({ minimum: -1000, maximum: 1000 })
const Rename = {
  name: Type.Optional(Name),
  zone: Type.Optional(Type.String({ maxLength: 64, description: 'empty: none' })),
  x: Type.Optional(Metres),
  y: Type.Optional(Metres),
}

export function deviceRoutes(app: App, { deps }: Context): void {
  const { host, ledger } = deps
  const desk = createDeviceDesk(deps)
  const note = (by: string, act: string, source: string, detail?: Record<string, unknown>) =>
    ledger.audit.add({
      time: Date.now(),
      actor: by,
      action: `device.${act}`,
      subject: `device/${source}`,
      ...(detail ? { detail } : {}),
    })

  const listed = async () => {
    const [hidden, read] = await Promise.all([ledger.documents.all<unknown>(HIDDEN), deps.profiles?.()])
    const profiles = new Map(read?.profiles.map((profile) => [profile.id, profile]))
    return host.plugins().flatMap((plugin) =>
      plugin.devices.map((device) => {
        const { vendor, model, battery, documentation } = profiles.get(device.profile ?? '') ?? {}
        return {
          plugin: plugin.name,
          ...outsideDevice(device),
          ...(vendor === undefined ? {} : { vendor, model, documentation, ...(battery ? { battery } : {}) }),
          hidden: hidden.has(device.source),
          can: {
            identify: host.answers(plugin.name, 'device.identify'),
            test: host.answers(plugin.name, 'device.test'),
            weigh: host.answers(plugin.name, 'scale.calibrate'),
            see: host.answers(plugin.name, 'camera.snapshot'),
          },
        }
      }),
    )
  }

  app.get(
    '/devices',
    {
      config: { access: manager },
      schema: {
        ...told(
          'devices',
          'listDevices',
          'Every device of every plugin: those that are adopted, and those that were found',
        ),
        response: answers(200, Type.Array(DeviceListed)),
      },
    },
    listed,
  )

  app.get(
    '/devices/profiles/wrong',
    {
      config: { access: manager },
      schema: {
        ...told(
          'devices',
          'listWrongProfiles',
          "The box's own profiles that were left out, each with file, line and reason",
        ),
        response: answers(200, DevicesWrong),
      },
    },
    async () => (await deps.profiles?.())?.wrong.map(({ code, message, remedy }) => ({ code, message, remedy })) ?? [],
  )

  app.post(
    '/devices/adopt',
    {
      config: { access: manager },
      schema: {
        ...told(
          'devices',
          'adoptDevice',
          'Adopt a found device: it is written into endcap.yaml, or gets its place on the floor plan',
        ),
        body: Type.Object(
          { source: Type.String({ maxLength: 129 }), id: Id, ...Rename, config: Type.Optional(Settings) },
          strict,
        ),
        response: answers(200, DeviceListed),
      },
    },
    async (request) => {
      const { source, ...wish } = request.body
      const [plugin = '', found = ''] = splitSource(source)
      const by = actor(sessionOf(request))
      await desk.adopt(plugin, found, wish, by)
      await note(by, 'adopt', `${plugin}/${wish.id}`, { found })
      return one(plugin, wish.id)
    },
  )

  const at = '/devices/:plugin/:device'
  const paths = params('plugin', 'device')

  app.get(
    `${at}/form`,
    {
      config: { access: manager },
      schema: {
        ...told('devices', 'getDeviceForm', 'What is to be asked when it is adopted or replaced'),
        params: paths,
        response: answers(200, DeviceAsked),
      },
    },
    ({ params: { plugin, device } }) => desk.form(plugin, device),
  )

  app.post(
    `${at}/replace`,
    {
      config: { access: manager },
      schema: {
        ...told(
          'devices',
          'replaceDevice',
          'Put a found device in its place: id, name, place, settings, history and flows stay',
        ),
        params: paths,
        body: Type.Object(
          {
            by: Type.String({ maxLength: 64, description: 'id of the found device' }),
            config: Type.Optional(Settings),
          },
          strict,
        ),
        response: answers(200, DeviceListed),
      },
    },
    async (request) => {
      const { plugin, device } = request.params
      const { by: found, config } = request.body
      await desk.replace(plugin, device, found, config ?? {})
      await note(actor(sessionOf(request)), 'replace', `${plugin}/${device}`, { by: found })
      return one(plugin, device)
    },
  )

  app.put(
    `${at}/settings`,
    {
      config: { access: manager },
      schema: {
        ...told('devices', 'configureDevice', 'Change its settings; a secret that is left out stays'),
        params: paths,
        body: Type.Object({ config: Settings }, strict),
        response: answers(200, DeviceListed),
      },
    },
    async (request) => {
      const { plugin, device } = request.params
      await desk.configure(plugin, device, request.body.config)
      await note(actor(sessionOf(request)), 'configure', `${plugin}/${device}`)
      return one(plugin, device)
    },
  )

  app.patch(
    at,
    {
      config: { access: manager },
      schema: {
        ...told('devices', 'renameDevice', 'Give it another name or place'),
        params: paths,
        body: Type.Object(Rename, strict),
        response: answers(200, DeviceListed),
      },
    },
    async (request) => {
      const { plugin, device } = request.params
      const by = actor(sessionOf(request))
      await desk.rename(plugin, device, request.body, by)
      await note(by, 'rename', `${plugin}/${device}`)
      return one(plugin, device)
    },
  )

  app.delete(
    at,
    {
      config: { access: manager },
      schema: {
        ...told('devices', 'forgetDevice', 'Forget it: it is found again when it is heard again. Its history stays'),
        params: paths,
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      const { plugin, device } = request.params
      const by = actor(sessionOf(request))
      await desk.forget(plugin, device, by)
      await note(by, 'forget', `${plugin}/${device}`)
      void reply.status(204)
      return null
    },
  )

  const one = async (plugin: string, id: string) => {
    const device = (await listed()).find(({ source }) => source === `${plugin}/${id}`)
    // A receiver of the plan is listed when it is heard again.
    return (
      device ?? {
        plugin,
        source: `${plugin}/${id}`,
        id,
        state: 'unknown' as DeviceStatus['state'],
        adopted: true,
        hidden: false,
        can: { identify: false, test: false },
      }
    )
  }
}

const splitSource = (source: string): string[] => {
  const at = source.indexOf('/')
  if (at < 0) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'device', id: source })
  return [source.slice(0, at), source.slice(at + 1)]
}
