import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import { ago, milliseconds } from '../shared/time.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import { useLiveQuery, useTask } from './data.ts'
import { Badge, Dialog, SureButton } from './parts.tsx'
import type { Names } from './words.ts'

interface Answer {
  emergency: {
    emergency: string
    title: string
    text?: string
    since: string
    by: string
    screens: { screen: string; confirmed: boolean }[]
  } | null
}

/** The warning on every screen: the button that raises it, and while it stands, who shows it and the all-clear. */
export function Emergency({ names, count }: { names: Names; count: number }) {
  const query = useLiveQuery<Answer>('/emergency', ['sign.*'], 2)
  const [asking, ask] = useState(false)
  const task = useTask()
  const now = useNow(5)
  const warning = query.data?.emergency
  const clear = () =>
    void task
      .run(() => json('POST', '/commands', { body: { name: 'sign.all-clear', to: 'screen/+', params: {} } }))
      .then(query.reload)
  if (warning) {
    const silent = warning.screens.filter(({ confirmed }) => !confirmed)
    return (
      <section class="emergency emergency--on" role="alert" aria-label="Emergency">
        <div>
          <h2>{warning.title}</h2>
          {warning.text && <p>{warning.text}</p>}
          <p class="emergency__by">
            On every screen since {ago(milliseconds(warning.since), now)}, raised by {warning.by.replace('api/', '')}.{' '}
            {silent.length === 0
              ? 'Every screen has confirmed that it shows it.'
              : `${warning.screens.length - silent.length} of ${warning.screens.length} screens have confirmed. Go and see at:`}
          </p>
          {silent.length > 0 && (
            <ul class="emergency__screens">
              {silent.map(({ screen }) => (
                <li key={screen}>
                  <Badge tone="bad">{names.screen(screen)}</Badge>
                </li>
              ))}
            </ul>
          )}
          {task.error && <Fault error={task.error} />}
        </div>
        <SureButton sure="Really: give the all-clear" act={clear} disabled={task.busy}>
          All-clear
        </SureButton>
      </section>
    )
  }
  return (
    <>
      <button class="button button--danger" type="button" onClick={() => ask(true)}>
        Emergency …
      </button>
      {asking && (
        <EmergencyDialog
          count={count}
          close={() => {
            ask(false)
            query.reload()
          }}
        />
      )}
    </>
  )
}

function EmergencyDialog({ count, close }: { count: number; close: () => void }) {
  const [title, setTitle] = useState('Please leave the building')
  const [text, setText] = useState('Use the nearest exit. Do not use the lift.')
  const task = useTask()
  const raise = async (event: SubmitEvent) => {
    event.preventDefault()
    const params = { title, ...(text === '' ? {} : { text }) }
    const body = { name: 'sign.emergency', to: 'screen/+', params }
    if (await task.run(() => json('POST', '/commands', { body }))) close()
  }
  return (
    <Dialog title="Emergency on every screen" close={close}>
      <form class="show__fields" onSubmit={(event) => void raise(event)}>
        <p>
          This stands on {count === 1 ? 'the screen' : `all ${count} screens`} at once, above everything else, until
          somebody gives the all-clear, over a power cut too.
        </p>
        <label class="field">
          <span>What everybody shall do</span>
          <input
            class="input"
            required
            maxLength={80}
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>More</span>
          <input class="input" maxLength={280} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        {task.error && <Fault error={task.error} />}
        <footer class="sheet__foot">
          <button class="button emergency__raise" type="submit" disabled={task.busy}>
            Show it on every screen now
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
