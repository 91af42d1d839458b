import { useState } from 'preact/hooks'
import { purposes } from 'virtual:contract'
import { json } from '../shared/api.ts'
import { dateAndTime, milliseconds } from '../shared/time.ts'
import type { Person, Purpose } from '../shared/types.ts'
import { textOf } from '../shared/form.ts'
import { Fault } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useTask } from './data.ts'
import { Answer, Page, SureButton } from './parts.tsx'

const wordings = Object.entries(purposes) as [Purpose, string][]
const tagsOf = (text: string): string[] => text.split(/[\s,]+/).filter((tag) => tag !== '')

export function PeoplePage({ plan }: PageProps) {
  const people = useLiveQuery<Person[]>('/people', ['consent.*'], 15)
  const [adding, setAdding] = useState(false)
  return (
    <Page
      title="People"
      lead="Customers who said yes to something. Everybody else is an anonymous token that dies within a day."
      tools={
        <button class="button button--main" type="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Add somebody
        </button>
      }
    >
      {adding && (
        <AddForm
          added={() => {
            setAdding(false)
            people.reload()
          }}
        />
      )}
      <Answer
        query={people}
        empty={<p>Nobody has said yes to anything, so nobody is recognised. Add a customer when one asks for it.</p>}
      >
        {(list) => (
          <ul class="cards cards--wide">
            {list.map((person) => (
              <PersonCard key={person.id} person={person} staff={plan.staff} reload={people.reload} />
            ))}
          </ul>
        )}
      </Answer>
    </Page>
  )
}

function AddForm({ added }: { added: () => void }) {
  const task = useTask()
  const add = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const body = { name: textOf(form, 'name'), tags: tagsOf(textOf(form, 'tags')) }
    if (await task.run(() => json('POST', '/people', { body }))) added()
  }
  return (
    <form class="sheet form" onSubmit={(event) => void add(event)}>
      <label class="field">
        <span>Name, as the person wants to be called</span>
        <input class="input" name="name" required maxLength={60} autoComplete="off" />
      </label>
      <label class="field">
        <span>Tag that the person carries</span>
        <input
          class="input code"
          name="tags"
          placeholder="ibeacon:fda50693-…:10:4"
          autoComplete="off"
          spellcheck={false}
        />
      </label>
      {task.error && <Fault error={task.error} />}
      <button class="button button--main" type="submit" disabled={task.busy}>
        Add
      </button>
    </form>
  )
}

function PersonCard({
  person,
  staff,
  reload,
}: {
  person: Person
  staff: readonly { id: string; name: string }[]
  reload: () => void
}) {
  const task = useTask()
  const path = `/people/${encodeURIComponent(person.id)}`
  const act = (work: () => Promise<unknown>) => void task.run(work).then(reload)
  return (
    <li class="sheet person">
      <header class="sheet__head">
        <div>
          <h2>{person.name}</h2>
          <p class="quiet code">{person.tags.length > 0 ? person.tags.join(', ') : 'no tag yet'}</p>
        </div>
        <SureButton sure="Erase for good" disabled={task.busy} act={() => act(() => json('DELETE', path))}>
          Erase
        </SureButton>
      </header>
      <ul class="consents">
        {wordings.map(([purpose, text]) => {
          const receipts = person.consents.filter((one) => one.purpose === purpose)
          const stands = receipts.find(({ withdrawnAt }) => withdrawnAt === undefined)
          const last = receipts.at(-1)
          return (
            <li key={purpose} class={`consent ${stands ? 'consent--given' : ''}`}>
              <label>
                <input
                  type="checkbox"
                  role="switch"
                  checked={stands !== undefined}
                  disabled={task.busy}
                  onChange={() => act(() => json(stands ? 'DELETE' : 'PUT', `${path}/consents/${purpose}`))}
                />
                <span>“{stands?.text ?? text}”</span>
              </label>
              <p class="quiet figures">
                {stands
                  ? `Given ${dateAndTime(milliseconds(stands.givenAt))}, recorded by ${stands.recordedBy}`
                  : last?.withdrawnAt
                    ? `Taken back ${dateAndTime(milliseconds(last.withdrawnAt))}`
                    : 'Not given'}
              </p>
            </li>
          )
        })}
      </ul>
      <label class="field">
        <span>Favourite associate</span>
        <select
          class="input"
          value={person.favourite ?? ''}
          disabled={task.busy}
          onChange={(event) => {
            const favourite = event.currentTarget.value || null
            act(() => json('PATCH', path, { body: { favourite } }))
          }}
        >
          <option value="">Nobody in particular</option>
          {staff.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {task.error && <Fault error={task.error} />}
    </li>
  )
}
