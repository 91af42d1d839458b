/** What a manager does with devices: adopt what was found, rename, replace, forget. Routes are in routes/devices.ts. */
import { EndcapError } from '../contract/index.ts'
import {
  adopt,
  type AdoptionList,
  adoptionLists,
  adoptedIn,
  configure,
  type DeviceStatus,
  forget,
  lastingName,
  listFor,
  listHolding,
  rename,
  replace,
  settingsOf,
} from '../host/index.ts'
import { isSecret } from './outside.ts'
import { placeReceiver, removeReceiver } from '../shop/index.ts'
import type { ApiDependencies } from './types.ts'

export interface AdoptWish {
  id: string
  name?: string
  zone?: string
  config?: Record<string, unknown>
  x?: number
  y?: number
}
export type RenameWish = Pick<AdoptWish, 'name' | 'zone' | 'x' | 'y'>

/** What a dialog asks for. */
export interface DeviceForm {
  /** JSON Schema of the settings; without id, name, zone, and what belongs to the hardware. */
  schema: object
  /** JSON Schema of what can be changed of one that is adopted. */
  settings: object
  /** What is already known, without secrets. */
  config: Record<string, unknown>
  /** Fields of the schema that are asked again when another takes over. */
  calibration: string[]
  named: boolean
  zoned: boolean
  /** It is placed on the floor plan, not in a zone. */
  placed: boolean
  /** What its plugin may do, and what of the box this device opens to it, in sentences. */
  may: string[]
}

/** A board is found, and becomes a scale; a probe that was not heard yet may be any thermometer. */
const trade = (kind: string): string =>
  kind === 'board' ? 'scale' : kind === 'probe' || kind === 'one-wire' ? 'thermometer' : kind

/** What its plugin proposes for it, with its serial port as it will be called after it was unplugged, too. */
const lasting = ({ found }: DeviceStatus): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(found?.adopt?.config ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' && value.startsWith('/dev/tty') ? lastingName(value) : value,
    ]),
  )

const opened: Record<'read' | 'write' | 'device', (path: string) => string> = {
  read: (path) => `Reads what is in ${path}.`,
  write: (path) => `Reads and changes what is in ${path}.`,
  device: (path) => `Uses the device ${path}.`,
}

type Settings = ReturnType<ApiDependencies['host']['configuration']>['written']

export function createDeviceDesk({
  host,
  shop,
  configurePlugin,
}: Pick<ApiDependencies, 'host' | 'shop' | 'configurePlugin'>) {
  let last: Promise<unknown> = Promise.resolve()
  /** Settings are read, changed and written as a whole: two managers at once must not undo each other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  const find = (plugin: string, device: string): DeviceStatus => {
    const found = host
      .plugins()
      .find(({ name }) => name === plugin)
      ?.devices.find(({ id }) => id === device)
    if (!found) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'device', id: `${plugin}/${device}` })
    return found
  }
  const listsOf = (plugin: string) => adoptionLists(host.configuration(plugin))
  const refuse = (device: string, act: string, reason: string) =>
    new EndcapError('ENDCAP_DEVICE_REFUSED', { device, act, reason })

  const write = async (plugin: string, settings: Settings) => {
    await host.check(plugin, settings)
    await configurePlugin(plugin, settings)
  }
  const isPlaced = ({ kind }: DeviceStatus) => kind === 'gateway' || kind === 'adapter'
  const may = (plugin: string, config: Record<string, unknown>) => [
    ...host.plugin(plugin).permissions.map(({ sentence }) => sentence),
    ...host.opens(plugin, config).map(({ path, mode }) => opened[mode](path)),
  ]
  const onPlan = (id: string) => shop.plan().receivers.some((one) => one.id === id)

  /** Flows and history name a device by its id, whichever plugin brings it. */
  const mustBeFree = (id: string) => {
    for (const { name, kind } of host.plugins()) {
      if (kind !== 'device') continue
      const taken = adoptedIn(host.configuration(name).written, listsOf(name)).some((one) => one.id === id)
      if (taken) throw new EndcapError('ENDCAP_DEVICE_ID_TAKEN', { id, source: `${name}/${id}` })
    }
  }
  const listOfFound = (plugin: string, device: DeviceStatus, act: string): AdoptionList | undefined => {
    if (!device.found)
      throw refuse(device.source, act, 'nobody has found it; it is there already, or was not heard yet')
    const { adopt: how } = device.found
    if (how) return listFor(plugin, listsOf(plugin), how.list)
    if (isPlaced(device)) return undefined
    throw refuse(device.source, act, 'its plugin does not say how; configure it there')
  }
  const holding = (plugin: string, id: string, act: string): AdoptionList => {
    const list = listHolding(host.configuration(plugin).written, listsOf(plugin), id)
    if (!list) throw refuse(`${plugin}/${id}`, act, 'endcap.yaml does not name it')
    return list
  }

  const desk = {
    find,

    form(plugin: string, id: string): DeviceForm {
      const device = find(plugin, id)
      const list = device.found
        ? listOfFound(plugin, device, 'adopted')
        : listHolding(host.configuration(plugin).written, listsOf(plugin), id)
      const placed = isPlaced(device)
      const held = list && !device.found ? settingsOf(host.configuration(plugin).written, list, id) : {}
      const known = device.found ? (device.found.adopt?.config ?? {}) : held
      const asked: { properties?: object } = (device.found ? list?.form : list?.settings) ?? {}
      const fields = new Set(Object.keys(asked.properties ?? {}))
      return {
        schema: list && !list.map ? list.form : { type: 'object', properties: {} },
        settings: list && !list.map ? list.settings : { type: 'object', properties: {} },
        config: Object.fromEntries(
          Object.entries(known).filter(([key]) => fields.has(key) && !isSecret(key, list?.settings)),
        ),
        calibration: list?.calibration ?? [],
        named: placed || (list?.named ?? false),
        zoned: !placed && (list?.zoned ?? false),
        placed,
        may: may(plugin, known),
      }
    },

    /** Its settings beside id, name and place; secrets that are not given stay. */
    async configure(plugin: string, id: string, values: Record<string, unknown>): Promise<void> {
      find(plugin, id)
      const list = holding(plugin, id, 'configured')
      const secret = (field: string) => isSecret(field, list.settings)
      await write(plugin, configure(host.configuration(plugin).written, list, id, values, secret))
    },

    async adopt(plugin: string, found: string, wish: AdoptWish, by: string): Promise<void> {
      const device = find(plugin, found)
      const list = listOfFound(plugin, device, 'adopted')
      const { id, name, zone, x, y } = wish
      if (isPlaced(device)) {
        if (onPlan(id)) throw new EndcapError('ENDCAP_DEVICE_ID_TAKEN', { id, source: 'a receiver of the floor plan' })
        await shop.editYaml((text) => placeReceiver(text, { id, name, x, y }), by)
      } else mustBeFree(id)
      if (list && !(list.map && id === found)) {
        const config = { ...lasting(device), ...wish.config }
        await write(plugin, adopt(host.configuration(plugin).written, list, { id, name, zone, config }))
      }
      host.settle(plugin, found)
    },

    /** Another piece of hardware takes the place of a device, whose id, name, place and settings stay. */
    async replace(plugin: string, id: string, found: string, calibration: Record<string, unknown>): Promise<void> {
      const old = find(plugin, id)
      const device = find(plugin, found)
      const list = listOfFound(plugin, device, 'put in the place of another')
      if (!list) throw refuse(old.source, 'replaced', 'its plugin does not say how')
      if (old.kind !== undefined && device.kind !== undefined && trade(old.kind) !== trade(device.kind))
        throw refuse(old.source, 'replaced', `${found} is a ${device.kind}, and it is a ${old.kind}`)
      const { written } = host.configuration(plugin)
      if (!list.map && listHolding(written, [list], id) === undefined)
        throw refuse(old.source, 'replaced', 'endcap.yaml does not name it')
      await write(plugin, replace(written, list, id, lasting(device), calibration))
      host.settle(plugin, found)
    },

    async rename(plugin: string, id: string, { name, zone, x, y }: RenameWish, by: string): Promise<void> {
      const device = find(plugin, id)
      if (isPlaced(device) && onPlan(id)) {
        await shop.editYaml((text) => placeReceiver(text, { id, name, x, y }), by)
        return
      }
      const list = holding(plugin, id, 'renamed')
      const said = { ...(name === undefined ? {} : { name }), ...(zone === undefined ? {} : { zone }) }
      await write(plugin, rename(host.configuration(plugin).written, list, id, said))
    },

    async forget(plugin: string, id: string, by: string): Promise<void> {
      const device = find(plugin, id)
      const { written } = host.configuration(plugin)
      if (isPlaced(device) && onPlan(id)) {
        await shop.editYaml((text) => removeReceiver(text, id), by)
        const map = listsOf(plugin).find((list) => list.map)
        if (map) await write(plugin, forget(written, map, id))
        return
      }
      await write(plugin, forget(written, holding(plugin, id, 'forgotten'), id))
    },
  }
  return {
    ...desk,
    adopt: (...wish: Parameters<typeof desk.adopt>) => inTurn(() => desk.adopt(...wish)),
    configure: (...wish: Parameters<typeof desk.configure>) => inTurn(() => desk.configure(...wish)),
    replace: (...wish: Parameters<typeof desk.replace>) => inTurn(() => desk.replace(...wish)),
    rename: (...wish: Parameters<typeof desk.rename>) => inTurn(() => desk.rename(...wish)),
    forget: (...wish: Parameters<typeof desk.forget>) => inTurn(() => desk.forget(...wish)),
  }
}
