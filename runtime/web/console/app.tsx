import type { FunctionComponent } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Cabinet, Planogram, SlotFound } from '../../contract/index.ts'
import type { DeviceListed, Health, Person, Session, ShopPlan, Task } from '../shared/types.ts'
import { Fault, TwinBanner } from '../shared/ui.tsx'
import { AccessPage } from './access-page.tsx'
import { ColdPage } from './cold/cold-page.tsx'
import { useLiveQuery, useQuery } from './data.ts'
import { DevicesPage } from './devices-page.tsx'
import { EventsPage } from './events-page.tsx'
import { FloorPage } from './floor/floor-page.tsx'
import { FlowsPage } from './flows-page.tsx'
import { HeardPage } from './heard-page.tsx'
import { CabinetsPage } from './goods/cabinets-page.tsx'
import { OrdersPage } from './goods/orders-page.tsx'
import { ProductsPage } from './goods/products-page.tsx'
import { ShelvesPage } from './goods/shelves-page.tsx'
import type { IconName } from './icons.tsx'
import { MediaPage } from './media-page.tsx'
import { Nav } from './nav.tsx'
import { PeoplePage } from './people-page.tsx'
import { PlaylistsPage } from './playlists-page.tsx'
import { PluginsPage } from './plugins-page.tsx'
import { useRoute } from './route.ts'
import { ScreensPage } from './screens-page.tsx'
import { ShopFilePage } from './shop-page.tsx'
import { StaffPage } from './staff-page.tsx'
import { TasksPage } from './tasks-page.tsx'
import { TwinPage } from './twin-page.tsx'
import { createNames, type Names } from './words.ts'

export interface PageProps {
  plan: ShopPlan
  names: Names
  item: string | undefined
  reloadPlan: () => void
}

const pages: Partial<Record<IconName, FunctionComponent<PageProps>>> = {
  floor: FloorPage,
  screens: ScreensPage,
  playlists: PlaylistsPage,
  cold: ColdPage,
  staff: StaffPage,
  tasks: TasksPage,
  people: PeoplePage,
  products: ProductsPage,
  shelves: ShelvesPage,
  cabinets: CabinetsPage,
  orders: OrdersPage,
  plugins: PluginsPage,
  devices: DevicesPage,
  heard: HeardPage,
  events: EventsPage,
  flows: FlowsPage,
  media: MediaPage,
  shop: ShopFilePage,
  access: AccessPage,
  twin: TwinPage,
}

/** A box that starts or is away is looked at more often, so that the page says at once that it is there. */
const SECONDS_STARTING = 1
const SECONDS = 10

/** What stands on every page: of what is wrong with the box itself a manager must hear wherever they look. */
const WARNED = ['ledger', 'disk', 'clock']

export function App() {
  const route = useRoute()
  const session = useQuery<Session>('/session')
  const [settled, settle] = useState(false)
  const health = useQuery<Health>('/health', settled ? SECONDS : SECONDS_STARTING)
  useEffect(() => settle(health.data !== undefined && health.data.status !== 'starting' && !health.error), [health])
  const plan = useLiveQuery<ShopPlan>('/shop', ['shop.changed'], 60)
  const people = useLiveQuery<Person[]>('/people', ['consent.*'], 60)
  const names = useNames(plan.data, people.data)

  useEffect(() => {
    if (session.error?.status === 401) location.replace('/sign-in')
  }, [session.error])
  useEffect(() => {
    document.title = plan.data ? `${plan.data.name} · Endcap` : 'Endcap'
  }, [plan.data])

  const Current = pages[route.place] ?? FloorPage
  return (
    <>
      <TwinBanner twin={health.data?.twin ?? session.data?.twin ?? false} />
      <div class="console">
        <button class="skip button" type="button" onClick={() => document.getElementById('page')?.focus()}>
          Skip to the page
        </button>
        <Nav place={route.place} shop={plan.data?.name} health={health} />
        <main class={`page page--${route.place}`} id="page" tabIndex={-1}>
          {WARNED.map((about) => {
            const reason = health.data?.reasons?.[about]
            return (
              reason && (
                <p key={about} class="fault" role="alert">
                  {reason}
                </p>
              )
            )
          })}
          {plan.data ? (
            <Current key={route.place} plan={plan.data} names={names} item={route.item} reloadPlan={plan.reload} />
          ) : (
            plan.error && <Fault error={plan.error} />
          )}
        </main>
      </div>
    </>
  )
}

/** What all pages call things. Goods change seldom, and are asked for again when the shop says that they did. */
function useNames(plan: ShopPlan | undefined, people: Person[] | undefined): Names {
  const slots = useLiveQuery<SlotFound[]>('/slots', ['shop.changed'], 600).data
  const planogram = useLiveQuery<Planogram>('/planogram', ['shop.changed'], 600).data
  const cabinets = useLiveQuery<Cabinet[]>('/cabinets', ['shop.changed'], 600).data
  const devices = useLiveQuery<DeviceListed[]>('/devices', ['device.online'], 60).data
  const tasks = useLiveQuery<Task[]>('/tasks', ['task.*'], 60).data
  return useMemo(
    () => createNames({ plan, people, slots, planogram, cabinets, devices, tasks }),
    [plan, people, slots, planogram, cabinets, devices, tasks],
  )
}
