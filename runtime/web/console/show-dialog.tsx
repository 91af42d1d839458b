import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { MediaFile } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { ContentFields, contentOf, type Draft } from './content-fields.tsx'
import { useTask } from './data.ts'
import { Dialog } from './parts.tsx'
import { HAND_KEY, Preview } from './preview.tsx'

const durations: [number, string][] = [
  [300, '5 minutes'],
  [1800, 'half an hour'],
  [14_400, '4 hours'],
  [0, 'until I take it off'],
]
/** Above what the flows show (5), below alarms (9). */
const HAND_PRIORITY = 7

/** Shows a message on one screen by hand; the preview is drawn by the parts that the screen draws with. */
export function ShowDialog({
  to,
  name,
  media,
  close,
}: {
  /** `screen/entrance`, or `group/window`. */
  to: string
  name: string
  media: readonly MediaFile[]
  close: () => void
}) {
  const [draft, setDraft] = useState<Draft>({ layout: 'message', title: 'Fresh from the oven', tone: 'calm' })
  const [seconds, setSeconds] = useState(1800)
  const task = useTask()
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const content = contentOf(draft)

  const show = async (event: SubmitEvent) => {
    event.preventDefault()
    const params = { content, key: HAND_KEY, priority: HAND_PRIORITY, ...(seconds > 0 ? { ttlSeconds: seconds } : {}) }
    const done = await task.run(() => json('POST', '/commands', { body: { name: 'sign.show', to, params } }))
    if (done) close()
  }
  return (
    <Dialog title={`Show on ${name}`} close={close}>
      <form class="show" onSubmit={(event) => void show(event)}>
        <Preview content={content} media={media} />
        <div class="show__fields">
          <ContentFields draft={draft} media={media} name="tone" set={set} />
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
