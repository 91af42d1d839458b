import type { Plugin, PluginConfig } from '../shared/types.ts'
import { useEffect, useState } from 'preact/hooks'
import { get, json } from '../shared/api.ts'
import { Fault } from '../shared/ui.tsx'
import { ConfigFields } from './config-controls.tsx'
import { type Field, fieldsOf, textOfValue, valueOfText } from './config-fields.ts'
import { useTask } from './data.ts'
import { Dialog } from './parts.tsx'

export type Texts = Record<string, string>
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
  const { written, inMemory } = given
  const ownFields = 'fields' in own ? own.fields.filter(({ name }) => !isOfDevices(given.pluginSchema, name)) : []
  const [texts, setTexts] = useState(() => textsOf(ownFields, written.config))
  const [wrong, setWrong] = useState<Texts>({})
  const task = useTask()

  const cannot = 'cannot' in own ? own.cannot : undefined
  if (cannot !== undefined)
    return (
      <div class="note note--warn">
        <strong>No form can be drawn for this plugin.</strong> Its schema asks in “{cannot}” for more than text,
        numbers, yes or no, a choice, a list or a map. Write it under <code class="code">plugins.{plugin}</code> in
        endcap.yaml; the box takes it up when the file is saved.
      </div>
    )
  if (!given.pluginSchema && !given.deviceSchema) return <p class="quiet">This plugin has nothing to configure.</p>

  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const faults: Texts = {}
    // What belongs to devices stays as it is; the page Devices changes it.
    const values: Record<string, unknown> = Object.fromEntries(
      Object.entries(written.config ?? {}).filter(([name]) => isOfDevices(given.pluginSchema, name)),
    )
    for (const field of ownFields) {
      try {
        const value = valueOfText(field, texts[field.name] ?? '')
        if (value !== undefined) values[field.name] = value
      } catch (thrown) {
        faults[`config.${field.name}`] = (thrown as Error).message
      }
    }
    setWrong(faults)
    if (Object.keys(faults).length > 0) return
    const body = { ...(given.pluginSchema ? { config: values } : {}), devices: written.devices }
    if (await task.run(() => json('PUT', pathOf(plugin), { body }))) saved()
  }
  // The box names the field by its path in endcap.yaml.
  const faultAt = (where: string): string | undefined => {
    const path = `plugins.${plugin}.${where} `
    const at = task.error?.message.indexOf(path) ?? -1
    return wrong[where] ?? (at < 0 ? undefined : task.error?.message.slice(at + path.length))
  }

  const hasDevices =
    given.deviceSchema !== undefined ||
    ('fields' in own && own.fields.some(({ name }) => isOfDevices(given.pluginSchema, name)))
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
      {hasDevices && (
        <p class="note">
          Its devices are named, set up and added on the page <a href="#/devices">Devices</a>.
        </p>
      )}
      {task.error && <Fault error={task.error} />}
      {ownFields.length > 0 && (
        <footer class="sheet__foot">
          <button class="button button--main" type="submit" disabled={task.busy}>
            Save and restart it
          </button>
        </footer>
      )}
    </form>
  )
}

interface Marked {
  'x-endcap-hardware'?: boolean
  items?: Marked
  properties?: Record<string, Marked & { 'x-endcap-id'?: boolean }>
}

/** Whether a part of a plugin's configuration says which devices it has: runtime/host/adoption.ts tells how it is marked. */
function isOfDevices(schema: unknown, name: string): boolean {
  const part = (schema as Marked | undefined)?.properties?.[name]
  return (
    part?.['x-endcap-hardware'] === true ||
    Object.values(part?.items?.properties ?? {}).some((one) => one['x-endcap-id'])
  )
}
