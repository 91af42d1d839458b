import Type, { type TSchema } from 'typebox'

export const Instant = Type.String({ format: 'date-time', description: 'RFC 3339 in UTC' })
export const Count = Type.Integer({ minimum: 0 })
export const oneOf = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)))

export const Failure = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    remedy: Type.String(),
    requestId: Type.String(),
    faults: Type.Optional(
      Type.Array(
        Type.Object({ line: Type.Integer(), field: Type.String(), reason: Type.String(), remedy: Type.String() }),
        { description: 'of a file that was not imported: the first 20 of its faults' },
      ),
    ),
    total: Type.Optional(Type.Integer({ description: 'how many faults there are' })),
  },
  { description: 'what happened, and what to do now', title: 'Failure' },
)

export const Nothing = Type.Null({ description: 'done' })
const Examples = Type.Array(Type.String(), { maxItems: 20 })

export const ChangeSummary = Type.Object({
  added: Count,
  changed: Count,
  removed: Count,
  ended: Type.Optional(
    Type.Integer({ minimum: 0, description: 'of tasks: those that are over and are not opened again' }),
  ),
  examples: Type.Object(
    { added: Examples, changed: Examples, removed: Examples },
    { description: 'ids of the first of each' },
  ),
})

export const params = <N extends string>(...names: N[]) =>
  Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.String({ maxLength: 160 })])) as Record<N, typeof Param>,
  )

const Param = Type.String({ maxLength: 160 })

/** Answers of a route: the good one, and a Failure for all else. */
export const answers = (status: number, schema: TSchema) => ({ [status]: schema, default: Failure })
