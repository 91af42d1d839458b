/** What ids stand for, in the words of the shop. The manager may know them; they are looked up here and nowhere stored. */
import type { Cabinet, Planogram, SlotFound } from '../../contract/index.ts'
import type { DeviceListed, Person, ShopPlan, Task } from '../shared/types.ts'

export interface Names {
  who(token: string): string
  zone(id: string): string
  screen(id: string): string
  receiver(id: string): string
  product(id: string): string
  /** Where a slot is: `Tea & coffee, shelf 1, place 3`. */
  place(slot: string): string
  cabinet(id: string): string
  /** A probe, camera, scale or gateway. */
  device(id: string): string
  task(id: string): string | undefined
}

export interface Known {
  plan?: ShopPlan | undefined
  people?: readonly Person[] | undefined
  slots?: readonly SlotFound[] | undefined
  planogram?: Planogram | undefined
  cabinets?: readonly Cabinet[] | undefined
  devices?: readonly DeviceListed[] | undefined
  tasks?: readonly Task[] | undefined
}

const byId = (list: readonly { id: string; name?: string }[] | undefined): ReadonlyMap<string, string> =>
  new Map((list ?? []).flatMap(({ id, name }) => (name === undefined ? [] : [[id, name]])))

export function createNames({ plan, people, slots, planogram, cabinets, devices, tasks }: Known): Names {
  const zones = byId(plan?.zones)
  const screens = byId(plan?.screens)
  const receivers = byId(plan?.receivers)
  const fixtures = byId(planogram?.fixtures)
  const coolers = byId(cabinets)
  const hardware = byId(devices)
  const titles = new Map((tasks ?? []).map(({ id, title }) => [id, title]))
  const goods = new Map(
    (slots ?? []).flatMap(({ products: [id], name }) => (id === undefined || name === undefined ? [] : [[id, name]])),
  )
  const bearers = { staff: byId(plan?.staff), asset: byId(plan?.assets), person: byId(people) }
  return {
    zone: (id) => zones.get(id) ?? id,
    screen: (id) => screens.get(id) ?? id,
    receiver: (id) => receivers.get(id) ?? id,
    product: (id) => goods.get(id) ?? id,
    cabinet: (id) => coolers.get(id) ?? id,
    device: (id) => hardware.get(id) ?? receivers.get(id) ?? id,
    task: (id) => titles.get(id),
    place(slot) {
      const [fixture = '', ...path] = slot.split('/')
      const place = path.pop()
      const shelf = path.length > 0 ? `shelf ${path.join('/')}` : ''
      return [fixtures.get(fixture) ?? `fixture ${fixture}`, shelf, place === undefined ? '' : `place ${place}`]
        .filter(Boolean)
        .join(', ')
    },
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
