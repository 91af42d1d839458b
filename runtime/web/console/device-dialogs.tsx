/** The dialogs of a device: adopt, replace, rename, test. */
import { useEffect, useState } from 'preact/hooks'
import type { Cabinet } from '../../contract/index.ts'
import { get, json } from '../shared/api.ts'
import type { DeviceForm, DeviceListed, ShopPlan } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { ConfigFields } from './config-controls.tsx'
import { type Field, fieldsOf, valueOfText } from './config-fields.ts'
import { type Texts, textsOf } from './config-form.tsx'
import { useQuery, useTask } from './data.ts'
import { idFrom, kindOf, titleOf, tradeOf } from './device-words.ts'
import { Dialog } from './parts.tsx'
import { PlaceOnPlan } from './place-on-plan.tsx'

export const pathOf = ({ plugin, id }: { plugin: string; id: string }): string =>
  `/devices/${encodeURIComponent(plugin)}/${encodeURIComponent(id)}`

interface DialogProps {
  device: DeviceListed
  close: () => void
  /** Something was changed. */
  done: () => void
}

/** What the box asks for a device; `undefined` until it has answered. */
function useForm(device: DeviceListed) {
  const task = useTask()
  const [form, setForm] = useState<DeviceForm>()
  useEffect(() => {
    void task.run(async () => setForm(await get<DeviceForm>(`${pathOf(device)}/form`)))
  }, [])
  return { form, error: task.error }
}

/** Values of the fields, or the faults by field. */
export function read(fields: readonly Field[], texts: Texts): { values: Record<string, unknown>; faults: Texts } {
  const values: Record<string, unknown> = {}
  const faults: Texts = {}
  for (const field of fields) {
    try {
      const value = valueOfText(field, texts[field.name] ?? '')
      if (value !== undefined) values[field.name] = value
    } catch (thrown) {
      faults[field.name] = (thrown as Error).message
    }
  }
  return { values, faults }
}

export const drawn = (schema: object): Field[] => {
  const made = fieldsOf(schema)
  return 'fields' in made ? made.fields : []
}

export function AdoptDialog({ plan, ...props }: DialogProps & { plan: ShopPlan }) {
  const { form, error } = useForm(props.device)
  return (
    <Dialog title={`Adopt ${titleOf(props.device)}`} close={props.close}>
      {error && <Fault error={error} />}
      {form && <AdoptForm {...props} plan={plan} form={form} />}
    </Dialog>
  )
}

function AdoptForm({ device, done, plan, form }: DialogProps & { plan: ShopPlan; form: DeviceForm }) {
  const fields = drawn(form.schema)
  const [name, setName] = useState('')
  const [id, setId] = useState<string>()
  const [zone, setZone] = useState('')
  const [cabinet, setCabinet] = useState('')
  const cabinets = useQuery<Cabinet[]>('/cabinets').data ?? []
  const measures = tradeOf(device.kind ?? '') === 'thermometer'
  const [at, setAt] = useState<{ x: number; y: number }>()
  const [texts, setTexts] = useState(() => textsOf(fields, form.config))
  const [faults, setFaults] = useState<Texts>({})
  const task = useTask()
  const ownId = id ?? (form.placed ? device.id : idFrom(name))

  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const { values, faults: wrong } = read(fields, texts)
    if (form.placed && !at) wrong['place'] = 'Tap the plan where it hangs.'
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    const body = {
      source: device.source,
      id: ownId,
      ...(name.trim() && form.named ? { name: name.trim() } : {}),
      ...(zone && form.zoned ? { zone } : {}),
      ...(form.placed ? at : { config: values }),
    }
    const adopted = await task.run(async () => {
      await json('POST', '/devices/adopt', { body })
      if (cabinet !== '') await json('PUT', '/cabinets', { body: watching(cabinets, cabinet, ownId) })
    })
    if (adopted) done()
  }
  return (
    <form class="config" onSubmit={(event) => void save(event)}>
      {device.found?.detail && <p class="quiet">{device.found.detail}</p>}
      <div class="config__fields">
        <label class="field">
          <span>Name</span>
          <input
            class="input"
            value={name}
            maxLength={60}
            pattern="[^,=]*"
            title="Without commas"
            placeholder={form.placed ? 'Above the till' : 'Milk upper shelf'}
            required
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Id</span>
          <input
            class="input code"
            value={ownId}
            required
            maxLength={64}
            pattern="[a-z0-9][a-z0-9._\-]*"
            title="Lower-case letters, digits, dots and dashes"
            onInput={({ currentTarget }) => setId(currentTarget.value)}
          />
          <small class="quiet">What flows, cabinets and history call it. It stays when the hardware is replaced.</small>
        </label>
        {form.zoned && <ZoneField plan={plan} zone={zone} change={setZone} />}
        {measures && cabinets.length > 0 && (
          <label class="field">
            <span>Watches the air of</span>
            <select class="input" value={cabinet} onChange={({ currentTarget }) => setCabinet(currentTarget.value)}>
              <option value="">No cabinet</option>
              {cabinets.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {form.placed && <PlaceOnPlan plan={plan} at={at} fault={faults['place']} place={setAt} />}
      <ConfigFields
        fields={fields}
        texts={texts}
        faultOf={(field) => faults[field]}
        change={(field, text) => setTexts({ ...texts, [field]: text })}
      />
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        <button class="button button--main" type="submit" disabled={task.busy}>
          Adopt it
        </button>
      </footer>
    </form>
  )
}

/** The cabinets, one of which a further probe watches. */
const watching = (cabinets: readonly Cabinet[], id: string, probe: string): Cabinet[] =>
  cabinets.map((one) => (one.id === id ? { ...one, air: [...new Set([...one.air, probe])] } : one))

export const ZoneField = ({ plan, zone, change }: { plan: ShopPlan; zone: string; change: (zone: string) => void }) => (
  <label class="field">
    <span>Zone</span>
    <select class="input" value={zone} onChange={({ currentTarget }) => change(currentTarget.value)}>
      <option value="">None</option>
      {plan.zones.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </select>
  </label>
)

export function RenameDialog({ device, plan, close, done }: DialogProps & { plan: ShopPlan }) {
  const { form, error } = useForm(device)
  const [name, setName] = useState(device.name ?? '')
  const [zone, setZone] = useState(device.zone ?? '')
  const receiver = plan.receivers.find(({ id }) => id === device.id)
  const [at, setAt] = useState<{ x: number; y: number } | undefined>(receiver)
  const task = useTask()
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const body = {
      ...(form?.named && (name.trim() || !form.placed) ? { name: name.trim() } : {}),
      ...(form?.zoned ? { zone } : {}),
      ...(form?.placed && at ? { x: at.x, y: at.y } : {}),
    }
    if (await task.run(() => json('PATCH', pathOf(device), { body }))) done()
  }
  return (
    <Dialog title={`Name and place of ${titleOf(device)}`} close={close}>
      {error && <Fault error={error} />}
      {form && (
        <form class="config" onSubmit={(event) => void save(event)}>
          <div class="config__fields">
            <label class="field">
              <span>Name</span>
              <input
                class="input"
                value={name}
                maxLength={60}
                pattern="[^,=]*"
                title="Without commas"
                onInput={({ currentTarget }) => setName(currentTarget.value)}
              />
            </label>
            {form.zoned && <ZoneField plan={plan} zone={zone} change={setZone} />}
          </div>
          {form.placed && <PlaceOnPlan plan={plan} at={at} place={setAt} />}
          {task.error && <Fault error={task.error} />}
          <footer class="sheet__foot">
            <button class="button button--main" type="submit" disabled={task.busy}>
              Save
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  )
}

export function ReplaceDialog({ device, close, done, devices }: DialogProps & { devices: readonly DeviceListed[] }) {
  const { form, error } = useForm(device)
  const candidates = devices.filter(
    (one) =>
      one.found !== undefined &&
      one.plugin === device.plugin &&
      (device.kind === undefined || tradeOf(one.kind ?? '') === tradeOf(device.kind)),
  )
  const [by, setBy] = useState(candidates.length === 1 ? (candidates[0]?.id ?? '') : '')
  const [texts, setTexts] = useState<Texts>({})
  const [faults, setFaults] = useState<Texts>({})
  const task = useTask()
  const fields = form ? drawn(form.schema).filter(({ name }) => form.calibration.includes(name)) : []
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const { values, faults: wrong } = read(fields, texts)
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    if (await task.run(() => json('POST', `${pathOf(device)}/replace`, { body: { by, config: values } }))) done()
  }
  return (
    <Dialog title={`Replace ${titleOf(device)}`} close={close}>
      {error && <Fault error={error} />}
      {candidates.length === 0 ? (
        <p class="note">
          Nothing like it was found. Put its battery in or plug it in near a receiver; it then shows under Found, and
          can take over here.
        </p>
      ) : (
        <form class="config" onSubmit={(event) => void save(event)}>
          <p class="quiet">
            The new one takes over the id <span class="code">{device.id}</span>, its name, place, flows and history.
            {fields.length > 0 && ' What was read off or measured for the old one is asked again.'}
          </p>
          <fieldset class="choices">
            <legend>New hardware</legend>
            {candidates.map((one) => (
              <label key={one.source} class="choices__one">
                <input type="radio" name="by" required checked={by === one.id} onChange={() => setBy(one.id)} />
                <span>
                  <strong>{titleOf(one)}</strong> <span class="code quiet">{one.id}</span>
                  {one.found?.detail && <small class="quiet">{one.found.detail}</small>}
                </span>
              </label>
            ))}
          </fieldset>
          <ConfigFields
            fields={fields}
            texts={texts}
            faultOf={(field) => faults[field]}
            change={(field, text) => setTexts({ ...texts, [field]: text })}
          />
          {task.error && <Fault error={task.error} />}
          <footer class="sheet__foot">
            <button class="button button--main" type="submit" disabled={task.busy}>
              Put it in its place
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  )
}

interface Tested {
  works: boolean
  said: string[]
  asked: boolean
}

export function TestDialog({ device, close }: Pick<DialogProps, 'device' | 'close'>) {
  const task = useTask()
  const [tested, setTested] = useState<Tested>()
  const ask = () => void task.run(async () => setTested(await json<Tested>('POST', `${pathOf(device)}/test`)))
  useEffect(ask, [])
  return (
    <Dialog title={`Test of ${titleOf(device)}`} close={close}>
      <div class="config" aria-live="polite">
        {task.error && <Fault error={task.error} />}
        {tested && (
          <>
            <p class={tested.works ? 'note note--good' : 'note note--warn'}>
              <strong>{tested.works ? 'It works.' : 'Something is wrong.'}</strong>
            </p>
            <ul class="sentences">
              {tested.said.map((line) => (
                <li key={line}>{line}</li>
              ))}
              {!tested.asked && (
                <li class="quiet">
                  {kindOf(device) || 'It'} cannot be asked itself; this is what the box knows of it.
                </li>
              )}
            </ul>
          </>
        )}
        <footer class="sheet__foot">
          <button class="button" type="button" disabled={task.busy} onClick={ask}>
            Test again
          </button>
        </footer>
      </div>
    </Dialog>
  )
}
