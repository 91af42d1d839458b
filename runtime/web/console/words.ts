import { meanings } from 'virtual:contract'
import type { KeptEvent, Kind } from '../shared/types.ts'
import type { Names } from './names.ts'

export { createNames, type Names } from './names.ts'

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

type Data = Record<string, unknown>
type Sentence = (data: Data, names: Names) => string

const celsius = (value: unknown): string => `${degrees.format(Number(value))} °C`
/** `2 × Oat milk`; what nobody knows is said to be so. */
const goods = (d: Data, n: Names): string =>
  `${text(d['count'])} × ${d['product'] === undefined ? 'something' : n.product(text(d['product']))}`
const what = (d: Data, n: Names): string =>
  d['product'] === undefined ? 'What belongs there' : n.product(text(d['product']))
const place = (d: Data, n: Names): string => n.place(text(d['slot']))
const task = (d: Data, n: Names): string => {
  const title = n.task(text(d['task']))
  return title === undefined ? 'a task' : `“${title}”`
}
const staff = (d: Data, n: Names, otherwise: string): string =>
  d['staff'] === undefined ? otherwise : n.who(`staff/${text(d['staff'])}`)
const people = (value: unknown, one: string, many: string): string =>
  `${Number(value) === 0 ? 'no' : text(value)} ${Number(value) === 1 ? one : many}`

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
  'sign.online': (d, n) => `${n.screen(text(d['screen']))} answers again, after ${long(d['silentSeconds'])}`,
  'staff.notified': (d, n) => `${n.who(`staff/${text(d['staff'])}`)} was told “${text(d['title'])}”`,
  'staff.acknowledged': (d, n) => `${n.who(`staff/${text(d['staff'])}`)} acknowledged after ${long(d['afterSeconds'])}`,
  'plugin.started': (d) => `${text(d['plugin'])} is ready after ${text(d['startMilliseconds'])} ms`,
  'plugin.failed': (d) => `${text(d['plugin'])} ended: ${text(d['reason'])}`,
  'plugin.quarantined': (d) =>
    `${text(d['plugin'])} is left alone after ${text(d['crashes'])} crashes: ${text(d['reason'])}`,
  'probe.temperature': (d, n) => `${n.device(text(d['probe']))}: ${celsius(d['celsius'])}`,
  'probe.humidity': (d, n) => `${n.device(text(d['probe']))}: ${Math.round(Number(d['percent']))} % humidity`,
  'probe.door': (d, n) => `${n.device(text(d['probe']))} was ${d['open'] ? 'opened' : 'closed'}`,
  'probe.motion': (d, n) => `${n.device(text(d['probe']))} sees ${d['motion'] ? 'somebody move' : 'nobody any more'}`,
  'button.pressed': (d, n) =>
    `${n.device(text(d['probe']))}: ${[d['control'], d['at'], d['action']].map(text).filter(Boolean).join(' ')}`,
  'device.discovered': (d) => `${text(d['name']) || text(d['device'])} was found (${text(d['kind'])})`,
  'device.online': (d, n) => `${n.device(text(d['device']))} answers`,
  'device.stale': (d, n) => `${n.device(text(d['device']))} has fallen silent`,
  'device.offline': (d, n) => `${n.device(text(d['device']))} is gone${d['reason'] ? `: ${text(d['reason'])}` : ''}`,
  'device.suspect': (d, n) => `${n.device(text(d['device']))} is not believed: ${text(d['reason'])}`,
  'shelf.taken': (d, n) => `${goods(d, n)} taken: ${place(d, n)}`,
  'shelf.returned': (d, n) => `${goods(d, n)} put back: ${place(d, n)}`,
  'shelf.misplaced': (d, n) =>
    `${Math.round(Number(d['grams']))} g of something else among ${what(d, n)}: ${place(d, n)}`,
  'shelf.low': (d, n) => `${what(d, n)} runs low, ${text(d['count'])} left: ${place(d, n)}`,
  'shelf.empty': (d, n) => `${what(d, n)} is sold out: ${place(d, n)}`,
  'shelf.restocked': (d, n) => `${what(d, n)} filled again, ${text(d['count'])} there: ${place(d, n)}`,
  'shelf.counted': (d, n) => `${goods(d, n)} there: ${place(d, n)}`,
  'shelf.weights': (d, n) => weights(d, n),
  'cold.warning': (d, n) => `${n.cabinet(text(d['cabinet']))}: ${text(d['reason'])}${warm(d)}`,
  'cold.excursion': (d, n) =>
    `${n.cabinet(text(d['cabinet']))} is out of its range for ${long(d['sinceSeconds'])}${warm(d)}`,
  'cold.recovered': (d, n) =>
    `${n.cabinet(text(d['cabinet']))} is back in its range after ${long(d['excursionSeconds'])}, ${celsius(d['celsius'])}`,
  'cold.acknowledged': (d, n) => `${staff(d, n, 'Somebody')} sees to ${n.cabinet(text(d['cabinet']))}`,
  'cold.state': (d, n) =>
    `${n.cabinet(text(d['cabinet']))}: ${text(d['state']).replace('-', ' ')}${d['airCelsius'] === undefined ? '' : `, air ${celsius(d['airCelsius'])}`}`,
  'cold.logged': (d, n) =>
    `${n.cabinet(text(d['cabinet']))}: ${d['meanCelsius'] === undefined ? 'no measurement' : `${celsius(d['meanCelsius'])} on average`} over ${long(d['seconds'])}`,
  'camera.trouble': (d, n) => `${n.device(text(d['camera']))} shows nothing of use: ${text(d['reason'])}`,
  'camera.restored': (d, n) => `${n.device(text(d['camera']))} sees again after ${long(d['afterSeconds'])}`,
  'camera.facing': (d, n) => `${n.screen(text(d['screen']))}: ${people(d['count'], 'face looks', 'faces look')} at it`,
  'camera.people': (d, n) => `${n.zone(text(d['zone']))}: ${people(d['count'], 'person', 'people')}`,
  'assist.suggested': (d, n) => `Somebody may want help in ${n.zone(text(d['zone']))}: ${text(d['reason'])}`,
  'interest.scored': (d, n) =>
    `${n.who(text(d['who']))} is interested in ${n.zone(text(d['zone']))}: ${Math.round(Number(d['score']) * 100)} %`,
  'task.opened': (d, n) => `To do: “${text(d['title'])}”${d['slot'] === undefined ? '' : `, ${place(d, n)}`}`,
  'task.claimed': (d, n) => `${staff(d, n, 'Somebody')} took ${task(d, n)}`,
  'task.done': (d, n) => `${staff(d, n, 'Somebody')} has done ${task(d, n)}`,
  'task.escalated': (d, n) => `Nobody took ${task(d, n)} in time: others were told`,
  'task.expired': (d, n) => `Nobody did ${task(d, n)}, and its time is over`,
  'task.passed': (d, n) =>
    `${staff(d, n, 'Somebody')} passed ${task(d, n)} on to ${d['to'] === undefined ? 'everybody' : n.who(`staff/${text(d['to'])}`)}`,
  'task.closed': (d, n) => `No longer needed is ${task(d, n)}: ${text(d['reason'])}`,
  'order.opened': (d, n) =>
    `Order ${text(d['order'])} is to be picked: ${(d['lines'] as Data[]).map((line) => goods(line, n)).join(', ')}`,
  'order.picked': (d, n) =>
    `${goods(d, n)} picked for order ${text(d['order'])}${Number(d['missing']) > 0 ? `, ${text(d['missing'])} missing` : ''}`,
  'order.done': (d) => `Order ${text(d['order'])} ${d['complete'] ? 'is complete' : 'was ended, not complete'}`,
  'staff.alerted': (d, n) => `${staff(d, n, 'Somebody')} is alerted: “${text(d['title'])}”`,
  'staff.shift': (d, n) => `The shift of ${staff(d, n, 'somebody')} ${d['onShift'] ? 'began' : 'ended'}`,
  'staff.availability': (d, n) =>
    `${staff(d, n, 'Somebody')} is ${d['availability'] === 'break' ? 'on a break' : text(d['availability'])}${d['quiet'] ? ' and wants quiet' : ''}`,
  'consent.given': (d, n) => `${n.who(text(d['who']))} agreed to ${text(d['purpose'])}`,
  'consent.withdrawn': (d, n) => `${n.who(text(d['who']))} took back ${text(d['purpose'])}`,
  'shop.changed': (d) => `The shop was changed (version ${text(d['version'])})`,
  'flows.deployed': (d) => `New flows run: ${text(d['summary'])}`,
}

/** What a warning measured, where it did: `, 6.2 °C, limit 5.0 °C`. */
function warm(d: Data): string {
  return d['celsius'] === undefined ? '' : `, ${celsius(d['celsius'])}, limit ${celsius(d['limitCelsius'])}`
}

/** The plates of a board, each by its place; of many only the first. */
function weights(d: Data, n: Names): string {
  const plates = (d['plates'] ?? []) as { slot: string; grams: number }[]
  const faults = (d['faults'] ?? []) as { slot: string; fault: string }[]
  const said = [
    ...faults.map(({ slot, fault }) => `${n.place(slot)}: ${fault}`),
    ...plates.map(({ slot, grams }) => `${n.place(slot)}: ${Math.round(grams)} g`),
  ]
  return `${said.slice(0, 3).join('; ')}${said.length > 3 ? `, and ${said.length - 3} more` : ''}`
}

/** An event as one sentence; where we have none of our own, the meaning of its type and what it is about. */
export function sentence(event: KeptEvent, names: Names): string {
  const say = sentences[event.type]
  if (say) return say(event.data, names)
  return `${(meanings[event.type] ?? event.type).replace(/\.$/, '')}: ${event.subject}`
}
