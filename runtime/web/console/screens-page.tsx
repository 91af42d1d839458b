import { useState } from 'preact/hooks'
import { json, mediaUrl } from '../shared/api.ts'
import { SignFace } from '../shared/sign-face.tsx'
import { ago, milliseconds } from '../shared/time.ts'
import type { Content, MediaFile, ScreenState } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useQuery, useTask } from './data.ts'
import { LinkDialog } from './link-dialog.tsx'
import { Answer, Badge, Page } from './parts.tsx'
import { ShowDialog } from './show-dialog.tsx'

/** The key under which a manager shows things by hand, so that clearing takes away these and nothing else. */
export const HAND_KEY = 'by-hand'

/** A preview of a content, drawn by the same parts as the screen draws it. */
export function Preview({ content, media }: { content: Content; media: readonly MediaFile[] }) {
  const file = media.find(({ hash }) => hash === content.media)
  const video = file?.type.startsWith('video/') ?? content.layout === 'video'
  return (
    <div class="preview">
      <SignFace
        content={content}
        still
        {...(content.media ? { medium: { url: mediaUrl(content.media), video } } : {})}
      />
    </div>
  )
}

export function ScreensPage({ names }: PageProps) {
  const screens = useLiveQuery<ScreenState[]>('/screens', ['sign.*', 'shop.changed'], 3)
  const media = useQuery<MediaFile[]>('/media')
  const now = useNow(5)
  return (
    <Page title="Screens" lead="What each screen shows now, and what a player last said that it really shows.">
      <Answer query={screens} empty={<p>The shop has no screen yet. Write one under screens in the shop file.</p>}>
        {(list) => (
          <ul class="cards cards--wide">
            {list.map((state) => (
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
        )}
      </Answer>
    </Page>
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
  const [open, setOpen] = useState<'show' | 'link'>()
  const to = `screen/${state.screen}`
  const command = (name: string, params: object) =>
    void task.run(() => json('POST', '/commands', { body: { name, to, params } })).then(reload)
  const players = state.players
  return (
    <li class="sheet screen">
      <Preview content={state.content} media={media} />
      <header class="sheet__head">
        <div>
          <h2>{name}</h2>
          <p class="quiet">
            {place && `${place}, `}
            <span class="code">{state.key}</span>
            {state.shown && `, shown ${ago(milliseconds(state.shown.time), now)}`}
          </p>
        </div>
        <Badge tone={players > 0 ? 'good' : 'warn'}>
          {players === 0 ? 'No player' : players === 1 ? '1 player' : `${players} players`}
        </Badge>
      </header>
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
      {open === 'link' && <LinkDialog role="screen" id={state.screen} name={name} close={() => setOpen(undefined)} />}
      {open === 'show' && (
        <ShowDialog
          screen={state.screen}
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
