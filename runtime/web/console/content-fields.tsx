import type { Content, MediaFile } from '../shared/types.ts'
import { ProductField } from './product-field.tsx'

const layouts: [Content['layout'], string][] = [
  ['message', 'Words'],
  ['split', 'Words beside a picture'],
  ['picture', 'Picture'],
  ['video', 'Video'],
  ['product', 'Product with its price'],
  ['pick', 'Pick tile, flashing'],
]
const tones: [NonNullable<Content['tone']>, string][] = [
  ['calm', 'Calm'],
  ['fresh', 'Fresh'],
  ['warm', 'Warm'],
  ['alert', 'Alert'],
]

export type Draft = Pick<Content, 'layout'> & Partial<Content>

/** What is sent of a draft: no empty fields, and none that its layout has no use for. */
export const contentOf = (draft: Draft): Content => {
  const unused: Partial<Record<keyof Content, boolean>> = {
    media: draft.layout === 'message',
    product: draft.layout !== 'product' && draft.layout !== 'pick',
    slot: draft.layout !== 'pick',
  }
  return Object.fromEntries(
    Object.entries(draft).filter(([field, value]) => value !== '' && !unused[field as keyof Content]),
  ) as Content
}

/** The fields of a content, for what is shown by hand and for an item of a playlist. */
export function ContentFields({
  draft,
  media,
  name,
  set,
}: {
  draft: Draft
  media: readonly MediaFile[]
  /** Of the group of tones; unique on the page. */
  name: string
  set: (part: Partial<Draft>) => void
}) {
  const { layout } = draft
  const wanted = media.filter(({ type }) => (layout === 'video') === type.startsWith('video/') || layout === 'split')
  const line = (
    field: 'kicker' | 'title' | 'text' | 'figure' | 'slot',
    label: string,
    maxLength: number,
    required = false,
  ) => (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        maxLength={maxLength}
        required={required}
        value={draft[field] ?? ''}
        onInput={(event) => set({ [field]: event.currentTarget.value })}
      />
    </label>
  )
  const goods = layout === 'product' || layout === 'pick'
  return (
    <>
      <label class="field">
        <span>Layout</span>
        <select
          class="input"
          value={layout}
          onChange={(event) => set({ layout: event.currentTarget.value as Content['layout'] })}
        >
          {layouts.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {goods && (
        <ProductField
          value={draft.product ?? ''}
          required={layout === 'product'}
          change={(product) => set({ product })}
        />
      )}
      {layout === 'pick' && line('slot', 'Slot, as A/3/2', 64)}
      {line('kicker', 'Small line above', 40)}
      {line('title', goods ? 'Title, in place of the name' : 'Title', 80)}
      {line('text', 'Text', 280)}
      {line('figure', layout === 'pick' ? 'How many' : 'Price or figure', 16)}
      {layout !== 'message' && (
        <label class="field">
          <span>{layout === 'video' ? 'Video' : 'Picture'}</span>
          <select
            class="input"
            required={!goods}
            value={draft.media ?? ''}
            onChange={(event) => set({ media: event.currentTarget.value })}
          >
            <option value="">{goods ? 'The one of the catalogue' : 'Choose one (upload them under Media)'}</option>
            {wanted.map(({ hash, type }) => (
              <option key={hash} value={hash}>
                {hash.slice(0, 8)} ({type})
              </option>
            ))}
          </select>
        </label>
      )}
      <fieldset class="tones">
        <legend>Tone</legend>
        {tones.map(([value, words]) => (
          <label key={value} class={`tones__one tones__one--${value}`}>
            <input type="radio" name={name} checked={draft.tone === value} onChange={() => set({ tone: value })} />
            <span>{words}</span>
          </label>
        ))}
      </fieldset>
    </>
  )
}
