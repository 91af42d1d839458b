import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { get } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'
import { keepShell } from '../shared/shell.ts'
import type { Session, ZoneName } from '../shared/types.ts'
import { Fault, Mark, TwinBanner, useNow } from '../shared/ui.tsx'
import { stayAwake } from '../shared/wake-lock.ts'
import { disturb, showBadge } from './disturb.ts'
import { itemsOf, tasksOf } from './items.ts'
import { MeTab } from './me-tab.tsx'
import { NowTab } from './now-tab.tsx'
import { ProductsTab } from './products-tab.tsx'
import { notify, tidy } from './notify.ts'
import { openStaff, type StaffView } from './stream.ts'
import { TasksTab } from './tasks-tab.tsx'

/** `/staff?as=anna` lets a manager see what an associate sees. */
const who = new URLSearchParams(location.search).get('as') ?? 'me'

const zoneStore = 'endcap.staff.zones'
const tabs = ['Now', 'Tasks', 'Products', 'Me'] as const
type Tab = (typeof tabs)[number]
const tabOf = (): Tab => tabs.find((tab) => `#${tab.toLowerCase()}` === location.hash) ?? 'Now'

const zoneNames = () => new Map((recall(zoneStore) as [string, string][] | undefined) ?? [])

function Staff() {
  const [view, setView] = useState<StaffView>({ notices: [], tasks: [], live: false, unsent: [] })
  const [session, setSession] = useState<Session>()
  const [zones, setZones] = useState(zoneNames)
  const [fresh, setFresh] = useState<string>()
  const [tab, setTab] = useState(tabOf)
  const tap = useRef<ReturnType<typeof openStaff>>(undefined)
  const now = useNow(5) + (view.ahead ?? 0)

  useEffect(() => {
    const life = new AbortController()
    tap.current = openStaff(who, life.signal, setView, (alert) => {
      setFresh(alert.id)
      disturb(alert.urgency)
      notify(alert, alert.zone === undefined ? undefined : zoneNames().get(alert.zone)).catch(() => undefined)
    })
    document.addEventListener('visibilitychange', () => void tidy().catch(() => undefined), { signal: life.signal })
    addEventListener('hashchange', () => setTab(tabOf()), { signal: life.signal })
    stayAwake(life.signal)
    void keepShell('/staff', 'endcap-staff')
    return () => life.abort()
  }, [])
  useEffect(() => {
    if (!view.live) return
    get<Session>('/session').then(setSession, () => undefined)
    get<ZoneName[]>('/zones').then(
      (list) => {
        const names = list.map(({ id, name }): [string, string] => [id, name])
        remember(zoneStore, names)
        setZones(new Map(names))
      },
      () => undefined,
    )
  }, [view.live])

  const items = itemsOf(view, now)
  const waiting = items.length
  const ids = items.map(({ id }) => id).join(' ')
  useEffect(() => void tidy(new Set(ids.split(' '))).catch(() => undefined), [ids])
  const mine = tasksOf(view, now).filter(({ state }) => state === 'claimed').length
  useEffect(() => showBadge(waiting + mine), [waiting, mine])

  if (view.refused && !view.live) {
    return (
      <main class="staff staff--alone">
        <Mark />
        <h1>This device is not linked</h1>
        <Fault error={view.refused} />
      </main>
    )
  }
  const place = (zone: string | undefined) => (zone === undefined ? undefined : (zones.get(zone) ?? zone))
  const props = { view, now, place, tap: (one: Parameters<NonNullable<typeof tap.current>>[0]) => tap.current?.(one) }
  const counts: Partial<Record<Tab, number>> = { Now: waiting, Tasks: mine }
  return (
    <>
      <TwinBanner twin={session?.twin ?? false} />
      <header class="who">
        <span class={`who__shift ${view.hello?.onShift ? 'who__shift--on' : ''}`} aria-hidden="true" />
        <strong>{view.hello?.name ?? session?.name ?? 'Endcap'}</strong>
        <span class="quiet">{shiftWords(view)}</span>
        <span class="who__state" role="status">
          {view.live ? '' : 'reconnecting …'}
        </span>
      </header>
      <main class="staff">
        {tab === 'Now' && <NowTab {...props} fresh={fresh} />}
        {tab === 'Tasks' && <TasksTab {...props} />}
        {tab === 'Products' && (
          <ProductsTab now={now} live={view.live} mine={view.live ? view.me?.zone : undefined} place={place} />
        )}
        {tab === 'Me' && <MeTab {...props} who={who} />}
      </main>
      <nav class="tabs" aria-label="Pages">
        {tabs.map((name) => (
          <a key={name} href={`#${name.toLowerCase()}`} aria-current={tab === name ? 'page' : undefined}>
            {name}
            {(counts[name] ?? 0) > 0 && <span class="tabs__count figures">{countWords(counts[name] ?? 0)}</span>}
          </a>
        ))}
      </nav>
    </>
  )
}

const countWords = (count: number): string => (count > 99 ? '99+' : String(count))

function shiftWords({ hello, me }: StaffView): string {
  if (!hello) return ''
  if (!hello.onShift) return 'off shift'
  if (me?.availability === 'break') return 'on a break'
  return me?.availability === 'busy' ? 'busy' : 'on shift'
}

const root = document.getElementById('app')
if (root) render(<Staff />, root)
