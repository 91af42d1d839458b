/** What the dialogs of devices share: their fields, and what the box asks for a device. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { get } from '../shared/api.ts'
import type { DeviceForm, DeviceListed, ShopPlan } from '../shared/types.ts'
import { type Field, fieldsOf, valueOfText } from './config-fields.ts'
import type { Texts } from './config-form.tsx'
import { useTask } from './data.ts'

export const pathOf = ({ plugin, id }: { plugin: string; id: string }): string =>
  `/devices/${encodeURIComponent(plugin)}/${encodeURIComponent(id)}`

export interface DialogProps {
  device: DeviceListed
  close: () => void
  /** Something was changed. */
  done: () => void
}

/** What the box asks for a device; `undefined` until it has answered. */
export function useForm(device: DeviceListed) {
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

interface TextProps {
  change: (text: string) => void
  required?: boolean
  placeholder?: string
}

export const NameField = ({ name, change, required = false, placeholder = '' }: TextProps & { name: string }) => (
  <label class="field">
    <span>Name</span>
    <input
      class="input"
      value={name}
      maxLength={60}
      pattern="[^,=]*"
      title="Without commas"
      placeholder={placeholder}
      required={required}
      onInput={({ currentTarget }) => change(currentTarget.value)}
    />
  </label>
)

export const IdField = ({
  id,
  change,
  fault,
  children,
}: TextProps & { id: string; fault?: string | undefined; children?: ComponentChildren }) => (
  <label class="field">
    <span>Id</span>
    <input
      class="input code"
      value={id}
      required
      maxLength={64}
      pattern="[a-z0-9][a-z0-9._\-]*"
      title="Lower-case letters, digits, dots and dashes"
      onInput={({ currentTarget }) => change(currentTarget.value)}
    />
    {children && <small class="quiet">{children}</small>}
    {fault && (
      <small class="config__fault" role="alert">
        {fault}
      </small>
    )}
  </label>
)

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
