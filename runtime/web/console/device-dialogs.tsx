/** The dialogs of a device in use: its settings, another in its place, a test. */
import { useEffect, useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { DeviceForm, DeviceListed, ShopPlan } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { ConfigFields } from './config-controls.tsx'
import { type Texts, textsOf } from './config-form.tsx'
import { useTask } from './data.ts'
import { type DialogProps, drawn, NameField, pathOf, read, useForm, ZoneField } from './device-fields.tsx'
import { kindOf, titleOf, tradeOf } from './device-words.ts'
import { Dialog } from './parts.tsx'
import { PlaceOnPlan } from './place-on-plan.tsx'

export function SettingsDialog(props: DialogProps & { plan: ShopPlan }) {
  const { form, error } = useForm(props.device)
  return (
    <Dialog title={`Settings of ${titleOf(props.device)}`} close={props.close}>
      {error && <Fault error={error} />}
      {form && <SettingsForm {...props} form={form} />}
    </Dialog>
  )
}

function SettingsForm({ device, plan, done, form }: DialogProps & { plan: ShopPlan; form: DeviceForm }) {
  const fields = device.adopted ? drawn(form.settings) : []
  const [name, setName] = useState(device.name ?? '')
  const [zone, setZone] = useState(device.zone ?? '')
  const [at, setAt] = useState<{ x: number; y: number } | undefined>(plan.receivers.find(({ id }) => id === device.id))
  const [before] = useState(() => textsOf(fields, form.config))
  const [texts, setTexts] = useState(before)
  const [faults, setFaults] = useState<Texts>({})
  const task = useTask()
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    // A secret that the box does not show may stay empty.
    const { values, faults: wrong } = read(
      fields.map((field) => (field.kind === 'secret' ? { ...field, required: false } : field)),
      texts,
    )
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    const body = {
      ...(form.named && (name.trim() || !form.placed) ? { name: name.trim() } : {}),
      ...(form.zoned ? { zone } : {}),
      ...(form.placed && at ? { x: at.x, y: at.y } : {}),
    }
    const saved = await task.run(async () => {
      if (Object.keys(body).length > 0) await json('PATCH', pathOf(device), { body })
      if (fields.some((field) => texts[field.name] !== before[field.name]))
        await json('PUT', `${pathOf(device)}/settings`, { body: { config: values } })
    })
    if (saved) done()
  }
  return (
    <form class="config" onSubmit={(event) => void save(event)}>
      <div class="config__fields">
        {form.named && <NameField name={name} change={setName} />}
        {form.zoned && <ZoneField plan={plan} zone={zone} change={setZone} />}
      </div>
      {form.placed && <PlaceOnPlan plan={plan} at={at} place={setAt} />}
      <ConfigFields
        fields={fields}
        texts={texts}
        faultOf={(field) => faults[field]}
        change={(field, text) => setTexts({ ...texts, [field]: text })}
      />
      {fields.some(({ kind }) => kind === 'secret') && <p class="quiet">A secret that is left empty stays as it is.</p>}
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        <button class="button button--main" type="submit" disabled={task.busy}>
          Save
        </button>
      </footer>
    </form>
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
