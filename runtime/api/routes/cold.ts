/** Cabinets: how each is now, its last hours, and its log for inspectors. */
import Type, { type Static } from 'typebox'
import { type Cabinet, EndcapError, type EventData, profileLimits, temperatureUnit } from '../../contract/index.ts'
import { type App, type Context, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { coldCsv } from '../cold-csv.ts'
import { readColdLog } from '../cold-log.ts'
import { episodeOf } from '../cold-now.ts'
import { ColdCabinet, ColdLog, ColdProbe, ColdQuery } from '../cold-schemas.ts'
import { instant } from '../outside.ts'
import { answers, params } from '../schemas/index.ts'
import { milliseconds } from '../validation.ts'

const DAY_MILLISECONDS = 86_400_000
const LONGEST_MILLISECONDS = 400 * DAY_MILLISECONDS

export function coldRoutes(app: App, { deps }: Context): void {
  const { bus, ledger, shop } = deps
  const limitOf = ({ profile, limitCelsius }: Cabinet) => limitCelsius ?? profileLimits[profile]
  const planned = (id: string): Cabinet => {
    const found = shop.knowledge.get('cabinets').find((one) => one.id === id)
    if (!found) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'cabinet', id })
    return found
  }
  /** When a day of the shop begins, so many days on; a day may have 23 or 25 hours. Undefined for what is no day. */
  const midnight = (day: string, plus: number): number | undefined => {
    try {
      if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
      const date = Temporal.PlainDate.from(day, { overflow: 'reject' }).add({ days: plus })
      return date.toZonedDateTime(shop.plan().timezone).epochMilliseconds
    } catch {
      return undefined
    }
  }
  const rangeOf = ({ from, to }: Static<typeof ColdQuery>) => {
    const until = to === undefined ? Date.now() : (midnight(to, 1) ?? milliseconds(to, 'query/to'))
    const since =
      from === undefined ? until - DAY_MILLISECONDS : (midnight(from, 0) ?? milliseconds(from, 'query/from'))
    if (since >= until || until - since > LONGEST_MILLISECONDS) {
      const reason = 'must be before query/to, by at most 400 days'
      throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'query/from', reason })
    }
    return { since, until }
  }
  const nameOf = (staff: string) => shop.plan().staff.find(({ id }) => id === staff)?.name ?? staff
  /** In the shop's time zone, with its offset: `2026-10-25T02:55:00+02:00`. */
  const local = (time: number) =>
    Temporal.Instant.fromEpochMilliseconds(Math.round(time / 1000) * 1000)
      .toZonedDateTimeISO(shop.plan().timezone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' })
  const logOf = async (id: string, query: Static<typeof ColdQuery>) => {
    const cabinet = planned(id)
    const { since, until } = rangeOf(query)
    return { cabinet, since, until, log: await readColdLog(ledger, id, since, until, nameOf) }
  }
  const fileOf = (id: string, since: number, until: number, end: string) =>
    `attachment; filename="${id}-${local(since).slice(0, 10)}-${local(until - 1000).slice(0, 10)}.${end}"`

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
            ...(await episodeOf(ledger, id, now?.seenTo)),
          }
        }),
      ),
  )

  app.get(
    '/probes',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'listProbes', 'Every thermometer and door contact that was heard, by the name cabinets use'),
        response: answers(200, Type.Array(ColdProbe)),
      },
    },
    () => [
      ...bus.lastAll('probe.temperature').map((last) => {
        const { probe, celsius } = last.event.data as EventData<'probe.temperature'>
        return { probe, celsius, time: instant(last.event.time), stale: last.stale }
      }),
      ...bus.lastAll('probe.door').map((last) => {
        const { probe, open } = last.event.data as EventData<'probe.door'>
        return { probe, open, time: instant(last.event.time), stale: last.stale }
      }),
    ],
  )

  app.get(
    '/cabinets/:id/log',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'getColdLog', 'The log of a cabinet: rows of five minutes, gaps, and what happened'),
        params: params('id'),
        querystring: ColdQuery,
        response: answers(200, ColdLog),
      },
    },
    async (request) => {
      const { log } = await logOf(request.params.id, request.query)
      return {
        ...(log.began === undefined ? {} : { began: instant(log.began) }),
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
        querystring: ColdQuery,
        response: { 200: { description: 'CSV', content: { 'text/csv': { schema: Type.String() } } } },
      },
    },
    async (request, reply) => {
      const { cabinet, since, until, log } = await logOf(request.params.id, request.query)
      void reply.type('text/csv; charset=utf-8')
      void reply.header('content-disposition', fileOf(cabinet.id, since, until, 'csv'))
      return reply.send(coldCsv(cabinet, limitOf(cabinet), log, local))
    },
  )

  app.get(
    '/cabinets/:id/log.pdf',
    {
      config: { access: manager },
      schema: {
        ...told('cold', 'exportColdLogPdf', 'The log of a cabinet for inspectors, on A4'),
        params: params('id'),
        querystring: ColdQuery,
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
      const { name, locale, timezone } = shop.plan()
      // Loaded only for who prints: it brings its fonts.
      const { coldPaper } = await import('../cold-pdf.ts')
      const file = await coldPaper(
        {
          shop: name,
          cabinet,
          limitCelsius: limitOf(cabinet),
          from: since,
          to: until,
          now: Date.now(),
          timezone,
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
