import { useState } from 'preact/hooks'
import type { MediaFile, Playlist } from '../shared/types.ts'
import { ContentFields, contentOf } from './content-fields.tsx'
import { without } from './lists.ts'
import { Preview } from './preview.tsx'
import { useFace } from './product-faces.ts'

type Item = Playlist['items'][number]

/** What an item shows: its content, or a product as the catalogue has it. */
export const contentOfItem = ({ content, product }: Item) =>
  content ?? { layout: 'product' as const, product: product ?? '' }

/** What a playlist shows, in its order. */
export function PlaylistItems({
  items,
  media,
  change,
}: {
  items: readonly Item[]
  media: readonly MediaFile[]
  change: (next: Item[]) => void
}) {
  const [open, setOpen] = useState<number>()
  const setItem = (index: number, item: Item) => change(items.map((one, at) => (at === index ? item : one)))
  const move = (from: number, to: number) => {
    const next = [...items]
    const [one] = next.splice(from, 1)
    if (one) next.splice(to, 0, one)
    change(next)
    setOpen(open === from ? to : undefined)
  }
  return (
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
                change(items.filter((_, at) => at !== index))
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
          change([...items, { seconds: 10, content: { layout: 'message', title: 'New' } }])
          setOpen(items.length)
        }}
      >
        Add an item
      </button>
    </fieldset>
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
  const content = contentOfItem(item)
  const face = useFace(content.product)
  const name = content.title ?? face?.name ?? content.product ?? content.alt ?? content.layout
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
        <Preview content={contentOf(content)} product={face} media={media} />
        <button class="item__name" type="button" aria-expanded={open} onClick={toggle}>
          <strong>{name}</strong>
          <span class="quiet">
            {content.layout}
            {face?.price ? ` at ${face.price}` : ''}, {item.seconds} s{item.from ? `, from ${item.from}` : ''}
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
