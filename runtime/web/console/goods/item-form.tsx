/** A form for one item of the goods: fields in, the item with its numbers and lists out. */
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { textOf } from '../../shared/form.ts'
import { Fault } from '../../shared/ui.tsx'
import { useTask } from '../data.ts'

export interface Field {
  /** Path within the item: `price/amount`. */
  at: string
  label: string
  kind?: 'text' | 'number' | 'area' | 'list' | 'pairs' | 'many'
  options?: readonly { id: string; name: string }[]
  hint?: string
  required?: boolean
  /** What is wrong with the text so far, in words. */
  check?: (text: string) => string | undefined
  /** It cannot be changed. */
  fixed?: boolean
  wide?: boolean
}
export type Item = Record<string, unknown>

const at = (item: unknown, path: string): unknown =>
  path.split('/').reduce<unknown>((value, name) => (value as Item | undefined)?.[name], item)

function textOfValue(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, text]) => `${name}: ${String(text)}`)
    .join('\n')
}

function valueOfText({ kind }: Field, text: string): unknown {
  if (text === '') return undefined
  // What is no number stays a text: the box says so.
  if (kind === 'number') return Number.isNaN(Number(text.replace(',', '.'))) ? text : Number(text.replace(',', '.'))
  if (kind === 'list') return text.split(/[,;\n]/).flatMap((one) => one.trim() || [])
  if (kind !== 'pairs') return text
  const pairs = text.split('\n').map((line) =>
    /^([^:]+):(.*)$/
      .exec(line)
      ?.slice(1)
      .map((part) => part.trim()),
  )
  return Object.fromEntries(pairs.filter((pair) => pair?.[0]) as [string, string][])
}

/** What the form says, over what the item had that the form does not show. */
function itemOf(form: FormData, fields: readonly Field[], before: Item): Item {
  const item = structuredClone(before)
  for (const field of fields) {
    const names = field.at.split('/')
    const last = names.pop() ?? ''
    const value = field.kind === 'many' ? form.getAll(field.at) : valueOfText(field, textOf(form, field.at))
    let target = item
    for (const name of names) target = (target[name] ??= {}) as Item
    if (value === undefined) Reflect.deleteProperty(target, last)
    else target[last] = value
  }
  return item
}

export function ItemForm({
  item,
  fields,
  save,
  submit = 'Save',
  children,
  tools,
}: {
  item: Item
  fields: readonly Field[]
  save: (item: Item) => Promise<unknown>
  submit?: string
  children?: ComponentChildren
  tools?: ComponentChildren
}) {
  const task = useTask()
  return (
    <form
      class="form goods-form"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        void task.run(() => save(itemOf(form, fields, item)))
      }}
    >
      <div class="goods-form__fields">
        {fields.map((field) => (
          <FieldOf key={field.at} field={field} text={textOfValue(at(item, field.at))} />
        ))}
      </div>
      {children}
      {task.error && <Fault error={task.error} />}
      <div class="sheet__foot">
        <button class="button button--main" type="submit" disabled={task.busy}>
          {submit}
        </button>
        {tools}
      </div>
    </form>
  )
}

function FieldOf({ field, text }: { field: Field; text: string }) {
  const { at: name, label, kind = 'text', options, hint, required = false, check, fixed = false } = field
  const [now, setNow] = useState(text)
  const wrong = now === '' ? undefined : check?.(now.trim())
  const id = useId()
  const about = wrong ?? hint
  const shared = {
    class: 'input',
    // Without its hint, which describes it.
    'aria-label': label,
    name,
    required,
    readOnly: fixed,
    'aria-describedby': about ? id : undefined,
    'aria-invalid': wrong !== undefined,
  }
  if (field.kind === 'many') return <Many field={field} chosen={text.split(', ')} />
  const wide = field.wide === true || kind === 'area' || kind === 'pairs'
  return (
    <label class={`field ${wide ? 'field--wide' : ''}`}>
      <span>{label}</span>
      {options ? (
        <select class="input" name={name} required={required} aria-label={label}>
          {!required && <option value="">–</option>}
          {options.map(({ id: value, name: words }) => (
            <option key={value} value={value} selected={value === text}>
              {words}
            </option>
          ))}
        </select>
      ) : kind === 'area' || kind === 'pairs' ? (
        <textarea {...shared} rows={3} defaultValue={text} />
      ) : (
        <input
          {...shared}
          type="text"
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          defaultValue={text}
          autoComplete="off"
          onInput={(event) => setNow(event.currentTarget.value)}
        />
      )}
      {about && (
        <small id={id} class={wrong === undefined ? 'quiet' : 'goods-form__wrong'}>
          {about}
        </small>
      )}
    </label>
  )
}

/** Several of what there is; none only where it is not required. */
function Many({ field: { at: name, label, options = [], hint, required = false }, chosen }: ManyProps) {
  const [now, setNow] = useState(() => new Set(chosen))
  return (
    <fieldset class="choices field--wide">
      <legend>{label}</legend>
      {hint && <small class="quiet">{hint}</small>}
      {options.map(({ id, name: words }) => (
        <label key={id} class="goods-check">
          <input
            type="checkbox"
            name={name}
            value={id}
            checked={now.has(id)}
            required={required && options.every((one) => !now.has(one.id))}
            onChange={() => setNow(now.symmetricDifference(new Set([id])))}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  )
}
interface ManyProps {
  field: Field
  chosen: readonly string[]
}
