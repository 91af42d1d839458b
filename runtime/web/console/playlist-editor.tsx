import { useState } from 'preact/hooks'
import type { MediaFile, Playlist, ShopPlan } from '../shared/types.ts'
import { contentOf } from './content-fields.tsx'
import { toggled, without } from './lists.ts'
import { SureButton } from './parts.tsx'
import { PlaylistHours } from './playlist-hours.tsx'
import { PlaylistItems } from './playlist-items.tsx'

/** One playlist: where it plays, when, and what in which order. Nothing holds before it is saved. */
export function PlaylistEditor({
  playlist,
  plan,
  media,
  busy,
  save,
  remove,
  cancel,
}: {
  playlist: Playlist
  plan: ShopPlan
  media: readonly MediaFile[]
  busy: boolean
  save: (next: Playlist) => Promise<void>
  remove: () => Promise<void>
  cancel: () => void
}) {
  const [draft, setDraft] = useState(playlist)
  const set = (part: Partial<Playlist>) => setDraft({ ...draft, ...part })
  const { items, hours = [], screens = [], groups = [] } = draft
  const allGroups = [...new Set(plan.screens.flatMap(({ group }) => group ?? []))]

  return (
    <form
      class="playlist"
      onSubmit={(event) => {
        event.preventDefault()
        void save({
          ...draft,
          items: items.map((item) => (item.content ? { ...item, content: contentOf(item.content) } : item)),
        })
      }}
    >
      <div class="filters">
        <label class="field">
          <span>Name</span>
          <input
            class="input"
            required
            maxLength={60}
            value={draft.name}
            onInput={(event) => set({ name: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>Id</span>
          <input
            class="input code"
            required
            pattern="[a-z0-9][a-z0-9._\-]*"
            maxLength={64}
            value={draft.id}
            onInput={(event) => set({ id: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>Priority, 0 to 9</span>
          <input
            class="input"
            type="number"
            min={0}
            max={9}
            value={draft.priority ?? 5}
            onInput={(event) => set({ priority: Number(event.currentTarget.value) })}
          />
        </label>
      </div>

      <fieldset class="choices">
        <legend>Where</legend>
        {allGroups.map((group) => (
          <label key={group} class="choice">
            <input
              type="checkbox"
              checked={groups.includes(group)}
              onChange={() => set({ groups: toggled(groups, group) })}
            />
            Group {group}
          </label>
        ))}
        {plan.screens.map(({ id, name }) => (
          <label key={id} class="choice">
            <input
              type="checkbox"
              checked={screens.includes(id)}
              onChange={() => set({ screens: toggled(screens, id) })}
            />
            {name}
          </label>
        ))}
      </fieldset>

      <PlaylistHours
        hours={hours}
        change={(next) => setDraft(next.length > 0 ? { ...draft, hours: next } : without(draft, 'hours'))}
      />
      <PlaylistItems items={items} media={media} change={(next) => set({ items: next })} />

      <footer class="sheet__foot">
        <button class="button button--main" type="submit" disabled={busy}>
          Use this
        </button>
        <button class="button" type="button" onClick={cancel}>
          Leave as it was
        </button>
        <SureButton sure="Really: remove this playlist" act={() => void remove()} disabled={busy}>
          Remove the playlist
        </SureButton>
      </footer>
    </form>
  )
}
