import { meanings } from 'virtual:contract'
import type { KeptEvent, Kind, Person, ShopPlan } from '../shared/types.ts'

/** Names of what ids stand for. The manager may know them; they are looked up here and nowhere stored. */
export interface Names {
  who(token: string): string
  zone(id: string): string
  screen(id: string): string
  receiver(id: string): string
}

const byId = (list: readonly { id: string; name: string }[] | undefined): ReadonlyMap<string, string> =>
  new Map((list ?? []).map(({ id, name }) => [id, name]))

export function createNames(plan: ShopPlan | undefined, people: readonly Person[]): Names {
  const zones = byId(plan?.zones)
  const screens = byId(plan?.screens)
  const receivers = byId(plan?.receivers)
  const bearers = {
    staff: byId(plan?.staff),
    asset: byId(plan?.assets),
    person: byId(people),
  }
  return {
    zone: (id) => zones.get(id) ?? id,
    screen: (id) => screens.get(id) ?? id,
    receiver: (id) => receivers.get(id) ?? id,
    who(token) {
      const [kind, id = ''] = token.split('/')
      if (kind === 'visit') return `Visitor ${id.slice(0, 4)}`
      if (kind === 'person') return bearers.person.get(id) ?? 'A customer'
      if (kind === 'staff') return bearers.staff.get(id) ?? id
      if (kind === 'asset') return bearers.asset.get(id) ?? id
      return token
    },
  }
}

export const kindName: Record<Kind, string> = {
  visitor: 'Visitor',
  customer: 'Customer',
  staff: 'Associate',
  asset: 'Thing',
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
const long = (value: unknown): string => {
  const seconds = Math.round(Number(value))
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

const degrees = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })

type Sentence = (data: Record<string, unknown>, names: Names) => string

const sentences: Record<string, Sentence> = {
  'presence.entered': (d, n) =>
    `${n.who(text(d['who']))} came into ${n.zone(text(d['zone']))}${d['from'] ? ` from ${n.zone(text(d['from']))}` : ''}`,
  'presence.moved': (d, n) => `${n.who(text(d['who']))} walks${d['zone'] ? ` in ${n.zone(text(d['zone']))}` : ''}`,
  'presence.dwelled': (d, n) =>
    `${n.who(text(d['who']))} has stayed ${long(d['dwellSeconds'])} in ${n.zone(text(d['zone']))}`,
  'presence.left': (d, n) =>
    `${n.who(text(d['who']))} left ${n.zone(text(d['zone']))}${d['to'] ? ` for ${n.zone(text(d['to']))}` : ''}${d['reason'] === 'silence' ? ', not heard any more' : ''}`,
  'beacon.sighted': (d, n) =>
    `${n.receiver(text(d['receiver']))} heard ${n.who(text(d['tag']))} at ${text(d['rssi'])} dBm`,
  'sign.shown': (d, n) => `${n.screen(text(d['screen']))} showed “${text(d['content'])}”`,
  'sign.played': (d, n) => `${n.screen(text(d['screen']))} told what its playlist has shown`,
  'sign.emergency': (d) =>
    d['active'] ? `Emergency on every screen: “${text(d['title'])}”` : `All-clear after “${text(d['title'])}”`,
  'sign.offline': (d, n) => `${n.screen(text(d['screen']))} has been silent for ${long(d['silentSeconds'])}`,
  'staff.notified': (d, n) => `${n.who(`staff/${text(d['staff'])}`)} was told “${text(d['title'])}”`,
  'staff.acknowledged': (d, n) => `${n.who(`staff/${text(d['staff'])}`)} acknowledged after ${long(d['afterSeconds'])}`,
  'plugin.started': (d) => `${text(d['plugin'])} is ready after ${text(d['startMilliseconds'])} ms`,
  'plugin.failed': (d) => `${text(d['plugin'])} ended: ${text(d['reason'])}`,
  'plugin.quarantined': (d) =>
    `${text(d['plugin'])} is left alone after ${text(d['crashes'])} crashes: ${text(d['reason'])}`,
  'probe.temperature': (d) => `${text(d['probe'])}: ${degrees.format(Number(d['celsius']))} °C`,
  'probe.humidity': (d) => `${text(d['probe'])}: ${Math.round(Number(d['percent']))} % humidity`,
  'probe.door': (d) => `${text(d['probe'])} was ${d['open'] ? 'opened' : 'closed'}`,
  'probe.motion': (d) => `${text(d['probe'])} sees ${d['motion'] ? 'somebody move' : 'nobody any more'}`,
  'button.pressed': (d) =>
    `${text(d['probe'])}: ${[d['control'], d['at'], d['action']].map(text).filter(Boolean).join(' ')}`,
  'device.discovered': (d) => `${text(d['name']) || text(d['device'])} was found (${text(d['kind'])})`,
  'device.online': (d) => `${text(d['device'])} answers`,
  'device.stale': (d) => `${text(d['device'])} has fallen silent`,
  'device.offline': (d) => `${text(d['device'])} is gone${d['reason'] ? `: ${text(d['reason'])}` : ''}`,
  'device.suspect': (d) => `${text(d['device'])} is not believed: ${text(d['reason'])}`,
  'consent.given': (d, n) => `${n.who(text(d['who']))} agreed to ${text(d['purpose'])}`,
  'consent.withdrawn': (d, n) => `${n.who(text(d['who']))} took back ${text(d['purpose'])}`,
  'shop.changed': (d) => `The shop was changed (version ${text(d['version'])})`,
  'flows.deployed': (d) => `New flows run: ${text(d['summary'])}`,
}

/** An event as one sentence; where we have none of our own, the meaning of its type and what it is about. */
export function sentence(event: KeptEvent, names: Names): string {
  const say = sentences[event.type]
  if (say) return say(event.data, names)
  return `${(meanings[event.type] ?? event.type).replace(/\.$/, '')}: ${event.subject}`
}
