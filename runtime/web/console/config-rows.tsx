/** A list of small things, such as the plates of a scale: a block of fields for each, what is seldom said folded away. */
import { useId, useRef, useState } from 'preact/hooks'
import type { SlotFound } from '../../contract/index.ts'
import { type Column, rowsOfText, textOfRow } from './config-fields.ts'
import { type Query, useQuery } from './data.ts'

type Row = { key: number; values: Record<string, string> }

/** Suggestions for a field that may say anything. */
export const Examples = ({ id, texts }: { id: string; texts: readonly string[] }) =>
  texts.length > 0 ? (
    <datalist id={id}>
      {texts.map((text) => (
        <option key={text} value={text} />
      ))}
    </datalist>
  ) : null

/** Reads and writes the text of the field, one row a line. */
export function Rows({
  title,
  about,
  columns,
  text,
  fault,
  change,
}: {
  title: string
  about: string | undefined
  columns: readonly Column[]
  text: string
  fault: string | undefined
  change: (text: string) => void
}) {
  const slots = useQuery<SlotFound[]>('/slots')
  const next = useRef(0)
  const made = (values: Record<string, string>): Row => ({ key: next.current++, values })
  const [rows, setRows] = useState<Row[]>(() => {
    const written = rowsOfText(text).map(made)
    return written.length > 0 ? written : [made({})]
  })
  const put = (changed: Row[]) => {
    setRows(changed)
    change(changed.map(({ values }) => textOfRow(values)).join('\n'))
  }
  const set = (key: number, name: string, value: string) =>
    put(rows.map((row) => (row.key === key ? { ...row, values: withValue(row.values, name, value) } : row)))
  const [first, more] = [columns.filter(({ required }) => required), columns.filter(({ required }) => !required)]
  const fields = (row: Row, shown: readonly Column[]) =>
    shown.map((column) => (
      <Cell
        key={column.name}
        column={column}
        slots={slots}
        value={row.values[column.name] ?? ''}
        set={(value) => set(row.key, column.name, value)}
      />
    ))
  return (
    <fieldset class="rows">
      <legend>{title}</legend>
      {about && <small class="quiet">{about}</small>}
      {rows.map((row, at) => (
        <section key={row.key} class="rows__one" aria-label={`${title} ${at + 1}`}>
          <div class="rows__fields">{fields(row, first)}</div>
          {more.length > 0 && (
            <details open={more.some(({ name }) => row.values[name] !== undefined)}>
              <summary>More</summary>
              <div class="rows__fields">{fields(row, more)}</div>
            </details>
          )}
          {rows.length > 1 && (
            <button
              class="button button--small button--danger"
              type="button"
              onClick={() => put(rows.filter(({ key }) => key !== row.key))}
            >
              Remove
            </button>
          )}
        </section>
      ))}
      <button class="button button--small" type="button" onClick={() => put([...rows, made({})])}>
        Add another
      </button>
      {fault && (
        <small class="config__fault" role="alert">
          {fault}
        </small>
      )}
    </fieldset>
  )
}

function withValue(values: Record<string, string>, name: string, value: string): Record<string, string> {
  const { [name]: _before, ...others } = values
  return value === '' ? others : { ...others, [name]: value }
}

function Cell({
  column,
  slots,
  value,
  set,
}: {
  column: Column
  slots: Query<SlotFound[]>
  value: string
  set: (value: string) => void
}) {
  const id = useId()
  const { title, description, required, numeric, slot, examples } = column
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {slot ? (
        <SlotField id={id} query={slots} value={value} required={required} set={set} />
      ) : (
        <input
          id={id}
          class="input code"
          type={numeric ? 'number' : 'text'}
          {...(numeric ? { step: 'any' } : {})}
          value={value}
          required={required}
          spellcheck={false}
          pattern="[^,=]*"
          title="Without commas"
          {...(examples.length > 0 ? { list: `${id}-examples` } : {})}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
      <Examples id={`${id}-examples`} texts={examples} />
      {description && <small class="quiet">{description}</small>}
    </div>
  )
}

/** A slot of the planogram by what stands in it; where there is no planogram yet, its path is typed. */
function SlotField({
  id,
  query,
  value,
  required,
  set,
}: {
  id: string
  query: Query<SlotFound[]>
  value: string
  required: boolean
  set: (value: string) => void
}) {
  const shared = { id, class: 'input', value, required }
  const slots = query.data ?? []
  if (query.error || query.data?.length === 0)
    return <input {...shared} placeholder="A/1/1" onInput={({ currentTarget }) => set(currentTarget.value)} />
  return (
    <select {...shared} onChange={({ currentTarget }) => set(currentTarget.value)}>
      <option value="">Choose</option>
      {value !== '' && !slots.some(({ slot }) => slot === value) && (
        <option value={value}>{value}, not in the planogram</option>
      )}
      {slots.map(({ slot, name }) => (
        <option key={slot} value={slot}>
          {slot}
          {name === undefined ? '' : ` · ${name}`}
        </option>
      ))}
    </select>
  )
}
