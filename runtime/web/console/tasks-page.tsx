import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import { ago, hourAndMinute, milliseconds } from '../shared/time.ts'
import type { Task } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useTask } from './data.ts'
import { Transfer } from './goods/transfer.tsx'
import { Answer, Badge, Page } from './parts.tsx'

const isOver = ({ state }: Task) => state !== 'open' && state !== 'claimed'

/** What there is to do, who has it, and what was done today. */
export function TasksPage({ names }: PageProps) {
  const tasks = useLiveQuery<Task[]>('/tasks', ['task.*'], 15)
  const now = useNow(5)
  return (
    <Page
      title="Tasks"
      lead="What there is to do and who has it. Flows open most of them; whoever is on shift takes them."
      tools={<Transfer part="tasks" done={tasks.reload} />}
    >
      <OpenTask done={tasks.reload} />
      <Answer query={tasks} empty={<p>Nothing to do, and nothing was done today.</p>}>
        {(list) => (
          <>
            <ul class="cards" aria-label="To do">
              {list
                .filter((task) => !isOver(task))
                .map((task) => (
                  <TaskCard
                    key={task.id}
                    task={task}
                    now={now}
                    place={task.zone ? names.zone(task.zone) : undefined}
                    done={tasks.reload}
                  />
                ))}
            </ul>
            <h2 class="label">Today</h2>
            <ol class="notices figures">
              {list.filter(isOver).map((task) => (
                <li key={task.id}>
                  <span>{task.title}</span>
                  <span class="quiet">{overWords(task)}</span>
                </li>
              ))}
            </ol>
          </>
        )}
      </Answer>
    </Page>
  )
}

function overWords({ state, claimedBy, endedAt, reason }: Task): string {
  const time = endedAt ? hourAndMinute(milliseconds(endedAt)) : ''
  const who = claimedBy ? ` by ${claimedBy.name}` : ''
  return `${state === 'done' ? `done${who}` : state}${reason ? `: ${reason}` : ''}, ${time}`
}

function TaskCard(props: { task: Task; now: number; place: string | undefined; done: () => void }) {
  const { task, now, place, done } = props
  const work = useTask()
  const close = async () => {
    const body = { reason: 'closed on the console' }
    if (await work.run(() => json('POST', `/tasks/${encodeURIComponent(task.id)}/close`, { body }))) done()
  }
  const where = [place, task.slot && `shelf ${task.slot}`].filter(Boolean).join(', ')
  return (
    <li class="sheet">
      <header class="sheet__head">
        <div>
          <h2>{task.title}</h2>
          <p class="quiet">{[where, ago(milliseconds(task.openedAt), now)].filter(Boolean).join(' · ')}</p>
        </div>
        <Badge tone={task.claimedBy ? 'good' : task.urgency === 'urgent' ? 'bad' : 'warn'}>
          {task.claimedBy ? task.claimedBy.name : task.urgency === 'urgent' ? 'Urgent' : 'Open'}
        </Badge>
      </header>
      {task.text && <p>{task.text}</p>}
      {task.offeredTo && <p class="quiet">Passed on to {task.offeredTo.name}</p>}
      {task.escalations > 0 && !task.claimedBy && (
        <p class="quiet">
          Nobody took it: others were called {task.escalations === 1 ? 'once' : `${task.escalations} times`}
        </p>
      )}
      {task.told.length === 0 && !task.claimedBy && <p class="quiet">Nobody on shift could be told yet</p>}
      {work.error && <Fault error={work.error} />}
      <footer class="sheet__foot">
        <button class="button button--small" type="button" disabled={work.busy} onClick={() => void close()}>
          Close
        </button>
      </footer>
    </li>
  )
}

function OpenTask({ done }: { done: () => void }) {
  const [title, setTitle] = useState('')
  const work = useTask()
  const open = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!(await work.run(() => json('POST', '/tasks', { body: { params: { title } } })))) return
    setTitle('')
    done()
  }
  return (
    <form class="inline" onSubmit={(event) => void open(event)}>
      <label class="field">
        <span>Something to do, for everybody on shift</span>
        <input
          class="input"
          required
          maxLength={120}
          value={title}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <button class="button button--main" type="submit" disabled={work.busy}>
        Open task
      </button>
      {work.error && <Fault error={work.error} />}
    </form>
  )
}
