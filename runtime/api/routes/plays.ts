/** Proofs of play out: a summary for the console, and every play as CSV. */
import { stringify } from 'csv-stringify'
import Type, { type Static } from 'typebox'
import { EndcapError } from '../../contract/index.ts'
import { type App, type Context, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { keptEvents } from '../kept-events.ts'
import { instant } from '../outside.ts'
import { playsOf as playsIn } from '../../shop/index.ts'
import { answers, PlaySummary } from '../schemas/index.ts'
import { milliseconds } from '../validation.ts'

const DAY_MILLISECONDS = 86_400_000
/** A player that was alone tells later what it showed; so long after a time its plays are still looked for. */
const LATE_MILLISECONDS = 31 * DAY_MILLISECONDS

const Query = Type.Object(
  {
    from: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; a day ago where it is missing' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; now where it is missing' })),
    screen: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
)

interface Row {
  screen: string
  content: string
  play: string
  /** Milliseconds since the epoch. */
  began: number
  ended?: number
  shownSeconds?: number
}

export function playRoutes(app: App, { deps }: Context): void {
  const { ledger, shop } = deps
  const rangeOf = ({ from, to, screen }: Static<typeof Query>) => {
    const until = to === undefined ? Date.now() : milliseconds(to, 'query/to')
    const since = from === undefined ? until - DAY_MILLISECONDS : milliseconds(from, 'query/from')
    if (since >= until)
      throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'query/from', reason: 'must be before query/to' })
    return { since, until, ...(screen === undefined ? {} : { screen }) }
  }

  /**
   * Plays that ended within the time, and those that only began. They are kept in the order in which they arrived, and
   * one that is told late arrives after its time.
   */
  async function* playsOf({ since, until, screen }: ReturnType<typeof rangeOf>): AsyncGenerator<Row> {
    const running = new Map<string, Row>()
    for await (const event of keptEvents(ledger, {
      type: 'sign.*',
      since,
      until: until + LATE_MILLISECONDS,
      ...(screen !== undefined && { subject: `screen/${screen}` }),
    })) {
      const id = event.subject.slice('screen/'.length)
      for (const { content, play, shownSeconds, time } of playsIn(event)) {
        if (time < since || time >= until) continue
        const key = `${id} ${play}`
        if (shownSeconds === undefined) {
          running.set(key, { screen: id, content, play, began: time })
          continue
        }
        running.delete(key)
        yield { screen: id, content, play, began: time - shownSeconds * 1000, ended: time, shownSeconds }
      }
    }
    yield* running.values()
  }

  app.get(
    '/plays',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'sumPlays', 'How often and how long each content was shown on each screen'),
        querystring: Query,
        response: answers(200, Type.Array(PlaySummary)),
      },
    },
    async (request) => {
      const sums = new Map<string, Static<typeof PlaySummary>>()
      for await (const { screen, content, shownSeconds = 0 } of playsOf(rangeOf(request.query))) {
        const key = `${screen} ${content}`
        const sum = sums.get(key) ?? { screen, content, plays: 0, shownSeconds: 0 }
        sum.plays++
        sum.shownSeconds = Math.round((sum.shownSeconds + shownSeconds) * 10) / 10
        sums.set(key, sum)
      }
      return [...sums.values()].sort((a, b) => b.shownSeconds - a.shownSeconds)
    },
  )

  app.get(
    '/plays.csv',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'exportPlays', 'Every proof of play as CSV'),
        querystring: Query,
        response: { 200: { description: 'one line a play', content: { 'text/csv': { schema: Type.Unknown() } } } },
      },
    },
    (request, reply) => {
      const range = rangeOf(request.query)
      const names = new Map(shop.plan().screens.map(({ id, name }) => [id, name]))
      const lines = stringify({
        header: true,
        columns: ['screen', 'screen_name', 'content', 'began', 'ended', 'shown_seconds', 'play'],
        // A spreadsheet shall not take a name for a formula.
        escape_formulas: true,
      })
      const write = async () => {
        for await (const { screen, content, play, began, ended, shownSeconds } of playsOf(range)) {
          const end = ended === undefined ? '' : instant(ended)
          const line = [screen, names.get(screen) ?? '', content, instant(began), end, shownSeconds ?? '', play]
          if (!lines.write(line)) await new Promise((drained) => lines.once('drain', drained))
        }
        lines.end()
      }
      write().catch((error: unknown) => lines.destroy(error as Error))
      void reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="plays-${instant(range.since).slice(0, 10)}.csv"`)
      return reply.send(lines)
    },
  )
}
