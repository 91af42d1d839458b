import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import { ago, milliseconds } from '../shared/time.ts'
import type { MediaFile, ScreenState } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useQuery, useTask } from './data.ts'
import { Emergency } from './emergency.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { Answer, Badge, Page } from './parts.tsx'
import { PlaysSummary } from './plays-summary.tsx'
import { HAND_KEY, Preview } from './preview.tsx'
import { href } from './route.ts'
import { ScreenshotDialog } from './screenshot-dialog.tsx'
import { troublesOf } from './screen-troubles.ts'
import { ShowDialog } from './show-dialog.tsx'

export function ScreensPage({ names }: PageProps) {
  const screens = useLiveQuery<ScreenState[]>('/screens', ['sign.*', 'shop.changed'], 3)
  const media = useQuery<MediaFile[]>('/media')
  const now = useNow(5)
  const list = screens.data ?? []
  const groups = [...new Set(list.map(({ group }) => group ?? ''))].sort((a, b) => a.localeCompare(b))
  return (
    <Page
      title="Screens"
      lead="What each screen shows now, and what a player last said that it really shows."
      tools={
        <>
          <a class="button" href={href('playlists')}>
            Playlists
          </a>
          <Emergency names={names} count={list.length} />
        </>
      }
    >
      <Answer query={screens} empty={<p>The shop has no screen yet. Write one under screens in the shop file.</p>}>
        {(all) =>
          groups.map((group) => (
            <section key={group} class="group" aria-label={group ? `Group ${group}` : 'Screens'}>
              {group && (
                <GroupHead group={group} media={media.data ?? []} reload={screens.reload}>
                  {all.filter((one) => one.group === group).length} screens that play in step
                </GroupHead>
              )}
              <ul class="cards cards--wide">
                {all
                  .filter((one) => (one.group ?? '') === group)
                  .map((state) => (
                    <ScreenCard
                      key={state.screen}
                      state={state}
                      media={media.data ?? []}
                      name={state.name ?? names.screen(state.screen)}
                      place={state.zone ? names.zone(state.zone) : undefined}
                      now={now}
                      reload={screens.reload}
                    />
                  ))}
              </ul>
            </section>
          ))
        }
      </Answer>
      <PlaysSummary names={names} />
    </Page>
  )
}

function GroupHead({
  group,
  media,
  reload,
  children,
}: {
  group: string
  media: readonly MediaFile[]
  reload: () => void
  children: ComponentChildren
}) {
  const [open, setOpen] = useState(false)
  return (
    <header class="group__head">
      <div>
        <h2>{group}</h2>
        <p class="quiet">{children}</p>
      </div>
      <button class="button button--small" type="button" onClick={() => setOpen(true)}>
        Show on all of them
      </button>
      {open && (
        <ShowDialog
          to={`group/${group}`}
          name={`group ${group}`}
          media={media}
          close={() => {
            setOpen(false)
            reload()
          }}
        />
      )}
    </header>
  )
}

function ScreenCard({
  state,
  media,
  name,
  place,
  now,
  reload,
}: {
  state: ScreenState
  media: readonly MediaFile[]
  name: string
  place: string | undefined
  now: number
  reload: () => void
}) {
  const task = useTask()
  const [open, setOpen] = useState<'show' | 'link' | 'picture'>()
  const to = `screen/${state.screen}`
  const command = (name: string, params: object) =>
    void task.run(() => json('POST', '/commands', { body: { name, to, params } })).then(reload)
  const { players, pulse } = state
  const portrait = pulse ? pulse.height > pulse.width : state.orientation === 'portrait'
  const size = pulse && `${pulse.width} × ${pulse.height}`
  const kept = pulse && pulse.mediaReady > 0 && `${pulse.mediaReady} media kept`
  const waiting = pulse && pulse.waitingPlays > 0 && `${pulse.waitingPlays} plays to tell`
  const troubles = troublesOf(state, now)
  const facts = [size, kept, waiting, state.seen && players > 0 && `seen ${ago(milliseconds(state.seen), now)}`]
  return (
    <li class="sheet screen">
      <Preview content={state.content} product={state.product} media={media} portrait={portrait} />
      <header class="sheet__head">
        <div>
          <h2>{name}</h2>
          <p class="quiet">
            {place && `${place}, `}
            {state.emergency ? 'Emergency' : <span class="code">{state.key}</span>}
            {state.shown && `, shown ${ago(milliseconds(state.shown.time), now)}`}
          </p>
        </div>
        <Badge tone={players > 0 ? 'good' : 'warn'}>
          {players === 0 ? 'No player' : players === 1 ? '1 player' : `${players} players`}
        </Badge>
      </header>
      {facts.some(Boolean) && <p class="screen__facts quiet figures">{facts.filter(Boolean).join(', ')}</p>}
      {troubles.length > 0 && (
        <ul class="sentences sentences--warn">
          {troubles.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        <button class="button button--small button--main" type="button" onClick={() => setOpen('show')}>
          Show a message
        </button>
        {state.key === HAND_KEY && (
          <button
            class="button button--small"
            type="button"
            disabled={task.busy}
            onClick={() => command('sign.clear', { key: HAND_KEY })}
          >
            Take it off
          </button>
        )}
        <button
          class="button button--small"
          type="button"
          disabled={task.busy || players === 0}
          onClick={() => command('device.identify', {})}
        >
          Identify
        </button>
        <button class="button button--small" type="button" disabled={players === 0} onClick={() => setOpen('picture')}>
          Screenshot
        </button>
        <a
          class="button button--small"
          href={`/sign/${encodeURIComponent(state.screen)}`}
          target="_blank"
          rel="noopener"
        >
          Open
        </a>
        <button class="button button--small" type="button" onClick={() => setOpen('link')}>
          Link
        </button>
      </footer>
      {open === 'picture' && <ScreenshotDialog screen={state.screen} name={name} close={() => setOpen(undefined)} />}
      {open === 'link' && <LinkDialog role="screen" id={state.screen} name={name} close={() => setOpen(undefined)} />}
      {open === 'show' && (
        <ShowDialog
          to={to}
          name={name}
          media={media}
          close={() => {
            setOpen(undefined)
            reload()
          }}
        />
      )}
    </li>
  )
}
