/** How things look from outside the box: instants in RFC 3339, secrets covered, nothing that a page has no use for. */
import type { Event, Showing } from '../contract/index.ts'
import type { DeviceStatus, PluginStatus } from '../host/index.ts'
import type { Consent, Notice, Person, ScreenState, Shop, Task } from '../shop/index.ts'

export const instant = (time: number): string => new Date(time).toISOString()

/** `{ name: instant }` where there is a time, else nothing. */
const maybe = <N extends string>(name: N, time: number | undefined): Partial<Record<N, string>> =>
  time === undefined ? {} : ({ [name]: instant(time) } as Record<N, string>)

export const outsideEvent = (event: Event) => ({ ...event, time: instant(event.time) })

const texts = new WeakMap<Event, string>()

/** An event as JSON, made once for all who read it. */
export function eventText(event: Event): string {
  let text = texts.get(event)
  if (text === undefined) texts.set(event, (text = JSON.stringify(outsideEvent(event))))
  return text
}

export const outsideDevice = ({ lastEventAt, since, found, last, ...device }: DeviceStatus) => ({
  ...device,
  ...maybe('since', since),
  ...maybe('lastEventAt', lastEventAt),
  ...(found ? { found: { ...found, at: instant(found.at) } } : {}),
  ...(last ? { last: { ...last, time: instant(last.time) } } : {}),
})

const SECRET = /secret|password|passphrase|token|apikey|api_key|credential/i

/** Name and password within a URL. */
const CREDENTIALS = /^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i

/** Whether a field of a schema is marked as a secret, or sounds like one. */
export function isSecret(name: string, schema: unknown): boolean {
  const own = (schema as { properties?: Record<string, Record<string, unknown>> } | undefined)?.properties?.[name]
  return own?.['x-endcap-generate'] === true || own?.['x-endcap-secret'] === true || SECRET.test(name)
}

/** A configuration with its secrets covered: fields marked so by the schema, and fields that sound secret. */
function covered(value: unknown, schema: unknown): unknown {
  if (Array.isArray(value)) {
    const items = (schema as { items?: unknown } | undefined)?.items
    return value.map((item) => covered(item, items))
  }
  if (typeof value !== 'object' || value === null) return value
  const properties = (schema as { properties?: Record<string, Record<string, unknown>> } | undefined)?.properties
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const own = properties?.[name]
      if (typeof item === 'string' && CREDENTIALS.test(item)) return [name, item.replace(CREDENTIALS, '$1•••@')]
      const secret = typeof item === 'string' && item !== '' && isSecret(name, schema)
      return [name, secret ? '•••' : covered(item, own)]
    }),
  )
}

export const outsidePlugin = ({ startedAt, lastEventAt, lines, devices, config, ...plugin }: PluginStatus) => ({
  ...plugin,
  ...maybe('startedAt', startedAt),
  ...maybe('lastEventAt', lastEventAt),
  ...(config === undefined ? {} : { config: covered(config, plugin.configSchema) }),
  lines: lines.map((line) => ({ ...line, time: instant(line.time) })),
  devices: devices.map(outsideDevice),
})

export const outsideScreen = ({ shown, until, seen, ...screen }: ScreenState) => ({
  ...screen,
  ...maybe('until', until),
  ...maybe('seen', seen),
  ...(shown === undefined ? {} : { shown: { ...shown, time: instant(shown.time) } }),
})

export const outsideShowing = ({ since, until, ...showing }: Showing) => ({
  ...showing,
  since: instant(since),
  ...maybe('until', until),
})

/** Without `about`: an associate's device has no use for the token of a person. */
export const outsideNotice = ({
  id,
  staff,
  title,
  text,
  zone,
  urgency,
  time,
  until,
  acknowledgedAt,
  because,
}: Notice) => ({
  id,
  staff,
  title,
  ...(text === undefined ? {} : { text }),
  ...(zone === undefined ? {} : { zone }),
  urgency,
  time: instant(time),
  ...maybe('until', until),
  ...maybe('acknowledgedAt', acknowledgedAt),
  because,
})

/** With the names of associates, which every associate may know, and without the token of a customer. */
export function outsideTask(task: Task, nameOf: (id: string) => string) {
  const {
    openedAt,
    waitingSince,
    until,
    claimedAt,
    endedAt,
    claimedBy,
    offeredTo,
    passedBy,
    about: _about,
    ...rest
  } = task
  const person = (id: string) => ({ id, name: nameOf(id) })
  return {
    ...rest,
    openedAt: instant(openedAt),
    waitingSince: instant(waitingSince),
    ...maybe('until', until),
    ...maybe('claimedAt', claimedAt),
    ...maybe('endedAt', endedAt),
    ...(claimedBy === undefined ? {} : { claimedBy: person(claimedBy) }),
    ...(offeredTo === undefined ? {} : { offeredTo: person(offeredTo) }),
    ...(passedBy === undefined ? {} : { passedBy: person(passedBy) }),
  }
}

/** What the box knows of an associate, for that associate. `id` is one of the plan. */
export function outsideMe(shop: Shop, id: string, zone: string | undefined) {
  const { staff, tags } = shop.plan()
  const { name = id, roles = [], groups = [], skills = [] } = staff.find((one) => one.id === id) ?? {}
  const present = shop.onShift()
  const { availability, quiet } = shop.staff.availability(id)
  const { roomAt, ...attention } = shop.staff.attention(id)
  return {
    id,
    name,
    onShift: present.some((one) => one.id === id),
    ...maybe('shiftEndsAt', shop.staff.shiftEnds(id)),
    availability,
    quiet,
    roles,
    groups,
    skills,
    badges: (tags ?? []).filter(({ bearer }) => bearer === `staff/${id}`).length,
    ...(zone === undefined ? {} : { zone }),
    attention: { ...attention, ...maybe('roomAt', roomAt) },
    colleagues: present
      .filter((one) => one.id !== id)
      .map((one) => ({ id: one.id, name: one.name, availability: shop.staff.availability(one.id).availability })),
  }
}

export const outsideConsent = ({ givenAt, withdrawnAt, ...consent }: Consent) => ({
  ...consent,
  givenAt: instant(givenAt),
  ...maybe('withdrawnAt', withdrawnAt),
})

export const outsidePerson = ({ consents, ...person }: Person) => ({
  ...person,
  consents: consents.map(outsideConsent),
})
