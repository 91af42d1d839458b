/** Cabinets: how each is now, its last hours, and its log for inspectors. */
import { stringify } from 'csv-stringify/sync'
import Type, { type Static } from 'typebox'
import { type Cabinet, EndcapError, type EventData, profileLimits, temperatureUnit } from '../../contract/index.ts'
import { type App, type Context, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { type ColdLog, readColdLog } from '../cold-log.ts'
import { instant } from '../outside.ts'
import { answers, params } from '../schemas/index.ts'
import { milliseconds } from '../validation.ts'

const DAY_MILLISECONDS = 86_400_000
const LONGEST_MILLISECONDS = 400 * DAY_MILLISECONDS

const Query = Type.Object(
  {
    from: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; a day before `to` where it is missing' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; now where it is missing' })),
  },
  { additionalProperties: false },
)
const Temperature = Type.Optional(Type.Number({ description: '°C' }))
const Moment = Type.String({ description: 'RFC 3339' })
const ColdCabinet = Type.Object({
  cabinet: Type.String(),
  name: Type.String(),
  zone: Type.Optional(Type.String()),
  limitCelsius: Type.Number(),
  state: Type.String(),
  time: Type.Optional(Moment),
  airCelsius: Temperature,
  productCelsius: Temperature,
  minutesToLimit: Type.Optional(Type.Number()),
  clockMinutes: Type.Number(),
  /** What is wrong now: the warnings since it was last in its range. */
  reasons: Type.Array(Type.String()),
  acknowledged: Type.Boolean(),
})
const Log = Type.Object({
  rows: Type.Array(
    Type.Object({
      from: Moment,
      to: Moment,
      samples: Type.Integer(),
      expected: Type.Integer(),
      lowest: Temperature,
      mean: Temperature,
      highest: Temperature,
      product: Temperature,
      note: Type.Optional(Type.String()),
    }),
  ),
  gaps: Type.Array(Type.Object({ from: Moment, to: Moment, reason: Type.String() })),
  marks: Type.Array(
    Type.Object({
      at: Moment,
      what: Type.String(),
      text: Type.String(),
      staff: Type.Optional(Type.String()),
      celsius: Temperature,
    }),
  ),
})

export function coldRoutes(app: App, { deps }: Context): void {
  const { bus, ledger, shop } = deps
  const limitOf = ({ profile, limitCelsius }: Cabinet) => limitCelsius ?? profileLimits[profile]
  const planned = (id: string): Cabinet => {
    const found = shop.knowledge.get('cabinets').find((one) => one.id === id)
    if (!found) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'cabinet', id })
    return found
  }
  const rangeOf = ({ from, to }: Static<typeof Query>) => {
    const until = to === undefined ? Date.now() : milliseconds(to, 'query/to')
    const since = from === undefined ? until - DAY_MILLISECONDS : milliseconds(from, 'query/from')
    if (since >= until || until - since > LONGEST_MILLISECONDS) {
      const reason = 'must be before query/to, by at most 400 days'
      throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'query/from', reason })
    }
    return { since, until }
  }
  /** In the shop's time zone, with its offset: `2026-10-25T02:55:00+02:00`. */
  const local = (time: number) =>
    Temporal.Instant.fromEpochMilliseconds(Math.round(time / 1000) * 1000)
      .toZonedDateTimeISO(shop.plan().timezone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' })
  const logOf = async (id: string, query: Static<typeof Query>) => {
    const cabinet = planned(id)
    const { since, until } = rangeOf(query)
    return { cabinet, since, until, log: await readColdLog(ledger, id, since, until) }
  }
  const fileOf = (id: string, since: number, until: number, end: string) =>
    `attachment; filename="${id}-${local(since).slice(0, 10)}-${local(until).slice(0, 10)}.${end}"`

  /** Warnings of the present episode, and whether somebody saw to it. */
  const episodeOf = async (id: string) => {
    const events = await ledger.query({
      type: 'cold.*',
      subject: `cabinet/${id}`,
      since: Date.now() - DAY_MILLISECONDS,
      limit: 1000,
    })
    const reasons: string[] = []
    let acknowledged = false
    for (const { type, data } of events) {
      if (type === 'cold.recovered') break
      if (type === 'cold.acknowledged' && reasons.length === 0) acknowledged = true
      if (type === 'cold.warning') reasons.unshift((data as EventData<'cold.warning'>).reason)
      if (type === 'cold.excursion') reasons.unshift('the product is over its limit')
    }
    return { reasons: [...new Set(reasons)], acknowledged: acknowledged && reasons.length > 0 }
  }

  app.get(
    '/cold',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'listCold', 'Every cabinet and how it is now'),
        response: answers(200, Type.Array(ColdCabinet)),
      },
    },
    () =>
      Promise.all(
        shop.knowledge.get('cabinets').map(async (cabinet) => {
          const { id, name, zone } = cabinet
          const last = bus.last('cold.state', `cabinet/${id}`)
          const now = last && !last.stale ? (last.event.data as EventData<'cold.state'>) : undefined
          return {
            name,
            ...(zone === undefined ? {} : { zone }),
            clockMinutes: 0,
            ...now,
            cabinet: id,
            limitCelsius: limitOf(cabinet),
            state: now?.state ?? 'unknown',
            ...(last ? { time: instant(last.event.time) } : {}),
            ...(await episodeOf(id)),
          }
        }),
      ),
  )

  app.get(
    '/cabinets/:id/log',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'getColdLog', 'The log of a cabinet: rows of five minutes, gaps, and what happened'),
        params: params('id'),
        querystring: Query,
        response: answers(200, Log),
      },
    },
    async (request) => {
      const { log } = await logOf(request.params.id, request.query)
      return {
        rows: log.rows.map((row) => ({ ...row, from: instant(row.from), to: instant(row.to) })),
        gaps: log.gaps.map((gap) => ({ ...gap, from: instant(gap.from), to: instant(gap.to) })),
        marks: log.marks.map((mark) => ({ ...mark, at: instant(mark.at) })),
      }
    },
  )

  app.get(
    '/cabinets/:id/log.csv',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'exportColdLogCsv', 'The log of a cabinet for inspectors, as CSV in °C'),
        params: params('id'),
        querystring: Query,
        response: { 200: { description: 'CSV', content: { 'text/csv': { schema: Type.String() } } } },
      },
    },
    async (request, reply) => {
      const { cabinet, since, until, log } = await logOf(request.params.id, request.query)
      void reply.type('text/csv; charset=utf-8')
      void reply.header('content-disposition', fileOf(cabinet.id, since, until, 'csv'))
      return reply.send(csvOf(cabinet, limitOf(cabinet), log, local))
    },
  )

  app.get(
    '/cabinets/:id/log.pdf',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'exportColdLogPdf', 'The log of a cabinet for inspectors, on A4'),
        params: params('id'),
        querystring: Query,
        response: {
          200: {
            description: 'PDF',
            content: { 'application/pdf': { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const { cabinet, since, until, log } = await logOf(request.params.id, request.query)
      const { name, locale } = shop.plan()
      // Loaded only for who prints: it brings its fonts.
      const { coldPaper } = await import('../cold-pdf.ts')
      const file = await coldPaper(
        {
          shop: name,
          cabinet,
          limitCelsius: limitOf(cabinet),
          from: since,
          to: until,
          unit: temperatureUnit(locale),
          local,
          version: deps.version,
        },
        log,
      )
      void reply.type('application/pdf')
      void reply.header('content-disposition', fileOf(cabinet.id, since, until, 'pdf'))
      return reply.send(file)
    },
  )
}

/** Records, gaps and what happened, in the order of time. Always °C, as stated in the heads. */
function csvOf(cabinet: Cabinet, limit: number, log: ColdLog, local: (time: number) => string): string {
  const figure = (celsius: number | undefined) => (celsius === undefined ? '' : celsius.toFixed(2))
  const lines = [
    ...log.rows.map((row) => ({
      at: row.from,
      cells: [
        'record',
        local(row.from),
        local(row.to),
        row.samples,
        row.expected,
        ...[row.lowest, row.mean, row.highest, row.product, limit].map(figure),
        row.highest !== undefined && row.highest > limit ? 'yes' : row.highest === undefined ? '' : 'no',
        row.note ?? '',
      ],
    })),
    ...log.gaps.map(({ from, to, reason }) => ({
      at: from,
      cells: ['gap', local(from), local(to), '', '', '', '', '', '', figure(limit), '', reason],
    })),
    ...log.marks.map(({ at, what, text, celsius }) => ({
      at,
      cells: [what, local(at), local(at), '', '', '', figure(celsius), '', '', figure(limit), '', text],
    })),
  ].toSorted((a, b) => a.at - b.at)
  const head = ['what', 'from', 'to', 'minutes measured', 'minutes', 'lowest °C', 'mean °C', 'highest °C']
  const columns = [...head, 'product °C', 'limit °C', 'over the limit', 'note']
  return stringify([['cabinet', ...columns], ...lines.map(({ cells }) => [cabinet.id, ...cells])], {
    record_delimiter: '\r\n',
    bom: true,
    escape_formulas: true,
  })
}
