/** Changes who works here in the text of a shop.yaml, and leaves comments, order and everything else as they are. */
import { isDeepStrictEqual } from 'node:util'
import { type Document, isMap, isNode, isSeq, type Node, parseDocument, Scalar, visit, type YAMLSeq } from 'yaml'
import type { RosterEntry, ShopPlan } from '../../contract/index.ts'
import { writePlan } from '../plan.ts'

/** The associates of a plan with the tags that they wear. */
export function rosterOf({ staff, tags = [] }: ShopPlan): RosterEntry[] {
  return staff.map((one) => {
    const badges = tags.filter(({ bearer }) => bearer === `staff/${one.id}`).map(({ id }) => id)
    return { ...one, ...(badges.length > 0 ? { badges } : {}) }
  })
}

/** The plan with these associates in place of its own. */
export function planWith(plan: ShopPlan, roster: readonly RosterEntry[]): ShopPlan {
  const others = (plan.tags ?? []).filter(({ bearer }) => !bearer.startsWith('staff/'))
  const badges = roster.flatMap(({ id, badges = [] }) => badges.map((tag) => ({ id: tag, bearer: `staff/${id}` })))
  const staff = roster.map(({ badges: _badges, ...one }) => one)
  const { tags: _tags, ...rest } = plan
  return { ...rest, staff, ...(plan.tags || badges.length > 0 ? { tags: [...others, ...badges] } : {}) }
}

/** A text whose plan has the roster `after` where `text`, the text of `plan`, has another. Those who stay keep their order. */
export function writeRoster(text: string, plan: ShopPlan, after: readonly RosterEntry[]): string {
  const before = rosterOf(plan)
  const document = parseDocument(text)
  try {
    editStaff(document, before, after)
    editTags(document, before, after)
    const written = document.toString({ lineWidth: 110 })
    const now = rosterOf(parseDocument(written).toJS({ maxAliasCount: 100 }) as ShopPlan)
    if (isDeepStrictEqual(byId(now), byId(after))) return written
  } catch {
    // An alias of another part may lead into what was changed.
  }
  return writePlan(planWith(plan, after))
}

const byId = (roster: readonly RosterEntry[]) => roster.toSorted((a, b) => (a.id < b.id ? -1 : 1))

function editStaff(document: Document, before: readonly RosterEntry[], after: readonly RosterEntry[]): void {
  const list = listAt(document, 'staff')
  const wanted = new Map(after.map((one) => [one.id, one]))
  const old = new Map(before.map((one) => [one.id, one]))
  list.items = list.items.filter((item) => isMap(item) && wanted.has(String(item.get('id'))))
  for (const item of list.items) {
    if (!isMap(item)) continue
    const id = String(item.get('id'))
    const { badges: _now, ...now } = wanted.get(id) ?? { id, name: id }
    const { badges: _was, ...was } = old.get(id) ?? { id, name: id }
    for (const field of new Set([...Object.keys(was), ...Object.keys(now)]) as Set<keyof typeof now>) {
      if (isDeepStrictEqual(was[field], now[field])) continue
      if (now[field] === undefined) item.delete(field)
      else item.set(field, inPlaceOf(item.get(field, true), nodeOf(document, now[field])))
    }
  }
  for (const { badges: _badges, ...one } of after) if (!old.has(one.id)) list.items.push(nodeOf(document, one))
}

function editTags(document: Document, before: readonly RosterEntry[], after: readonly RosterEntry[]): void {
  const worn = (roster: readonly RosterEntry[]) =>
    roster.flatMap(({ id, badges = [] }) => badges.map((tag) => ({ id: tag, bearer: `staff/${id}` })))
  const key = ({ id, bearer }: { id: unknown; bearer: unknown }) => `${String(bearer)} ${String(id)}`
  const [old, wanted] = [new Set(worn(before).map(key)), worn(after)]
  const kept = new Set(wanted.map(key))
  const fresh = wanted.filter((tag) => !old.has(key(tag)))
  if (fresh.length === 0 && [...old].every((one) => kept.has(one))) return
  const list = listAt(document, 'tags')
  list.items = list.items.filter((item) => {
    const one = isMap(item) ? key({ id: item.get('id'), bearer: item.get('bearer') }) : ''
    return !old.has(one) || kept.has(one)
  })
  for (const tag of fresh) {
    const node = document.createNode(tag)
    node.flow = true
    list.items.push(node)
  }
}

function listAt(document: Document, section: string): YAMLSeq {
  const found: unknown = document.get(section, true)
  const list = isSeq(found) ? found : document.createNode<unknown[]>([])
  if (list !== found) document.set(section, list)
  // An empty list is written as []; what comes into it stands in lines of its own.
  if (list.items.length === 0) list.flow = false
  return list
}

/** A fresh value with the comments of the old one, and of a list the entries that stay. */
function inPlaceOf(old: unknown, fresh: Node): Node {
  if (!isNode(old)) return fresh
  if (old.comment) fresh.comment = old.comment
  if (old.commentBefore) fresh.commentBefore = old.commentBefore
  if (isSeq(old) && isSeq(fresh)) {
    const same = (item: unknown) => old.items.find((one) => isDeepStrictEqual(plain(one), plain(item)))
    fresh.items = fresh.items.map((item) => same(item) ?? item)
  }
  return fresh
}
const plain = (item: unknown): unknown => (isNode(item) ? (JSON.parse(JSON.stringify(item)) as unknown) : item)

/** A value as people write it: lists of words and single shifts on one line, hours in quotes, as older readers need them. */
function nodeOf(document: Document, value: unknown) {
  const node = document.createNode(value)
  visit(node, {
    Seq(_, seq) {
      if (seq.items.every((item) => item instanceof Scalar)) seq.flow = true
    },
    Map(_, map) {
      if (map.has('days')) map.flow = true
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && /^\d\d:\d\d$/.test(scalar.value)) scalar.type = 'QUOTE_SINGLE'
    },
  })
  return node
}
