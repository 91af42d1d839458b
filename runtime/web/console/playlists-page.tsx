import { useEffect, useState } from 'preact/hooks'
import { json, request } from '../shared/api.ts'
import type { MediaFile, Playlist } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useQuery, useTask } from './data.ts'
import { Answer, Badge, Page } from './parts.tsx'
import { PlaylistEditor } from './playlist-editor.tsx'
import { contentOfItem } from './playlist-items.tsx'
import { Preview } from './preview.tsx'

interface Listed {
  version: number
  playlists: Playlist[]
}

/** Items of a closed playlist that are drawn. */
const STRIP = 6
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** `Mon–Fri 06:00 to 11:00`. */
export const hoursInWords = ({ hours }: Playlist): string =>
  (hours ?? [])
    .map(({ days = [...DAYS], from, to }) => {
      const span = from === to ? 'all day' : `${from} to ${to}${to <= from ? ' of the next day' : ''}`
      return `${days.length === 7 ? 'Every day' : days.map((day) => day[0]?.toUpperCase() + day.slice(1)).join(', ')} ${span}`
    })
    .join('; ') || 'Always'

/** What the screens play and when: the list, the editor of each, and the whole as one file. */
export function PlaylistsPage({ plan, names }: PageProps) {
  const query = useQuery<Listed>('/playlists')
  const media = useQuery<MediaFile[]>('/media')
  const task = useTask()
  const [draft, setDraft] = useState<Playlist[]>()
  const [open, setOpen] = useState<number>()
  useEffect(() => {
    if (query.data) setDraft(query.data.playlists)
  }, [query.data])

  const save = async (playlists: readonly Playlist[]) => {
    const body = JSON.stringify({ playlists })
    const done = await task.run(() => json('PUT', '/playlists.yaml', { body, type: 'application/json' }))
    if (done) query.reload()
    return done
  }
  const load = (file: File) =>
    void task
      .run(async () => {
        const type = file.name.endsWith('.json') ? 'application/json' : 'text/yaml'
        await json('PUT', '/playlists.yaml', { body: await file.text(), type })
      })
      .then(query.reload)
  const download = () =>
    void task.run(async () => {
      const url = URL.createObjectURL(await (await request('GET', '/playlists.yaml')).blob())
      const anchor = document.createElement('a')
      anchor.href = url
      anchor.download = 'playlists.yaml'
      anchor.click()
      URL.revokeObjectURL(url)
    })
  const list = draft ?? []
  const add = () => {
    const taken = new Set(list.map(({ id }) => id))
    let number = list.length + 1
    while (taken.has(`playlist-${number}`)) number++
    setDraft([...list, { id: `playlist-${number}`, name: `Playlist ${number}`, items: [] }])
    setOpen(list.length)
  }
  const where = ({ id, screens = [], groups = [] }: Playlist) => [
    ...groups.map((group) => `group ${group}`),
    ...screens.map(names.screen),
    ...plan.screens.flatMap((screen) => (screen.playlist === id ? [`${screen.name}, when no other runs`] : [])),
  ]

  return (
    <Page
      title="Playlists"
      lead="What the screens play when nobody interrupts them, by the hours of the day."
      tools={
        <>
          <label class="button">
            Open a file
            <input
              class="hidden"
              type="file"
              accept=".yaml,.yml,.json"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0]
                if (file) load(file)
                event.currentTarget.value = ''
              }}
            />
          </label>
          <button class="button" type="button" onClick={download}>
            Save to a file
          </button>
          <button class="button button--main" type="button" onClick={add}>
            New playlist
          </button>
        </>
      }
    >
      {task.error && <Fault error={task.error} />}
      <Answer query={query}>
        {() =>
          list.length === 0 ? (
            <div class="empty">
              <p>No playlist yet: each screen shows its fallback. Make one, or open a file.</p>
            </div>
          ) : (
            <ul class="playlists">
              {list.map((playlist, index) => (
                <li key={playlist.id} class="sheet">
                  {open === index ? (
                    <PlaylistEditor
                      playlist={playlist}
                      plan={plan}
                      media={media.data ?? []}
                      busy={task.busy}
                      save={async (next) => {
                        const all = list.map((one, at) => (at === index ? next : one))
                        if (await save(all)) setOpen(undefined)
                      }}
                      remove={async () => {
                        if (await save(list.filter((_, at) => at !== index))) setOpen(undefined)
                      }}
                      cancel={() => {
                        setOpen(undefined)
                        setDraft(query.data?.playlists)
                      }}
                    />
                  ) : (
                    <>
                      <header class="sheet__head">
                        <div>
                          <h2>{playlist.name}</h2>
                          <p class="quiet">{hoursInWords(playlist)}</p>
                        </div>
                        <Badge tone="plain">Priority {playlist.priority ?? 5}</Badge>
                      </header>
                      <p>
                        {playlist.items.length} {playlist.items.length === 1 ? 'item' : 'items'},{' '}
                        {playlist.items.reduce((sum, { seconds }) => sum + seconds, 0)} s a round, on{' '}
                        {where(playlist).join(', ') || 'no screen yet'}
                      </p>
                      <div class="strip" aria-hidden="true">
                        {playlist.items.slice(0, STRIP).map((item, at) => (
                          <Preview key={at} content={contentOfItem(item)} media={media.data ?? []} />
                        ))}
                        {playlist.items.length > STRIP && <p class="quiet">+ {playlist.items.length - STRIP}</p>}
                      </div>
                      <footer class="sheet__foot">
                        <button class="button button--small" type="button" onClick={() => setOpen(index)}>
                          Edit
                        </button>
                      </footer>
                    </>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  )
}
