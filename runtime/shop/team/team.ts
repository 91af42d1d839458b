/** The roster as it is edited: one associate at a time, or a whole file. Every change is a new version of shop.yaml. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { EndcapError, RosterEntry, type ShopPlan } from '../../contract/index.ts'
import { normalRadio } from '../identity.ts'
import { shapeFaults, tidy } from '../knowledge/check.ts'
import { readKnowledgeFile, refusal, writeCsv } from '../knowledge/files.ts'
import { mergedBy } from '../knowledge/knowledge.ts'
import type { KnowledgeFault } from '../knowledge/rules.ts'
import type { ChangeSummary } from '../knowledge/types.ts'
import type { Team } from '../types.ts'
import { rosterOf, writeRoster } from './roster-text.ts'

export interface TeamDependencies {
  plan(): ShopPlan
  /** Reads the text of the plan, changes it and makes it the next version, with nothing in between. */
  edit(change: (text: string, plan: ShopPlan) => string | undefined, by: string): Promise<void>
  /** Whether a customer carries this tag. */
  carried(radio: string): boolean
}

/** As many as a plan may have. */
const limit = 500
const examples = 20

export const revisionOf = (entry: RosterEntry): string =>
  createHash('sha256').update(JSON.stringify(entry)).digest('hex').slice(0, 16)

export function createTeam({ plan, edit, carried }: TeamDependencies): Team {
  const list = () => rosterOf(plan())
  const entry = (id: string): RosterEntry => {
    const found = list().find((one) => one.id === id)
    if (!found) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'associate', id })
    return found
  }

  /** Every fault of a roster: shapes first, then what two entries have in common that only one may have. */
  function* faultsOf(given: unknown): Generator<KnowledgeFault> {
    if (!Array.isArray(given)) {
      yield { path: '', reason: 'is no list of associates', remedy: 'Export the roster to see how it looks.' }
      return
    }
    if (given.length > limit)
      yield { path: '', reason: `has ${given.length} associates; there may be ${limit}`, remedy: 'Import fewer.' }
    for (const [at, one] of given.entries())
      for (const fault of shapeFaults(RosterEntry, one, `/${at}`))
        yield { ...fault, remedy: 'Correct that field; docs/staff.md tells what each may hold.' }
    yield* commonFaults(given)
  }
  function* commonFaults(given: readonly unknown[]): Generator<KnowledgeFault> {
    const ids = new Set<unknown>()
    const worn = new Map(
      (plan().tags ?? []).flatMap(({ id, bearer }) => (bearer.startsWith('asset/') ? [[normalRadio(id), bearer]] : [])),
    )
    for (const [at, one] of given.entries()) {
      const { id, badges } = (one ?? {}) as { id?: unknown; badges?: unknown }
      if (typeof id === 'string' && ids.has(id))
        yield {
          path: `/${at}/id`,
          reason: `is used twice: ${id}`,
          remedy: 'Give each associate an id of their own.',
        }
      ids.add(id)
      for (const [index, badge] of Array.isArray(badges) ? badges.entries() : []) {
        if (typeof badge !== 'string') continue
        const radio = normalRadio(badge)
        const first = carried(radio) ? 'a customer' : worn.get(radio)
        if (first !== undefined)
          yield {
            path: `/${at}/badges/${index}`,
            reason: `is ${badge}, which ${first} carries already`,
            remedy: 'Register each tag for one bearer.',
          }
        worn.set(radio, `staff/${String(id)}`)
      }
    }
  }

  /** Checks and writes; `next` makes the new roster of the old one when it is this change's turn. */
  async function change(
    next: (before: RosterEntry[]) => unknown,
    by: string,
    { dry = false, refuse }: { dry?: boolean; refuse(faults: KnowledgeFault[]): Error },
  ): Promise<ChangeSummary> {
    let summary: ChangeSummary | undefined
    await edit((text, now) => {
      const before = rosterOf(now)
      const given = next(before)
      const faults = [...faultsOf(given)]
      if (faults.length > 0) throw refuse(faults)
      // What has no fault has its type.
      const after = given as RosterEntry[]
      summary = summaryOf(before, after)
      const nothing = summary.added + summary.changed + summary.removed === 0
      return dry || nothing ? undefined : writeRoster(text, now, after)
    }, by)
    return summary ?? summaryOf([], [])
  }
  const refuseOne = (id: string) => (faults: KnowledgeFault[]) => {
    const at = list().findIndex((one) => one.id === id)
    const { path = '/', reason = 'is wrong', remedy = '' } = faults[0] ?? {}
    const own = path.replace(at < 0 ? /^\/\d+/ : `/${at}`, '')
    return new EndcapError('ENDCAP_KNOWLEDGE_INVALID', { path: own || '/', reason, how: remedy })
  }
  const unchanged = (id: string, found: RosterEntry | undefined, expected: string | null | undefined) => {
    if (expected === undefined) return
    if (expected === null ? found : !found || revisionOf(found) !== expected)
      throw new EndcapError('ENDCAP_CHANGED_MEANWHILE', { what: `associate ${id}` })
  }

  return {
    list,
    get: (id) => ({ entry: entry(id), revision: revisionOf(entry(id)) }),
    async put(given, by, expected) {
      const fresh = tidy(given) as RosterEntry
      await change(
        (before) => {
          const found = before.find(({ id }) => id === fresh.id)
          unchanged(fresh.id, found, expected)
          return found ? before.map((one) => (one === found ? fresh : one)) : [...before, fresh]
        },
        by,
        { refuse: refuseOne(fresh.id) },
      )
      return { entry: entry(fresh.id), revision: revisionOf(entry(fresh.id)) }
    },
    async delete(id, by, expected) {
      entry(id)
      const next = (before: RosterEntry[]) => {
        unchanged(
          id,
          before.find((one) => one.id === id),
          expected,
        )
        return before.filter((one) => one.id !== id)
      }
      await change(next, by, { refuse: refuseOne(id) })
    },
    async import(file, by, { dry = false, keep = false } = {}) {
      const before = new Map(list().map((one) => [one.id, one]))
      const read = await readKnowledgeFile('roster', file, plan().timezone, before)
      if (read.value === undefined) throw refusal(file, read.faults)
      const given = Array.isArray(read.value) ? read.value.map(tidy) : read.value
      const refuse = (found: KnowledgeFault[]) => refusal(file, [...read.faults, ...read.locate(found)])
      const next = (now: RosterEntry[]) => (keep ? mergedBy(now, given, 'id') : given)
      const wrong = read.faults.length > 0
      const summary = await change(next, by, { dry: dry || wrong, refuse })
      if (wrong) throw refuse([])
      return summary
    },
    export: (type, separator = ',') =>
      type === 'csv' ? writeCsv('roster', list(), separator) : `${JSON.stringify(list(), undefined, 2)}\n`,
  }
}

function summaryOf(before: readonly RosterEntry[], after: readonly RosterEntry[]): ChangeSummary {
  const old = new Map(before.map((one) => [one.id, one]))
  const now = new Set(after.map(({ id }) => id))
  const ids = (list: readonly RosterEntry[]) => list.map(({ id }) => id)
  const added = ids(after.filter(({ id }) => !old.has(id)))
  const changed = ids(after.filter((one) => old.has(one.id) && !isDeepStrictEqual(old.get(one.id), one)))
  const removed = ids(before.filter(({ id }) => !now.has(id)))
  return {
    added: added.length,
    changed: changed.length,
    removed: removed.length,
    examples: {
      added: added.slice(0, examples),
      changed: changed.slice(0, examples),
      removed: removed.slice(0, examples),
    },
  }
}
