/** One associate of the roster: name, what they are asked for, shifts, budget of alerts, badges. */
import { useEffect, useState } from 'preact/hooks'
import type { RosterEntry, Shift } from '../../../contract/index.ts'
import { json, request } from '../../shared/api.ts'
import { Fault } from '../../shared/ui.tsx'
import { useTask } from '../data.ts'
import { type Field, ItemForm } from '../goods/item-form.tsx'
import { Dialog, SureButton } from '../parts.tsx'
import { ShiftsEditor } from './week.tsx'

interface Loaded {
  entry: RosterEntry
  /** What the box had when it was loaded; undefined for somebody new. */
  tag?: string
}

export function AssociateDialog({ id, close, done }: { id?: string; close: () => void; done: () => void }) {
  const loading = useTask()
  const [loaded, setLoaded] = useState<Loaded | undefined>(
    id === undefined ? { entry: { id: '', name: '' } } : undefined,
  )
  useEffect(() => {
    if (id === undefined) return
    void loading.run(async () => {
      const response = await request('GET', `/roster/${encodeURIComponent(id)}`)
      const tag = response.headers.get('etag')
      setLoaded({ entry: (await response.json()) as RosterEntry, ...(tag === null ? {} : { tag }) })
    })
  }, [id])
  return (
    <Dialog title={id === undefined ? 'A new associate' : (loaded?.entry.name ?? 'Associate')} close={close}>
      {loading.error && <Fault error={loading.error} />}
      {loaded && <AssociateForm {...loaded} isNew={id === undefined} done={done} />}
    </Dialog>
  )
}

function AssociateForm({ entry, tag, isNew, done }: Loaded & { isNew: boolean; done: () => void }) {
  const [shifts, setShifts] = useState<Shift[]>(entry.shifts ?? [])
  const removing = useTask()
  const headers: Record<string, string> = isNew
    ? { 'if-none-match': '*' }
    : tag === undefined
      ? {}
      : { 'if-match': tag }
  const path = (id: string) => `/roster/${encodeURIComponent(id)}`
  const fields: Field[] = [
    { at: 'name', label: 'Name', required: true, hint: 'As colleagues call them' },
    { at: 'id', label: 'Id', required: true, fixed: !isNew, hint: 'Lower-case, without blanks: anna' },
    { at: 'roles', label: 'Roles', kind: 'list', hint: 'With commas between: lead, till' },
    { at: 'groups', label: 'Groups', kind: 'list', hint: 'shelves, service' },
    { at: 'skills', label: 'Skills', kind: 'list', hint: 'cheese, first aid' },
    {
      at: 'alertsPerHour',
      label: 'Alerts an hour',
      kind: 'number',
      hint: '12 where nothing is said; urgent ones always come',
    },
    {
      at: 'badges',
      label: 'Badges',
      kind: 'list',
      wide: true,
      hint: 'Registered tags, as the page What is heard shows them. They tell a zone only on shift.',
    },
  ]
  return (
    <ItemForm
      item={{ ...entry }}
      fields={fields}
      save={async (item) => {
        const body = { ...item, shifts } as Partial<RosterEntry>
        await json('PUT', path(body.id ?? ''), { body, headers })
        done()
      }}
      tools={
        !isNew && (
          <SureButton
            sure={`Take ${entry.name} out`}
            disabled={removing.busy}
            act={() =>
              void removing.run(async () => {
                await json('DELETE', path(entry.id), { headers })
                done()
              })
            }
          >
            Take out
          </SureButton>
        )
      }
    >
      <ShiftsEditor shifts={shifts} change={setShifts} />
      {removing.error && <Fault error={removing.error} />}
    </ItemForm>
  )
}
