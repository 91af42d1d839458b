/** Checks of data against a schema, with the first fault in words. Schemas are compiled once. */
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

export interface Fault {
  /** JSON pointer of the field, `/` for the whole. */
  path: string
  reason: string
}

interface Check {
  Check(value: unknown): boolean
  Errors(value: unknown): Iterable<{ instancePath: string; message: string; keyword: string; params: unknown }>
}

const compiled = new WeakMap<object, Check>()

const compile = (schema: TSchema): Check => {
  let check = compiled.get(schema)
  if (!check) compiled.set(schema, (check = Compile(schema) as Check))
  return check
}

/** Every fault of a value, the deepest first; empty where it fits. */
export function faults(schema: TSchema, value: unknown): Fault[] {
  const check = compile(schema)
  if (check.Check(value)) return []
  const errors = [...check.Errors(value)]
  // Each member of a union of literals says only which one it is.
  const allowed = new Map<string, string[]>()
  for (const { instancePath, keyword, params } of errors)
    if (keyword === 'const')
      allowed.set(instancePath, [
        ...(allowed.get(instancePath) ?? []),
        JSON.stringify((params as { allowedValue?: unknown }).allowedValue),
      ])
  const found = errors.map(({ instancePath, message, keyword, params }) => {
    const { allowedValues = [] } = params as { allowedValues?: unknown[] }
    const values =
      keyword === 'const' ? (allowed.get(instancePath) ?? []) : allowedValues.map((one) => JSON.stringify(one))
    if (values.length > 1) return { path: instancePath || '/', reason: `must be one of ${values.join(', ')}` }
    const names = (params as { additionalProperties?: string[] }).additionalProperties
    return keyword === 'additionalProperties' && names
      ? { path: `${instancePath}/${names[0] ?? ''}`, reason: 'is not a known field' }
      : { path: instancePath || '/', reason: message === 'schema is false' ? 'is not a known field' : message }
  })
  found.sort((a, b) => b.path.split('/').length - a.path.split('/').length)
  return found.length > 0 ? found : [{ path: '/', reason: 'does not fit its schema' }]
}

/** True where the value fits; the cheap test for hot paths. */
export function fits<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return compile(schema).Check(value)
}
