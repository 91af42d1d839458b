import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { get } from '../shared/api.ts'
import { keepShell } from '../shared/shell.ts'
import type { Session } from '../shared/types.ts'
import { Mark } from '../shared/ui.tsx'
import { stayAwake } from '../shared/wake-lock.ts'
import { startClock } from './clock.ts'
import { createMediaStore } from './media-store.ts'
import { startPlayer, type PlayerView } from './player.ts'
import { createPlays } from './plays.ts'
import { Stage } from './stage.tsx'

const screen = decodeURIComponent(location.pathname.split('/')[2] ?? '')

function Sign() {
  const [view, setView] = useState<PlayerView>({ live: false, identifying: false })
  const [session, setSession] = useState<Session>()
  const player = useRef<ReturnType<typeof startPlayer>>(undefined)

  useEffect(() => {
    const life = new AbortController()
    const clock = startClock(life.signal)
    const plays = createPlays(screen, clock.now, life.signal)
    player.current = startPlayer(screen, { media: createMediaStore(), plays, clock }, life.signal, setView)
    stayAwake(life.signal)
    void keepShell('/sign/', 'endcap-sign')
    return () => life.abort()
  }, [])
  useEffect(() => {
    if (view.live) get<Session>('/session').then(setSession, () => undefined)
  }, [view.live])

  return (
    <main class="sign" aria-label={`Screen ${session?.name ?? screen}`}>
      {view.act ? (
        <Stage act={view.act} shown={(act) => player.current?.shown(act)} />
      ) : (
        <Waiting view={view} shop={session?.shop} />
      )}
      {view.act && !view.live && (
        <p class="sign__away" role="status">
          <span class="hidden">The box is away; this is what showed last.</span>
        </p>
      )}
      {session?.twin && view.act && <p class="sign__twin">Virtual shop: these people are simulated</p>}
      {view.identifying && (
        <div class="identify" role="status">
          <p>This is</p>
          <strong>{session?.name ?? screen}</strong>
          <p class="code">screen/{screen}</p>
        </div>
      )}
    </main>
  )
}

/** Before the first content: which screen this is, and what it waits for. */
const Waiting = ({ view, shop }: { view: PlayerView; shop: string | undefined }) => (
  <div class="waiting">
    <Mark />
    <div>
      <p class="label">{shop ?? 'Endcap'}</p>
      <h1>{view.refused ? 'This screen is not linked' : screen}</h1>
      {view.refused ? (
        <p role="alert">
          {view.refused.message}. On the console, open Screens, choose this screen, and open its link here.
        </p>
      ) : (
        <p role="status">{view.live ? 'Ready. Waiting for something to show.' : 'Looking for the box …'}</p>
      )}
    </div>
  </div>
)

const root = document.getElementById('app')
if (root) render(<Sign />, root)
