import type { Plugin, PluginConfig } from '../shared/types.ts'
import { useEffect, useRef, useState } from 'preact/hooks'
import { get, json } from '../shared/api.ts'
import { Fault } from '../shared/ui.tsx'
import { ConfigFields } from './config-controls.tsx'
import { type Field, fieldsOf, textOfValue, valueOfText } from './config-fields.ts'
import { useTask } from './data.ts'
import { Dialog } from './parts.tsx'

export type Texts = Record<string, string>
interface DeviceDraft {
  /** Stays while the id is typed. */
  key: number
  id: string
  name: string
  /** Kept as it is; the page Devices changes it. */
  zone: string | undefined
  texts: Texts
}

const pathOf = (plugin: string) => `/plugins/${encodeURIComponent(plugin)}/config`

/** Edits what endcap.yaml says of a plugin, in forms drawn from its JSON Schemas. */
export function ConfigDialog({ plugin, close, saved }: { plugin: Plugin; close: () => void; saved: () => void }) {
  const [given, setGiven] = useState<PluginConfig>()
  const task = useTask()
  useEffect(() => {
    void task.run(async () => setGiven(await get<PluginConfig>(pathOf(plugin.name))))
  }, [])
  return (
    <Dialog title={`Configuration of ${plugin.name}`} close={close}>
      {task.error && <Fault error={task.error} />}
      {given && <Form plugin={plugin.name} given={given} saved={saved} />}
    </Dialog>
  )
}

export const textsOf = (fields: readonly Field[], config: unknown): Texts =>
  Object.fromEntries(
    fields.map((field) => [
      field.name,
      textOfValue(field, (config as Record<string, unknown> | undefined)?.[field.name]),
    ]),
  )

function Form({ plugin, given, saved }: { plugin: string; given: PluginConfig; saved: () => void }) {
  const own = fieldsOf(given.pluginSchema ?? {})
  const device = fieldsOf(given.deviceSchema ?? {})
  const { written, inMemory } = given
  const ownFields = 'fields' in own ? own.fields : []
  const deviceFields = 'fields' in device ? device.fields : []
  const [texts, setTexts] = useState(() => textsOf(ownFields, written.config))
  const [devices, setDevices] = useState<DeviceDraft[]>(() =>
    written.devices.map(({ id, name = '', zone, config }, key) => ({
      key,
      id,
      name,
      zone,
      texts: textsOf(deviceFields, config),
    })),
  )
  const next = useRef(written.devices.length)
  const [wrong, setWrong] = useState<Texts>({})
  const task = useTask()

  const cannot = 'cannot' in own ? own.cannot : 'cannot' in device ? device.cannot : undefined
  if (cannot !== undefined)
    return (
      <div class="note note--warn">
        <strong>No form can be drawn for this plugin.</strong> Its schema asks in “{cannot}” for more than text,
        numbers, yes or no, a choice, a list or a map. Write it under <code class="code">plugins.{plugin}</code> in
        endcap.yaml; the box takes it up when the file is saved.
      </div>
    )
  if (!given.pluginSchema && !given.deviceSchema) return <p class="quiet">This plugin has nothing to configure.</p>

  const change = (key: number, part: Partial<DeviceDraft>) =>
    setDevices(devices.map((one) => (one.key === key ? { ...one, ...part } : one)))

  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const faults: Texts = {}
    const read = (fields: readonly Field[], from: Texts, where: string) => {
      const values: Record<string, unknown> = {}
      for (const field of fields) {
        try {
          const value = valueOfText(field, from[field.name] ?? '')
          if (value !== undefined) values[field.name] = value
        } catch (thrown) {
          faults[`${where}.${field.name}`] = (thrown as Error).message
        }
      }
      return values
    }
    const body = {
      ...(given.pluginSchema ? { config: read(ownFields, texts, 'config') } : {}),
      devices: devices.map(({ id, name, zone, texts: from }) => ({
        id: id.trim(),
        ...(name.trim() ? { name: name.trim() } : {}),
        ...(zone === undefined ? {} : { zone }),
        ...(given.deviceSchema ? { config: read(deviceFields, from, `devices.${id.trim()}`) } : {}),
      })),
    }
    const twice = devices.find(({ id }, index) => devices.findIndex((one) => one.id.trim() === id.trim()) < index)
    if (twice) faults[`devices.${twice.id.trim()}.id`] = 'is used twice'
    setWrong(faults)
    if (Object.keys(faults).length > 0) return
    if (await task.run(() => json('PUT', pathOf(plugin), { body }))) saved()
  }
  // The box names the field by its path in endcap.yaml.
  const faultAt = (where: string): string | undefined => {
    const path = `plugins.${plugin}.${where} `
    const at = task.error?.message.indexOf(path) ?? -1
    return wrong[where] ?? (at < 0 ? undefined : task.error?.message.slice(at + path.length))
  }

  return (
    <form class="config" onSubmit={(event) => void save(event)}>
      {inMemory && (
        <p class="note">The virtual shop keeps no endcap.yaml: what you change lasts until the box stops.</p>
      )}
      {ownFields.length > 0 && (
        <ConfigFields
          fields={ownFields}
          texts={texts}
          effective={given.config}
          faultOf={(name) => faultAt(`config.${name}`)}
          change={(name, text) => setTexts({ ...texts, [name]: text })}
        />
      )}
      {given.deviceSchema && (
        <fieldset class="config__devices">
          <legend>Devices</legend>
          {devices.length === 0 && <p class="quiet">None is named; the plugin does what it does by default.</p>}
          {devices.map((one) => {
            const where = `devices.${one.id.trim()}`
            const fault = faultAt(`${where}.id`)
            return (
              <section key={one.key} class="config__device" aria-label={one.name || one.id || 'New device'}>
                <label class="field">
                  <span>Id</span>
                  <input
                    class="input code"
                    value={one.id}
                    required
                    maxLength={64}
                    pattern="[a-z0-9][a-z0-9._\-]*"
                    title="Lower-case letters, digits, dots and dashes"
                    onInput={({ currentTarget }) => change(one.key, { id: currentTarget.value })}
                  />
                  {fault && (
                    <small class="config__fault" role="alert">
                      {fault}
                    </small>
                  )}
                </label>
                <label class="field">
                  <span>Name</span>
                  <input
                    class="input"
                    value={one.name}
                    maxLength={120}
                    onInput={({ currentTarget }) => change(one.key, { name: currentTarget.value })}
                  />
                </label>
                <ConfigFields
                  fields={deviceFields}
                  texts={one.texts}
                  faultOf={(name) => faultAt(`${where}.${name}`)}
                  change={(name, text) => change(one.key, { texts: { ...one.texts, [name]: text } })}
                />
                <button
                  class="button button--small button--danger"
                  type="button"
                  onClick={() => setDevices(devices.filter(({ key }) => key !== one.key))}
                >
                  Remove
                </button>
              </section>
            )
          })}
          <button
            class="button button--small"
            type="button"
            onClick={() =>
              setDevices([...devices, { key: next.current++, id: '', name: '', zone: undefined, texts: {} }])
            }
          >
            Add a device
          </button>
        </fieldset>
      )}
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        <button class="button button--main" type="submit" disabled={task.busy}>
          Save and restart it
        </button>
      </footer>
    </form>
  )
}
