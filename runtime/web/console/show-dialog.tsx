import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { Content, MediaFile } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useTask } from './data.ts'
import { Dialog } from './parts.tsx'
import { HAND_KEY, Preview } from './screens-page.tsx'

const layouts: [Content['layout'], string][] = [
  ['message', 'Words'],
  ['split', 'Words beside a picture'],
  ['picture', 'Picture'],
  ['video', 'Video'],
]
const tones: [NonNullable<Content['tone']>, string][] = [
  ['calm', 'Calm'],
  ['fresh', 'Fresh'],
  ['warm', 'Warm'],
  ['alert', 'Alert'],
]
const durations: [number, string][] = [
  [300, '5 minutes'],
  [1800, 'half an hour'],
  [14_400, '4 hours'],
  [0, 'until I take it off'],
]
/** Above what the flows show (5), below alarms (9). */
const HAND_PRIORITY = 7

type Draft = Pick<Content, 'layout'> & Partial<Content>

/** Shows a message on one screen by hand; the preview is drawn by the parts that the screen draws with. */
export function ShowDialog({
  screen,
  name,
  media,
  close,
}: {
  screen: string
  name: string
  media: readonly MediaFile[]
  close: () => void
}) {
  const [draft, setDraft] = useState<Draft>({ layout: 'message', title: 'Fresh from the oven', tone: 'calm' })
  const [seconds, setSeconds] = useState(1800)
  const task = useTask()
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const content = Object.fromEntries(
    Object.entries(draft).filter(([field, value]) => value !== '' && (field !== 'media' || draft.layout !== 'message')),
  ) as Content
  const wanted = media.filter(({ type }) => draft.layout !== 'video' || type.startsWith('video/'))

  const show = async (event: SubmitEvent) => {
    event.preventDefault()
    const params = { content, key: HAND_KEY, priority: HAND_PRIORITY, ...(seconds > 0 ? { ttlSeconds: seconds } : {}) }
    const done = await task.run(() =>
      json('POST', '/commands', { body: { name: 'sign.show', to: `screen/${screen}`, params } }),
    )
    if (done) close()
  }
  const line = (field: 'kicker' | 'title' | 'text' | 'figure', label: string, maxLength: number) => (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        maxLength={maxLength}
        value={draft[field] ?? ''}
        onInput={(event) => set({ [field]: event.currentTarget.value })}
      />
    </label>
  )

  return (
    <Dialog title={`Show on ${name}`} close={close}>
      <form class="show" onSubmit={(event) => void show(event)}>
        <Preview content={content} media={media} />
        <div class="show__fields">
          <label class="field">
            <span>Layout</span>
            <select
              class="input"
              value={draft.layout}
              onChange={(event) => set({ layout: event.currentTarget.value as Content['layout'] })}
            >
              {layouts.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          {line('kicker', 'Small line above', 40)}
          {line('title', 'Title', 80)}
          {line('text', 'Text', 280)}
          {line('figure', 'Price or figure', 16)}
          {draft.layout !== 'message' && (
            <label class="field">
              <span>{draft.layout === 'video' ? 'Video' : 'Picture'}</span>
              <select
                class="input"
                required
                value={draft.media ?? ''}
                onChange={(event) => set({ media: event.currentTarget.value })}
              >
                <option value="">Choose one (upload them under Media)</option>
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
                <input type="radio" name="tone" checked={draft.tone === value} onChange={() => set({ tone: value })} />
                <span>{words}</span>
              </label>
            ))}
          </fieldset>
          <label class="field">
            <span>For</span>
            <select class="input" value={seconds} onChange={(event) => setSeconds(Number(event.currentTarget.value))}>
              {durations.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </div>
        {task.error && <Fault error={task.error} />}
        <footer class="sheet__foot">
          <button class="button button--main" type="submit" disabled={task.busy}>
            Show it
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
