/** The dialog that takes a found device into use. */
import { useState } from 'preact/hooks'
import type { Cabinet } from '../../contract/index.ts'
import { json } from '../shared/api.ts'
import type { DeviceForm, ShopPlan } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { ConfigFields } from './config-controls.tsx'
import { type Texts, textsOf } from './config-form.tsx'
import { useQuery, useTask } from './data.ts'
import { type DialogProps, drawn, IdField, NameField, read, useForm, ZoneField } from './device-fields.tsx'
import { idFrom, titleOf, tradeOf } from './device-words.ts'
import { Dialog } from './parts.tsx'
import { PlaceOnPlan } from './place-on-plan.tsx'

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
        <NameField
          name={name}
          change={setName}
          required
          placeholder={form.placed ? 'Above the till' : 'Milk upper shelf'}
        />
        <IdField id={ownId} change={setId}>
          What flows, cabinets and history call it. It stays when the hardware is replaced.
        </IdField>
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
      <details open>
        <summary>What its plugin may do</summary>
        <ul class="sentences">
          {form.may.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          {form.may.length === 0 && <li>It asks for nothing beyond its own folder.</li>}
        </ul>
      </details>
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
