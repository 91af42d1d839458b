import { useState } from 'preact/hooks'
import { ago, hourAndMinute, milliseconds } from '../shared/time.ts'
import type { Task } from '../shared/types.ts'
import { tasksOf } from './items.ts'
import type { TabProps } from './now-tab.tsx'
import { useSome } from './some.tsx'

/** All that an associate has, may take, and did today. */
export function TasksTab({ view, now, tap, place }: TabProps) {
  const tasks = tasksOf(view, now)
  const mine = tasks.filter(({ state }) => state === 'claimed')
  const open = tasks.filter(({ state }) => state === 'open')
  const over = tasks.filter(({ state }) => state !== 'open' && state !== 'claimed')
  const { some, more } = useSome(open)
  const sending = (task: Task) => view.unsent.some(({ id }) => id === task.id)
  const where = (task: Task) => [place(task.zone), task.slot && `shelf ${task.slot}`].filter(Boolean).join(' · ')
  return (
    <div class="tab">
      <h1 class="tab__title">Tasks</h1>
      {view.said && (
        <p class="said" role="status">
          {view.said}
        </p>
      )}
      {mine.length > 0 && (
        <section aria-label="Your tasks">
          <h2 class="label">Yours</h2>
          <ol class="jobs">
            {mine.map((task) => (
              <li key={task.id} class={`job job--mine job--${task.urgency}`}>
                <span class="job__what">
                  <strong dir="auto">{task.title}</strong>
                  {task.text && <span dir="auto">{task.text}</span>}
                  <span class="quiet">{sending(task) ? 'sending …' : where(task)}</span>
                </span>
                <span class="job__buttons">
                  <button
                    type="button"
                    class="job__button job__button--main"
                    onClick={() => tap({ what: 'task', id: task.id, act: 'done' })}
                  >
                    Done
                  </button>
                  <Pass
                    view={view}
                    pass={(to) => tap({ what: 'task', id: task.id, act: 'pass', ...(to ? { to } : {}) })}
                  />
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section aria-label="Open tasks">
        <h2 class="label">To take</h2>
        {open.length === 0 && <p class="quiet">Nothing waits.</p>}
        <ol class="jobs">
          {some.map((task) => (
            <li key={task.id} class={`job job--${task.urgency}`}>
              <span class="job__what">
                <strong dir="auto">{task.title}</strong>
                {task.text && <span dir="auto">{task.text}</span>}
                <span class="quiet">
                  {[
                    task.offeredTo && `passed to ${task.offeredTo.id === view.hello?.id ? 'you' : task.offeredTo.name}`,
                    where(task),
                    ago(milliseconds(task.waitingSince), now),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <button
                type="button"
                class="job__button"
                onClick={() => tap({ what: 'task', id: task.id, act: 'claim' })}
              >
                I’ll do it
              </button>
            </li>
          ))}
        </ol>
        {more}
      </section>
      {over.length > 0 && (
        <section class="earlier" aria-label="Done today">
          <h2 class="label">Today</h2>
          <ol>
            {over.map((task) => (
              <li key={task.id}>
                <time class="figures">{task.endedAt ? hourAndMinute(milliseconds(task.endedAt)) : ''}</time>
                <span class="earlier__what">
                  <strong>{task.title}</strong>
                </span>
                <span class="earlier__state quiet">{sending(task) ? 'sending …' : task.state}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  )
}

/** To a colleague who is on shift, or back to everybody. */
function Pass({ view, pass }: { view: TabProps['view']; pass: (to?: string) => void }) {
  const [open, setOpen] = useState(false)
  const colleagues = view.me?.colleagues ?? []
  if (!open)
    return (
      <button type="button" class="job__button" onClick={() => setOpen(true)}>
        Pass on
      </button>
    )
  return (
    <span class="pass" role="group" aria-label="Pass it to">
      {colleagues.map(({ id, name, availability }) => (
        <button key={id} type="button" class="job__button" onClick={() => pass(id)}>
          {name}
          {availability === 'available' ? '' : ` (${availability === 'break' ? 'on a break' : 'busy'})`}
        </button>
      ))}
      <button type="button" class="job__button" onClick={() => pass()}>
        Everybody
      </button>
      <button type="button" class="job__button job__button--plain" onClick={() => setOpen(false)}>
        Keep it
      </button>
    </span>
  )
}
