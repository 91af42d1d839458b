import { useEffect, useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { Health } from '../shared/types.ts'
import { Mark } from '../shared/ui.tsx'
import type { Query } from './data.ts'
import { Icon, type IconName } from './icons.tsx'
import { href, type Place, places } from './route.ts'

/** Those that a phone shows in its bar; the rest opens behind “More”. */
const FIRST: ReadonlySet<IconName> = new Set(['floor', 'screens', 'staff', 'plugins'])

const stageNames: Record<string, string> = { ledger: 'Ledger', api: 'API', plugins: 'Plugins', flows: 'Flows' }

function State({ health }: { health: Query<Health> }) {
  const { data, error } = health
  const bad = data ? Object.entries(data.stages).filter(([, state]) => state !== 'ready') : []
  const tone = error ? 'bad' : !data || data.status === 'starting' ? 'plain' : data.status === 'ok' ? 'good' : 'warn'
  const words = error
    ? 'Reconnecting …'
    : data?.status === 'ok'
      ? 'All well'
      : data?.status === 'starting'
        ? 'Starting'
        : [
            ...(data?.reasons?.['disk'] ? ['The disk of the box is nearly full'] : []),
            ...(data?.clock === 'wrong' ? ['The clock of the box is wrong'] : []),
            // The reason of the ledger stands on the page, and is long.
            ...bad.map(([stage, state]) =>
              stage === 'ledger'
                ? 'Nothing can be written to the disk'
                : `${stageNames[stage] ?? stage}: ${data?.reasons?.[stage] ?? state}`,
            ),
          ].join(', ') || 'Looking …'
  return (
    <p class={`state state--${tone}`} role="status">
      <span>{words}</span>
      {data && <small class="quiet">Endcap {data.version}</small>}
    </p>
  )
}

async function signOut(): Promise<void> {
  await json('DELETE', '/session').catch(() => undefined)
  location.replace('/sign-in')
}

export function Nav({ place, shop, health }: { place: IconName; shop: string | undefined; health: Query<Health> }) {
  const [open, setOpen] = useState(false)
  useEffect(() => setOpen(false), [place])
  /** A real box has nothing of the virtual shop. */
  const isThere = ({ id }: Place) => id !== 'twin' || health.data?.twin === true
  return (
    <nav class={`nav ${open ? 'nav--open' : ''}`} aria-label="Console">
      <a class="nav__name" href={href('floor')}>
        <Mark />
        <strong>{shop ?? 'Endcap'}</strong>
      </a>
      <div class="nav__groups">
        {places.map((group) => (
          <section key={group.title} class="nav__group">
            <h2 class="label">{group.title}</h2>
            <ul>
              {group.places.filter(isThere).map(({ id, name }) => (
                <li key={id} class={FIRST.has(id) ? '' : 'nav__later'}>
                  <a href={href(id)} class="nav__link" aria-current={id === place ? 'page' : undefined}>
                    <Icon name={id} />
                    <span>{name}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <button class="nav__more nav__link" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'close' : 'more'} />
        <span>{open ? 'Close' : 'More'}</span>
      </button>
      <div class="nav__foot">
        <State health={health} />
        <button class="nav__out" type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </nav>
  )
}
