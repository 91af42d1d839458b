/**
 * Appends to a ledger until it is killed or can write no more: prints `committed <id>` after each COMMIT that was
 * answered, `refused <code>` where one was refused.
 */
import { execFileSync } from 'node:child_process'
import { openLedger } from '../../runtime/ledger/index.ts'
import { sampleEvent } from '../support/events.ts'

const [file = '', mode = 'commits'] = process.argv.slice(2)
const ledger = await openLedger({ file })
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Several producers at once, each waiting for its own answers, in both lanes. */
async function produce(producer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const event =
      n % 2 === 0
        ? sampleEvent('shelf.taken', { source: `producer/${producer}` })
        : sampleEvent('probe.temperature', { subject: `probe/p-${producer}`, data: { celsius: n % 7 } })
    await ledger.commit(event)
    say(`committed ${event.id}`)
    if (n % 5 === 0) {
      await ledger.audit.add({ time: Date.now(), actor: 'manager', action: 'test', subject: event.id })
      await ledger.documents.put('last', `${producer}`, event.id)
      say(`document ${producer} ${event.id}`)
    }
  }
}

/** Fills the file until the limit of the process on its size is met. */
async function fill(): Promise<void> {
  for (;;) {
    const title = 'x'.repeat(100)
    const events = Array.from({ length: 200 }, () => sampleEvent('staff.notified', { data: { title } }))
    const answers = await Promise.allSettled(events.map((event) => ledger.commit(event)))
    for (const [i, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') say(`committed ${events[i]?.id}`)
      else {
        say(`refused ${(answer.reason as { code?: string }).code}`)
        // What was there before can still be read.
        say(`readable ${(await ledger.query({ limit: 1 })).length}`)
        say(`fault ${ledger.fault()?.reason}`)
        // Its owner frees some space.
        execFileSync('prlimit', ['--pid', `${process.pid}`, '--fsize=unlimited:'])
        await ledger.documents.put('test', 'freed', true)
        say(`fault ${ledger.fault()?.reason}`)
        await ledger.close()
        return
      }
    }
  }
}

await (mode === 'fill' ? fill() : Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(produce)))
