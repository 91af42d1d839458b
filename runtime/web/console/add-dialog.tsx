/** Devices that do not show themselves: a camera on the network, a board on TCP, a scale of another maker. */
import { useEffect, useState } from 'preact/hooks'
import { get, json } from '../shared/api.ts'
import type { Plugin, PluginConfig, ShopPlan } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { ConfigFields } from './config-controls.tsx'
import type { Texts } from './config-form.tsx'
import { useQuery, useTask } from './data.ts'
import { drawn, IdField, NameField, read, ZoneField } from './device-fields.tsx'
import { idFrom } from './device-words.ts'
import { Dialog } from './parts.tsx'

/** Plugins of ours whose devices stand in their configuration, in the words of a technician; a vendor's goes by its name. */
const KINDS: Record<string, string> = {
  'shelf-scale': 'Shelf scale',
  camera: 'Camera',
  'fridge-probe': 'Fridge probe or door contact on a wire',
  display: 'Display that the box switches on and off',
  bangle: 'Bangle.js watch',
}

export function AddDialog({ plan, close, done }: { plan: ShopPlan; close: () => void; done: () => void }) {
  const plugins = useQuery<Plugin[]>('/plugins').data ?? []
  const [plugin, setPlugin] = useState('')
  const kinds = plugins.filter(
    ({ name, kind, state, package: from }) =>
      (KINDS[name] !== undefined || (kind === 'device' && !from.startsWith('@endcap/'))) && state !== 'disabled',
  )
  return (
    <Dialog title="Add by hand" close={close}>
      <div class="config">
        <label class="field">
          <span>What is it?</span>
          <select class="input" value={plugin} onChange={({ currentTarget }) => setPlugin(currentTarget.value)}>
            <option value="">Choose</option>
            {kinds.map(({ name }) => (
              <option key={name} value={name}>
                {KINDS[name] ?? name}
              </option>
            ))}
          </select>
          <small class="quiet">
            What shows itself stands under Found; this is for what does not, such as a camera on the network.
          </small>
        </label>
        {plugin && <AddForm key={plugin} plugin={plugin} plan={plan} done={done} />}
      </div>
    </Dialog>
  )
}

function AddForm({ plugin, plan, done }: { plugin: string; plan: ShopPlan; done: () => void }) {
  const path = `/plugins/${encodeURIComponent(plugin)}/config`
  const [given, setGiven] = useState<PluginConfig>()
  const [name, setName] = useState('')
  const [typedId, setId] = useState<string>()
  const [zone, setZone] = useState('')
  const [texts, setTexts] = useState<Texts>({})
  const [faults, setFaults] = useState<Texts>({})
  const task = useTask()
  useEffect(() => {
    void task.run(async () => setGiven(await get<PluginConfig>(path)))
  }, [])
  const id = typedId ?? idFrom(name)
  // What repeats the id is not asked for twice.
  const { properties = {} }: Marked = given?.deviceSchema ?? {}
  const own = Object.entries(properties).find(([, part]) => part['x-endcap-id'])?.[0]
  const fields = given?.deviceSchema ? drawn(given.deviceSchema).filter((field) => field.name !== own) : []
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!given) return
    const { values, faults: wrong } = read(fields, texts)
    if (given.written.devices.some((one) => one.id === id)) wrong['id'] = 'Another device has this id.'
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    const config = { ...values, ...(own === undefined ? {} : { [own]: id }) }
    const device = { id, name: name.trim(), ...(zone === '' ? {} : { zone }), config }
    const { config: written, devices } = given.written
    const body = { ...(given.pluginSchema ? { config: written ?? {} } : {}), devices: [...devices, device] }
    if (await task.run(() => json('PUT', path, { body }))) done()
  }
  if (!given) return task.error ? <Fault error={task.error} /> : null
  if (!given.deviceSchema) return <p class="note">This plugin finds its devices by itself: they show under Found.</p>
  return (
    <form class="config" onSubmit={(event) => void save(event)}>
      <div class="config__fields">
        <NameField name={name} change={setName} required />
        <IdField id={id} change={setId} fault={faults['id']} />
        <ZoneField plan={plan} zone={zone} change={setZone} />
      </div>
      <ConfigFields
        fields={fields}
        texts={texts}
        faultOf={(field) => faults[field]}
        change={(field, text) => setTexts({ ...texts, [field]: text })}
      />
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        <button class="button button--main" type="submit" disabled={task.busy}>
          Add it
        </button>
      </footer>
    </form>
  )
}
interface Marked {
  properties?: Record<string, { 'x-endcap-id'?: boolean }>
}
