/** Tasks as files: those that wait go out, and what there is to do comes in, all of it or nothing. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type CommandParams, type ShopPlan, TaskRecord } from '../contract/index.ts'
import { belongs } from './audience.ts'
import { shapeFaults, tidy } from './knowledge/check.ts'
import { readKnowledgeFile, refusal } from './knowledge/files.ts'
import type { KnowledgeFault } from './knowledge/rules.ts'
import type { ChangeSummary, Knowledge } from './knowledge/types.ts'
import { everybody, isOver, type KeptTask, outward, renewed, taskLimit, taskOf } from './task-state.ts'
import type { Renewal, Tasks } from './tasks.ts'
import type { Shop } from './types.ts'

export interface TaskFilesDependencies {
  work: Tasks
  knowledge: Knowledge
  plan(): ShopPlan
  now(): number
}

const source = 'api/manager'
const shapeRemedy = 'Correct that field; docs/staff.md tells what each may hold.'
const examples = 20

/** What makes two rows the same task where neither names one that is there. */
const keyOf = ({ key, task, title }: TaskRecord): string => key ?? task ?? title
const associateOf = (to: string | undefined): string | undefined => {
  const id = to?.replace(/^staff\//, '')
  return id === '+' ? undefined : id
}

export function createTaskFiles({ work, knowledge, plan, now }: TaskFilesDependencies) {
  const running = () => work.all().filter((task) => !isOver(task))
  const dayOf = (time: number) =>
    Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(plan().timezone).toPlainDate().toString()

  /** A row as it is asked, with the product by its id. */
  function askedOf(record: TaskRecord, known: KeptTask | undefined) {
    const { task: _task, to, until, product, openedAt: _opened, claimedAt: _claimed, staff: _staff, ...rest } = record
    const {
      passed: _passed,
      escalated: _escalated,
      endedAt: _ended,
      outcome: _outcome,
      reason: _reason,
      ...asked
    } = rest
    const key = known ? known.key : keyOf(record)
    const id = associateOf(to)
    const params: CommandParams<'task.open'> = {
      ...asked,
      ...(known ? unnamed(known, asked) : {}),
      ...(key === undefined ? {} : { key: key.slice(0, 160) }),
      ...(product === undefined ? {} : { product: knowledge.products.get(product)?.id ?? product }),
      ...(until === undefined ? {} : { ttlSeconds: Math.max(0, (Date.parse(until) - now()) / 1000) }),
    }
    const call = {
      id: '',
      name: 'task.open',
      to: id === undefined ? everybody : `staff/${id}`,
      params,
      deadline: 0,
      source,
      because: known?.because ?? [],
    }
    const task = taskOf(call, params, known?.id ?? randomUUID(), now())
    // Not by way of seconds: the same file shall mean the same moment.
    if (until !== undefined) task.until = Date.parse(until)
    return { task, params }
  }

  /** Rows against what is there: which are new, which say something else of a task that waits, and what is wrong. */
  function compare(records: readonly TaskRecord[]) {
    const waiting = running()
    const today = dayOf(now())
    const over = work.all().filter((task) => isOver(task) && dayOf(task.endedAt ?? 0) === today)
    const faults: KnowledgeFault[] = []
    const fresh: KeptTask[] = []
    const renewals: Renewal[] = []
    const seen = new Set<string>()
    let ended = 0
    for (const [at, record] of records.entries()) {
      const is = (one: KeptTask) => one.id === record.task
      const has = (one: KeptTask) => one.key === keyOf(record)
      const known = waiting.find(is) ?? waiting.find(has)
      const same = known?.id ?? keyOf(record)
      if (seen.has(same)) faults.push(...repeated(record, at))
      seen.add(same)
      if ((record.outcome ?? 'open') !== 'open' || (!known && over.some((one) => is(one) || has(one)))) {
        ended++
        continue
      }
      const { task: asked, params } = askedOf(record, known)
      faults.push(...astray(asked, known, `/${at}`))
      if (!known) fresh.push(asked)
      else if (!isDeepStrictEqual(renewed(known, asked, params), known)) renewals.push({ task: known, asked, params })
    }
    const room = taskLimit - waiting.length
    if (fresh.length > room)
      faults.push({
        path: '',
        reason: `would open ${fresh.length} tasks, but only ${taskLimit} may wait at once and ${waiting.length} do`,
        remedy: `Import ${Math.max(0, room)} or fewer, or close some first.`,
      })
    return { faults, fresh, renewals, ended }
  }

  /** What an asked task names and the shop has not. What the task that waits has already is nobody's mistake here. */
  function* astray(asked: KeptTask, known: KeptTask | undefined, path: string): Generator<KnowledgeFault> {
    const { zone, slot, product, cabinet, until } = asked
    const { staff, zones } = plan()
    const isNew = (field: keyof KeptTask) =>
      asked[field] !== undefined && !isDeepStrictEqual(asked[field], known?.[field])
    const unknown = (field: string, value: string, kind: string, remedy: string): KnowledgeFault => ({
      path: `${path}/${field}`,
      reason: `names no ${kind}: there is no ${value} in the shop`,
      remedy,
    })
    const id = associateOf(asked.to)
    if (isNew('to') && id !== undefined && !staff.some((one) => one.id === id))
      yield unknown(
        'to',
        id,
        'associate',
        'Write the id of an associate as the page Staff lists it, or leave it empty.',
      )
    if (isNew('zone') && zone !== undefined && !zones.some((one) => one.id === zone))
      yield unknown('zone', zone, 'zone', 'Write the id of a zone as the page Shop lists it, or leave it empty.')
    if (isNew('slot') && slot !== undefined && knowledge.slots({ slot }).length === 0)
      yield unknown('slot', slot, 'slot', 'Write its path as the page Shelves lists it, or leave it empty.')
    if (isNew('product') && product !== undefined && !knowledge.products.get(product))
      yield unknown('product', product, 'product', 'Add the product first, or correct its id or GTIN here.')
    if (isNew('cabinet') && cabinet !== undefined && !knowledge.get('cabinets').some((one) => one.id === cabinet))
      yield unknown('cabinet', cabinet, 'cabinet', 'Write the id of a cabinet as the page Cabinets lists it.')
    for (const [field, word] of isNew('for') ? Object.entries(asked.for ?? {}) : [])
      if (!staff.some((one) => belongs(one, { [field]: word })))
        yield {
          path: `${path}/for/${field}`,
          reason: `is ${word}, which no associate has`,
          remedy: 'Write it as the roster has it, or leave it empty for everybody.',
        }
    if (isNew('until') && until !== undefined && until <= now())
      yield { path: `${path}/until`, reason: 'is over already', remedy: 'Give a time to come, or leave it empty.' }
  }

  async function take(
    { name, type, text }: Parameters<Shop['tasks']['import']>[0],
    by: string,
    { dry = false }: { dry?: boolean } = {},
  ): Promise<ChangeSummary> {
    const file = { name, type, text }
    const before = new Map(running().flatMap((task) => [task.key, task.id].map((one) => [one ?? '', recordOf(task)])))
    const read = await readKnowledgeFile('tasks', file, plan().timezone, before)
    if (read.value === undefined) throw refusal(file, read.faults)
    const given = Array.isArray(read.value) ? read.value.map(tidy) : []
    const faults: KnowledgeFault[] = Array.isArray(read.value)
      ? given.flatMap((one, at) => [...shapeFaults(TaskRecord, one, `/${at}`)])
      : [{ path: '', reason: 'is no list of tasks', remedy: 'Export the tasks to see how it looks.' }]
    const shaped = faults.map((fault) => ({ ...fault, remedy: shapeRemedy }))
    if (shaped.length + read.faults.length > 0) throw refusal(file, [...read.faults, ...read.locate(shaped)])
    // What has no fault has its type. From here to the change nothing may come between.
    const found = compare(given as TaskRecord[])
    if (found.faults.length > 0) throw refusal(file, read.locate(found.faults))
    const { fresh, renewals, ended } = found
    const [added, changed] = [fresh, renewals.map(({ asked }) => asked)]
    const summary: ChangeSummary = {
      added: added.length,
      changed: changed.length,
      removed: 0,
      ...(ended > 0 ? { ended } : {}),
      examples: { added: titles(added), changed: titles(changed), removed: [] },
    }
    if (dry || added.length + changed.length === 0) return summary
    const detail = { file: name, added: added.length, changed: changed.length }
    await work.take(fresh, renewals, { actor: by, action: 'tasks.import', subject: 'tasks', detail })
    return summary
  }

  return {
    import: take,
    waiting: () => running().map(recordOf),
  } satisfies Pick<Shop['tasks'], 'import' | 'waiting'>
}

const titles = (tasks: readonly KeptTask[]) => tasks.slice(0, examples).map(({ title }) => title)

const repeated = (record: TaskRecord, at: number): KnowledgeFault[] => {
  const field = record.key !== undefined ? 'key' : record.task !== undefined ? 'task' : 'title'
  const reason = `is used twice: ${record[field] ?? ''}`
  return [
    {
      path: `/${at}/${field}`,
      reason,
      remedy: 'Give each task a key of its own, or remove the line that is there twice.',
    },
  ]
}

/** What a task about a person says in its own words: its file names nobody, and takes nothing from it. */
function unnamed(known: KeptTask, { title, text }: TaskRecord): Partial<CommandParams<'task.open'>> {
  if (known.about === undefined) return {}
  const shown = outward(known)
  return {
    about: known.about,
    ...(title === shown.title ? { title: known.title } : {}),
    ...(text !== undefined && text === shown.text && known.text !== undefined ? { text: known.text } : {}),
  }
}

function recordOf(kept: KeptTask): TaskRecord {
  const { id, kind, key, urgency, zone, slot, product, cabinet, to, until, escalate, for: audience } = kept
  const { title, text } = outward(kept)
  const given = { key, text, kind, zone, slot, product, cabinet, for: audience }
  const associate = associateOf(to)
  return {
    task: id,
    title,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    urgency,
    ...(associate === undefined ? {} : { to: associate }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    ...(escalate.length === 0 ? {} : { escalate }),
  }
}
