/**
 * How a found device becomes an entry of endcap.yaml, and how another takes over its place. Everything is told by the
 * plugin's own JSON Schemas, so that no part of the box knows what a thermometer is:
 *
 * - `devices` are adopted after the schema of a device, the plugin's own lists after their `items`.
 * - `"x-endcap-id": true` marks the field of a list's entry that is its id from then on.
 * - `"x-endcap-hardware": true` marks what belongs to the piece of hardware: address, port, ROM. It alone changes when
 *   another takes over. On a map it says that its keys are the hardware and its values the ids.
 * - `"x-endcap-calibration": true` marks what was measured or read off for this piece, and must be asked again.
 * - `"x-endcap-profile": true` marks the field that holds the profile.
 */
import { EndcapError } from '../contract/index.ts'
import type { PluginConfiguration } from './types.ts'

type Written = PluginConfiguration['written']
type Values = Record<string, unknown>

interface Schema {
  type?: string
  title?: string
  properties?: Record<string, Schema & Marks>
  required?: string[]
  items?: Schema
  additionalProperties?: unknown
}
interface Marks {
  'x-endcap-id'?: boolean
  'x-endcap-hardware'?: boolean
  'x-endcap-calibration'?: boolean
  'x-endcap-profile'?: boolean
}

/** One place in a plugin's settings where devices stand. */
export interface AdoptionList {
  /** `devices`, or a list or map of the plugin's own configuration. */
  list: string
  /** Field that is the id; among `devices`, one that repeats the id which stands beside their configuration. */
  id?: string
  /** A map from hardware to ids, without settings. */
  map: boolean
  hardware: string[]
  calibration: string[]
  profile?: string
  named: boolean
  zoned: boolean
  /** Of what a form asks for: the fields that are neither id, name, zone nor hardware. */
  form: object
  /** Of what can be changed later: the hardware as well, since a board may get another address. */
  settings: object
}

/** A device as the settings name it. */
export interface Adopted {
  id: string
  name?: string
  zone?: string
  profile?: string
}

export interface Adoption {
  id: string
  name?: string | undefined
  zone?: string | undefined
  config: Values
}

export function adoptionLists({ pluginSchema, deviceSchema }: Omit<PluginConfiguration, 'written'>): AdoptionList[] {
  const lists: AdoptionList[] = []
  if (deviceSchema) lists.push(listOf('devices', deviceSchema))
  for (const [name, part] of Object.entries(propertiesOf(pluginSchema))) {
    if (
      part.type === 'array' &&
      part.items &&
      Object.values(part.items.properties ?? {}).some((one) => one['x-endcap-id'])
    )
      lists.push(listOf(name, part.items))
    else if (part.type === 'object' && part['x-endcap-hardware'])
      lists.push({
        list: name,
        map: true,
        hardware: [],
        calibration: [],
        named: false,
        zoned: false,
        form: { type: 'object' },
        settings: { type: 'object' },
      })
  }
  return lists
}

const propertiesOf = (schema: Schema = {}): NonNullable<Schema['properties']> => schema.properties ?? {}

function listOf(list: string, schema: Schema): AdoptionList {
  const { properties = {}, required = [] } = schema
  const marked = (mark: keyof Marks) => Object.keys(properties).filter((name) => properties[name]?.[mark] === true)
  const hardware = marked('x-endcap-hardware')
  const [id] = marked('x-endcap-id')
  const [profile] = marked('x-endcap-profile')
  const own = list === 'devices'
  const aside = new Set([...(own ? [] : ['name', 'zone']), id, profile])
  const without = (names: ReadonlySet<string | undefined>) => ({
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name))),
    required: required.filter((name) => !names.has(name)),
  })
  return {
    list,
    map: false,
    ...(id === undefined ? {} : { id }),
    ...(profile === undefined ? {} : { profile }),
    hardware,
    calibration: marked('x-endcap-calibration'),
    named: own || 'name' in properties,
    zoned: own || 'zone' in properties,
    form: without(new Set([...aside, ...hardware])),
    settings: without(aside),
  }
}

/** Every device that the settings name. Maps name no devices: what they lead to is on the floor plan. */
export function adoptedIn(
  settings: { config?: unknown; devices?: Written['devices'] },
  lists: readonly AdoptionList[],
): Adopted[] {
  return lists.flatMap((list) => entriesOf(settings, list).map((entry) => adoptedOf(entry, list)))
}

function adoptedOf(entry: Values, list: AdoptionList): Adopted {
  const text = (key: string | undefined, from: Values) =>
    key !== undefined && typeof from[key] === 'string' ? from[key] : undefined
  const inner = list.list === 'devices' ? ((entry['config'] ?? {}) as Values) : entry
  const name = text('name', entry)
  const zone = text('zone', entry)
  const model = text(list.profile, inner)
  return {
    id: text(idKey(list), entry) ?? '',
    ...(name === undefined ? {} : { name }),
    ...(zone === undefined ? {} : { zone }),
    ...(model === undefined ? {} : { profile: model }),
  }
}

/** The settings with one more device. Throws where the plugin has no such list. */
export function adopt(written: Written, list: AdoptionList, { id, name, zone, config }: Adoption): Written {
  if (list.map) return withMap(written, list, String(Object.values(config)[0]), id)
  const said = { ...(name ? { name } : {}), ...(zone ? { zone } : {}) }
  const entry =
    list.list === 'devices'
      ? { id, ...said, config: list.id === undefined ? config : { [list.id]: id, ...config } }
      : { ...config, [idKey(list)]: id, ...said }
  return withEntries(written, list, [...entriesOf(written, list), entry])
}

/**
 * The settings with other hardware in the place of a device. What is its own (id, name, zone, settings) stays; of its
 * calibration only what is given anew stands.
 */
export function replace(
  written: Written,
  list: AdoptionList,
  id: string,
  hardware: Values,
  calibration: Values,
): Written {
  if (list.map) return withMap(written, list, String(Object.values(hardware)[0]), id)
  const changed = new Set([...list.hardware, ...list.calibration, list.profile])
  return withEntries(
    written,
    list,
    entriesOf(written, list).map((entry) => {
      if (entry[idKey(list)] !== id) return entry
      const inner = (list.list === 'devices' ? (entry['config'] ?? {}) : entry) as Values
      const kept = Object.fromEntries(Object.entries(inner).filter(([key]) => !changed.has(key)))
      const now = Object.fromEntries(Object.entries(hardware).filter(([key]) => changed.has(key)))
      const asked = Object.fromEntries(Object.entries(calibration).filter(([key]) => list.calibration.includes(key)))
      // In the order in which they stood.
      const all: Values = { ...kept, ...now, ...asked }
      const next = Object.fromEntries(
        [...Object.keys(inner), ...Object.keys(all)].filter((key) => key in all).map((key) => [key, all[key]]),
      )
      return list.list === 'devices' ? { ...entry, config: next } : next
    }),
  )
}

/** The settings with another name or zone; an empty text takes it away. */
export function rename(
  written: Written,
  list: AdoptionList,
  id: string,
  said: { name?: string; zone?: string },
): Written {
  return withEntries(
    written,
    list,
    entriesOf(written, list).map((entry) => {
      if (entry[idKey(list)] !== id) return entry
      const next: Values = { ...entry }
      for (const [key, value] of Object.entries(said)) {
        if (value === '') delete next[key]
        else if (value !== undefined) next[key] = value
      }
      return next
    }),
  )
}

/** What stands in the settings of a device, by its fields. */
export const settingsOf = (written: Written, list: AdoptionList, id: string): Values => {
  const entry = entriesOf(written, list).find((one) => one[idKey(list)] === id) ?? {}
  return list.list === 'devices' ? ((entry['config'] ?? {}) as Values) : entry
}

/**
 * The settings with these values of a device; what is not among them falls back to its default, but for what `kept` names:
 * secrets, which a form does not show.
 */
export function configure(
  written: Written,
  list: AdoptionList,
  id: string,
  values: Values,
  kept: (field: string) => boolean,
): Written {
  const { properties = {} }: Schema = list.settings
  return withEntries(
    written,
    list,
    entriesOf(written, list).map((entry) => {
      if (entry[idKey(list)] !== id) return entry
      const inner = settingsOf(written, list, id)
      const stays = Object.entries(inner).filter(([key]) => !(key in properties) || key in values || kept(key))
      const given = Object.entries(values).filter(([key]) => key in properties)
      const next = { ...Object.fromEntries(stays), ...Object.fromEntries(given) }
      return list.list === 'devices' ? { ...entry, config: next } : next
    }),
  )
}

/** The settings without a device. */
export function forget(written: Written, list: AdoptionList, id: string): Written {
  if (!list.map)
    return withEntries(
      written,
      list,
      entriesOf(written, list).filter((entry) => entry[idKey(list)] !== id),
    )
  const map = mapOf(written, list)
  return withConfig(written, list, Object.fromEntries(Object.entries(map).filter(([, to]) => to !== id)))
}

/** The list that holds a device. */
export const listHolding = (written: Written, lists: readonly AdoptionList[], id: string): AdoptionList | undefined =>
  lists.find((list) => adoptedIn(written, [list]).some((one) => one.id === id))

/** The list that a found device wants to go into. */
export function listFor(plugin: string, lists: readonly AdoptionList[], name = 'devices'): AdoptionList {
  const list = lists.find((one) => one.list === name)
  if (!list)
    throw new EndcapError('ENDCAP_DEVICE_REFUSED', {
      device: plugin,
      act: 'adopted',
      reason: `its plugin has no list ${name} in its configuration`,
    })
  return list
}

const idKey = ({ list, id = 'id' }: AdoptionList): string => (list === 'devices' ? 'id' : id)

const entriesOf = (
  { config, devices }: { config?: unknown; devices?: Written['devices'] },
  { list, map }: AdoptionList,
): Values[] => {
  if (map) return []
  const entries = list === 'devices' ? devices : (config as Values | undefined)?.[list]
  return Array.isArray(entries) ? (entries as Values[]) : []
}

const mapOf = ({ config }: Written, { list }: AdoptionList): Values =>
  ((config as Values | undefined)?.[list] ?? {}) as Values

const withEntries = (written: Written, list: AdoptionList, entries: Values[]): Written =>
  list.list === 'devices' ? { ...written, devices: entries as Written['devices'] } : withConfig(written, list, entries)

/** What led to this id before does so no longer. */
const withMap = (written: Written, list: AdoptionList, hardware: string, id: string): Written =>
  withConfig(written, list, {
    ...Object.fromEntries(Object.entries(mapOf(written, list)).filter(([, to]) => to !== id)),
    [hardware]: id,
  })

const withConfig = (written: Written, { list }: AdoptionList, value: unknown): Written => ({
  ...written,
  config: { ...(written.config as Values | undefined), [list]: value },
})
