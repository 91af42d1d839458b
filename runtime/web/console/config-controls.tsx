import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { type Field, textOfValue } from './config-fields.ts'
import { Examples, Rows } from './config-rows.tsx'

/** The fields of one schema. What is left empty takes what stands there in grey. */
export function ConfigFields({
  fields,
  texts,
  effective,
  faultOf,
  change,
}: {
  fields: readonly Field[]
  texts: Readonly<Record<string, string>>
  /** What is in force, for secrets that the box made. */
  effective?: unknown
  faultOf: (name: string) => string | undefined
  change: (name: string, text: string) => void
}) {
  return (
    <div class="config__fields">
      {fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          text={texts[field.name] ?? ''}
          inForce={(effective as Record<string, unknown> | undefined)?.[field.name]}
          fault={faultOf(field.name)}
          change={(text) => change(field.name, text)}
        />
      ))}
    </div>
  )
}

function OneField({
  field,
  text,
  inForce,
  fault,
  change,
}: {
  field: Field
  text: string
  inForce: unknown
  fault: string | undefined
  change: (text: string) => void
}) {
  const id = useId()
  const { kind, title, description, fallback, required } = field
  const usual = textOfValue(field, fallback)
  const common = {
    id,
    class: ['text', 'choice', 'boolean'].includes(kind) ? 'input' : 'input code',
    value: text,
    required,
    'aria-describedby': `${id}-about`,
    'aria-invalid': fault !== undefined,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => change(currentTarget.value),
  }
  const limits = {
    ...(field.minLength === undefined ? {} : { minLength: field.minLength }),
    ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }),
  }
  let control: ComponentChildren
  if (kind === 'boolean' || kind === 'choice') {
    const choices = kind === 'boolean' ? ['true', 'false'] : field.choices
    const word = (value: string) => (kind === 'boolean' ? (value === 'true' ? 'Yes' : 'No') : value)
    control = (
      <select {...common}>
        {!(required && text) && <option value="">{usual ? `${word(usual)} (as usual)` : 'Not set'}</option>}
        {choices.map((value) => (
          <option key={value} value={value}>
            {word(value)}
          </option>
        ))}
      </select>
    )
  } else if (kind === 'number')
    control = (
      <input
        {...common}
        type="number"
        step={field.whole ? 1 : 'any'}
        placeholder={usual}
        {...(field.minimum === undefined ? {} : { min: field.minimum })}
        {...(field.maximum === undefined ? {} : { max: field.maximum })}
      />
    )
  else if (kind === 'map') control = <textarea {...common} rows={3} placeholder={usual || 'name = value'} />
  else if (kind === 'rows')
    return <Rows title={title} about={description} columns={field.columns} text={text} fault={fault} change={change} />
  else if (kind === 'secret')
    control = <Secret common={{ ...common, ...limits }} inForce={inForce} empty={text === ''} />
  else
    control = (
      <>
        <input
          {...common}
          {...limits}
          type="text"
          placeholder={usual}
          spellcheck={false}
          {...(field.examples.length > 0 ? { list: `${id}-examples` } : {})}
        />
        <Examples id={`${id}-examples`} texts={field.examples} />
      </>
    )
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {control}
      <small id={`${id}-about`} class="quiet">
        {description}
        {kind === 'list' && ' Separate by commas.'}
      </small>
      {fault && (
        <small class="config__fault" role="alert">
          {fault}
        </small>
      )}
    </div>
  )
}

/** Shown on request alone: somebody may look over the shoulder. */
function Secret({ common, inForce, empty }: { common: object; inForce: unknown; empty: boolean }) {
  const [shown, show] = useState(false)
  const made = empty && typeof inForce === 'string' ? inForce : undefined
  return (
    <span class="config__secret">
      {shown ? (
        <input {...common} autoComplete="off" placeholder={made ?? ''} />
      ) : (
        <input
          {...common}
          type="password"
          autoComplete="new-password"
          placeholder={made === undefined ? '' : '•••••••• (made by the box)'}
        />
      )}
      <button class="button button--small" type="button" aria-pressed={shown} onClick={() => show(!shown)}>
        {shown ? 'Hide' : 'Show'}
      </button>
    </span>
  )
}
