import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { Shift } from '../../contract/index.ts'
import { ago, milliseconds } from '../shared/time.ts'
import type { Associate, Notice } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useQuery, useTask } from './data.ts'
import { Transfer } from './goods/transfer.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { Answer, Badge, Page } from './parts.tsx'
import { AssociateDialog } from './team/associate-dialog.tsx'
import { shiftWords } from './team/shifts.ts'

export function StaffPage({ names, plan, reloadPlan }: PageProps) {
  const staff = useLiveQuery<Associate[]>('/staff', ['staff.*', 'shop.changed'], 5)
  const now = useNow(5)
  const [edited, edit] = useState<{ id?: string }>()
  const done = () => {
    edit(undefined)
    staff.reload()
    reloadPlan()
  }
  return (
    <Page
      title="Staff"
      lead="Who is on shift, where, and what they were told. Nothing here measures anybody."
      tools={
        <>
          <Transfer part="roster" done={done} />
          <button class="button button--main" type="button" onClick={() => edit({})}>
            Add an associate
          </button>
        </>
      }
    >
      {edited && <AssociateDialog {...edited} close={() => edit(undefined)} done={done} />}
      <Answer query={staff} empty={<p>Nobody is on the roster yet. Add the first associate, or import a list.</p>}>
        {(list) => (
          <ul class="cards">
            {[...list]
              .sort((a, b) => Number(b.onShift) - Number(a.onShift))
              .map((one) => (
                <StaffCard
                  key={one.id}
                  one={one}
                  shifts={plan.staff.find(({ id }) => id === one.id)?.shifts ?? []}
                  place={one.zone ? names.zone(one.zone) : undefined}
                  now={now}
                  edit={() => edit({ id: one.id })}
                />
              ))}
          </ul>
        )}
      </Answer>
    </Page>
  )
}

interface StaffCardProps {
  one: Associate
  shifts: readonly Shift[]
  place: string | undefined
  now: number
  edit: () => void
}

function StaffCard({ one, shifts, place, now, edit }: StaffCardProps) {
  const notices = useQuery<Notice[]>(`/staff/${encodeURIComponent(one.id)}/notices`, 5)
  const [open, setOpen] = useState<'link' | 'tell'>()
  const [text, setText] = useState('')
  const task = useTask()
  const tell = async (event: SubmitEvent) => {
    event.preventDefault()
    const body = { name: 'staff.notify', to: `staff/${one.id}`, params: { title: text } }
    if (await task.run(() => json('POST', '/commands', { body }))) {
      setText('')
      setOpen(undefined)
      notices.reload()
    }
  }
  return (
    <li class="sheet">
      <header class="sheet__head">
        <div>
          <h2>{one.name}</h2>
          <p class="quiet">{one.onShift ? (place ? `In ${place}` : 'Not seen on the plan') : 'Off shift'}</p>
          <p class="quiet figures">{shifts.map(shiftWords).join(' · ') || 'No shifts yet'}</p>
        </div>
        <Badge tone={one.onShift ? 'good' : 'plain'}>{one.onShift ? 'On shift' : 'Off shift'}</Badge>
      </header>
      <ol class="notices figures">
        {notices.data?.slice(0, 4).map((notice) => (
          <li key={notice.id}>
            <span>{notice.title}</span>
            <span class="quiet">
              {notice.acknowledgedAt ? 'acknowledged' : 'open'}, {ago(milliseconds(notice.time), now)}
            </span>
          </li>
        ))}
        {notices.data?.length === 0 && <li class="quiet">No notices today.</li>}
      </ol>
      {open === 'tell' && (
        <form class="inline" onSubmit={(event) => void tell(event)}>
          <label class="field">
            <span>What to tell {one.name.split(' ')[0]}</span>
            <input
              class="input"
              required
              maxLength={120}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <button class="button button--main" type="submit" disabled={task.busy}>
            Tell
          </button>
        </form>
      )}
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        {one.onShift && (
          <button
            class="button button--small"
            type="button"
            aria-expanded={open === 'tell'}
            onClick={() => setOpen(open === 'tell' ? undefined : 'tell')}
          >
            Tell something
          </button>
        )}
        <a class="button button--small" href={`/staff?as=${encodeURIComponent(one.id)}`} target="_blank" rel="noopener">
          Open
        </a>
        <button class="button button--small" type="button" onClick={edit}>
          Edit
        </button>
        <button class="button button--small" type="button" onClick={() => setOpen('link')}>
          Link
        </button>
      </footer>
      {open === 'link' && <LinkDialog role="staff" id={one.id} name={one.name} close={() => setOpen(undefined)} />}
    </li>
  )
}
