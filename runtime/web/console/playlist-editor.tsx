import { useState } from 'preact/hooks'
import type { MediaFile, Playlist, ShopPlan } from '../shared/types.ts'
import { ContentFields, contentOf } from './content-fields.tsx'
import { SureButton } from './parts.tsx'
import { Preview } from './screens-page.tsx'

type Item = Playlist['items'][number]
type Part = NonNullable<Playlist['hours']>[number]

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = value
  return rest
}
const toggled = <T,>(list: readonly T[], one: T): T[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one]

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
  const [open, setOpen] = useState<number>()
  const set = (part: Partial<Playlist>) => setDraft({ ...draft, ...part })
  const { items, hours = [], screens = [], groups = [] } = draft
  const setItem = (index: number, item: Item) => set({ items: items.map((one, at) => (at === index ? item : one)) })
  const move = (from: number, to: number) => {
    const next = [...items]
    const [one] = next.splice(from, 1)
    if (one) next.splice(to, 0, one)
    set({ items: next })
    setOpen(open === from ? to : undefined)
  }
  const setPart = (index: number, part: Part) => set({ hours: hours.map((one, at) => (at === index ? part : one)) })
  const dropPart = (index: number) => {
    const left = hours.filter((_, at) => at !== index)
    setDraft(left.length > 0 ? { ...draft, hours: left } : without(draft, 'hours'))
  }
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

      <fieldset class="parts">
        <legend>When</legend>
        {hours.length === 0 && <p class="quiet">Always.</p>}
        {hours.map((part, index) => (
          <div key={index} class="part">
            <span class="part__days">
              {DAYS.map((day) => (
                <label key={day} class="choice">
                  <input
                    type="checkbox"
                    checked={part.days?.includes(day) ?? true}
                    onChange={() => {
                      const days = toggled(part.days ?? [...DAYS], day)
                      setPart(index, days.length === 0 || days.length === 7 ? without(part, 'days') : { ...part, days })
                    }}
                  />
                  {day}
                </label>
              ))}
            </span>
            <span class="part__times">
              <input
                class="input"
                type="time"
                required
                aria-label="From"
                value={part.from}
                onInput={(event) => setPart(index, { ...part, from: event.currentTarget.value })}
              />
              <span>to</span>
              <input
                class="input"
                type="time"
                required
                aria-label="To"
                value={part.to}
                onInput={(event) => setPart(index, { ...part, to: event.currentTarget.value })}
              />
              <button class="button button--small" type="button" onClick={() => dropPart(index)}>
                Remove
              </button>
            </span>
            {part.to <= part.from && (
              <p class="quiet">{part.from === part.to ? 'The whole day.' : 'Ends on the next day.'}</p>
            )}
          </div>
        ))}
        <button
          class="button button--small"
          type="button"
          onClick={() => set({ hours: [...hours, { from: '08:00', to: '18:00' }] })}
        >
          Add hours
        </button>
      </fieldset>

      <fieldset class="items">
        <legend>What, in this order</legend>
        <ol>
          {items.map((item, index) => (
            <li
              key={index}
              class="item"
              draggable
              onDragStart={(event) => event.dataTransfer?.setData('text/plain', String(index))}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault()
                const from = Number(event.dataTransfer?.getData('text/plain') || Number.NaN)
                if (Number.isInteger(from) && from !== index) move(from, index)
              }}
            >
              <ItemRow
                item={item}
                media={media}
                number={index + 1}
                open={open === index}
                toggle={() => setOpen(open === index ? undefined : index)}
                change={(next) => setItem(index, next)}
                up={index > 0 ? () => move(index, index - 1) : undefined}
                down={index < items.length - 1 ? () => move(index, index + 1) : undefined}
                remove={() => {
                  set({ items: items.filter((_, at) => at !== index) })
                  setOpen(undefined)
                }}
              />
            </li>
          ))}
        </ol>
        <button
          class="button button--small"
          type="button"
          onClick={() => {
            set({ items: [...items, { seconds: 10, content: { layout: 'message', title: 'New' } }] })
            setOpen(items.length)
          }}
        >
          Add an item
        </button>
      </fieldset>

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

function ItemRow({
  item,
  media,
  number,
  open,
  toggle,
  change,
  up,
  down,
  remove,
}: {
  item: Item
  media: readonly MediaFile[]
  number: number
  open: boolean
  toggle: () => void
  change: (next: Item) => void
  up: (() => void) | undefined
  down: (() => void) | undefined
  remove: () => void
}) {
  const content = item.content ?? { layout: 'product' as const, product: item.product ?? '' }
  const name = content.title ?? content.product ?? content.alt ?? content.layout
  const date = (field: 'from' | 'until', label: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        type="date"
        value={item[field]?.slice(0, 10) ?? ''}
        onInput={(event) => {
          const day = event.currentTarget.value
          change(day === '' ? without(item, field) : { ...item, [field]: day })
        }}
      />
    </label>
  )
  return (
    <>
      <div class="item__row">
        <Preview
          content={contentOf(content)}
          product={content.product ? { name: content.product } : undefined}
          media={media}
        />
        <button class="item__name" type="button" aria-expanded={open} onClick={toggle}>
          <strong>{name}</strong>
          <span class="quiet">
            {content.layout}, {item.seconds} s{item.from ? `, from ${item.from}` : ''}
            {item.until ? `, until ${item.until}` : ''}
          </span>
        </button>
        <span class="item__tools">
          <button
            class="button button--small"
            type="button"
            aria-label={`Move item ${number} up`}
            disabled={!up}
            onClick={up}
          >
            ↑
          </button>
          <button
            class="button button--small"
            type="button"
            aria-label={`Move item ${number} down`}
            disabled={!down}
            onClick={down}
          >
            ↓
          </button>
          <button class="button button--small" type="button" aria-label={`Remove item ${number}`} onClick={remove}>
            Remove
          </button>
        </span>
      </div>
      {open && (
        <div class="show__fields">
          <label class="field">
            <span>Seconds</span>
            <input
              class="input"
              type="number"
              min={2}
              max={3600}
              required
              value={item.seconds}
              onInput={(event) => change({ ...item, seconds: Number(event.currentTarget.value) })}
            />
          </label>
          <ContentFields
            draft={content}
            media={media}
            name={`tone-${number}`}
            set={(part) => change({ ...without(item, 'product'), content: { ...content, ...part } })}
          />
          {date('from', 'Not before')}
          {date('until', 'Not after')}
        </div>
      )}
    </>
  )
}
