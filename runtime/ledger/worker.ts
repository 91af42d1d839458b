/** The thread that owns the file. It answers requests in their order; long ones give way to others between slices. */
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { audit } from './audit.ts'
import type { Answered, Asked, ReplyMessage, RequestMessage, RequestName } from './protocol.ts'
import { createReader } from './query.ts'
import { createRemoval } from './removal.ts'
import { openFile } from './schema.ts'
import { createStored } from './stored.ts'
import { createWriter } from './write.ts'

type Answers = { [N in RequestName]: (asked: Asked<N>) => Answered<N> | Promise<Answered<N>> }

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

function createAnswers(database: DatabaseSync, file: string): Answers {
  /** Counted when it is first asked for: a start must not wait for it. */
  let events: number | undefined
  let commits = 0
  const counted = (more: number) => {
    if (events !== undefined) events += more
  }
  const count = database.prepare('SELECT count(*) AS n FROM events')
  const writer = createWriter(database, counted)
  const removal = createRemoval(database, counted)
  const trail = audit(database)
  const numberOf = (type: string) => writer.types().find((one) => one.type === type)?.id

  return {
    write(batch) {
      const answers = writer.write(batch)
      commits++
      return answers
    },
    stage({ stage, changes }) {
      writer.stage(stage, changes)
      return undefined
    },
    query: createReader(database, writer.types),
    ...createStored(database),
    audit: ({ limit }) => trail.list(limit),
    verify: () => trail.verify(),
    erase: ({ token }) => removal.erase(token),
    redact: (redaction) => removal.redact(redaction),
    types: () => writer.types(),
    async prune({ before }) {
      let gone = 0
      for (const { type, time } of before) {
        const number = numberOf(type)
        if (number !== undefined) gone += await removal.prune(number, time)
      }
      return gone
    },
    stats() {
      events ??= Number(count.get()?.['n'])
      return { events, commits, fileBytes: bytesOf(file) + bytesOf(`${file}-wal`) }
    },
    close() {
      database.close()
      return undefined
    },
  }
}

/** SQLITE_FULL (sqlite.org/rescode.html): there is no room for what was to be written. */
const SQLITE_FULL = 13
const failure = (error: unknown): { failed: string; full?: boolean } => ({
  failed: error instanceof Error ? error.message : String(error),
  ...((error as { errcode?: unknown } | null)?.errcode === SQLITE_FULL ? { full: true } : {}),
})

function serve(port: NonNullable<typeof parentPort>, file: string): void {
  const say = (message: ReplyMessage) => port.postMessage(message)
  let answers: Answers
  try {
    answers = createAnswers(openFile(file), file)
  } catch (error) {
    say({ number: 0, ...failure(error) })
    return
  }
  const answer = async ({ number, name, asked }: RequestMessage) => {
    try {
      // The two ends share the table of requests, which the compiler cannot follow through a message.
      const value = await (answers[name] as (asked: unknown) => unknown)(asked)
      say({ number, value })
    } catch (error) {
      say({ number, ...failure(error) })
    }
    if (name === 'close') port.close()
  }
  port.on('message', (message: RequestMessage) => void answer(message))
  say({ number: 0, value: undefined })
}

if (parentPort) serve(parentPort, String((workerData as { file: unknown }).file))
