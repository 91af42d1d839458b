/** Customers and what they agreed to. Their names stay here and in the ledger: no event, log or audit entry carries one. */
import { randomBytes } from 'node:crypto'
import type { Bus } from '../bus/index.ts'
import { EndcapError, type Purpose, purposes, type ShopPlan } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { normalRadio } from './identity.ts'
import { nobody, typedFields, typedName } from './notice-text.ts'
import type { PlanFault } from './plan-rules.ts'
import type { Consent, Emit, Person, Shop } from './types.ts'

export interface PeopleDependencies {
  ledger: Ledger
  bus: Bus
  emit: Emit
  now(): number
  plan(): ShopPlan
  /** One change of the shop at a time, in the order in which they came. */
  serial<T>(change: () => Promise<T>): Promise<T>
  /**
   * Takes back what associates were told about a token, and on erasure the name as somebody typed it; at once in
   * memory, the promise ends after COMMIT.
   */
  takeBack(token: string, words?: RegExp): Promise<void>
  changed(): void
}

/** What stands in place of a person whose erasure was begun. */
interface Erasing {
  id: string
  erasing: string
}

const kind = 'person'
/** Events that hold what somebody typed. */
const typedTexts = { instead: nobody.name, subjects: ['task/', 'staff/'], fields: [...typedFields] }
const idOf = (who: string) => (who.startsWith('person/') ? who.slice('person/'.length) : who)

export async function createPeople(dependencies: PeopleDependencies) {
  const { ledger, bus, emit, now, plan, serial, takeBack, changed } = dependencies
  // Persons are replaced, never mutated, so what list() gave out stays as it was.
  const people = new Map<string, Person>()
  let bearers = new Map<string, string>()
  // What was taken back holds from the call on, before it is committed.
  const withdrawing = new Set<string>()
  const leaving = new Set<string>()

  const index = () => {
    bearers = new Map([...people.values()].flatMap(({ id, tags }) => tags.map((tag) => [tag, id] as const)))
  }

  const find = (id: string): Person => {
    const person = people.get(id)
    if (!person || leaving.has(id)) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'person', id })
    return person
  }
  const keep = async (person: Person): Promise<Person> => {
    await ledger.documents.put(kind, person.id, person)
    people.set(person.id, person)
    index()
    return person
  }
  const audit = (actor: string, action: string, id: string, detail: object) =>
    ledger.audit.add({ time: now(), actor, action, subject: `person/${id}`, detail })
  /** Events go after the name, because erasing them also clears what is left in the ledger's file of both. */
  const finishErasure = async (id: string, by: string): Promise<number> => {
    const count = await ledger.erase(`person/${id}`)
    await ledger.documents.delete(kind, id)
    people.delete(id)
    leaving.delete(id)
    index()
    await audit(by, 'person.erase', id, { events: count })
    changed()
    return count
  }
  const tell = (type: 'consent.given' | 'consent.withdrawn', id: string, { purpose, receipt }: Consent) => {
    const who = `person/${id}`
    return emit('shop', { type, subject: who, data: { who, purpose, receipt } }, { commit: true })
  }
  const unwithdrawn = (person: Person, purpose: Purpose) =>
    person.consents.filter((one) => one.purpose === purpose && one.withdrawnAt === undefined)
  const standing = (person: Person, purpose: Purpose) =>
    unwithdrawn(person, purpose).find(({ receipt }) => !withdrawing.has(receipt))

  function check(tags: readonly string[], favourite: string | undefined, self?: string): string[] {
    const normal = tags.map(normalRadio)
    for (const [index, tag] of normal.entries()) {
      const path = `/tags/${index}`
      const refuse = (reason: string) => new EndcapError('ENDCAP_REQUEST_INVALID', { path, reason })
      if (!/^[^/+#]{1,160}$/.test(tag)) throw refuse('must be a beacon id or an address, without / + #')
      const bearer = registered(plan(), tag)
      if (bearer !== undefined) throw refuse(`is registered already, for ${bearer}`)
      const other = bearers.get(tag)
      if (normal.indexOf(tag) !== index || (other !== undefined && other !== self))
        throw refuse('is registered already, for a customer')
    }
    if (favourite !== undefined && !plan().staff.some(({ id }) => id === favourite))
      throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: '/favourite', reason: `names nobody: ${favourite}` })
    return normal
  }
  for (const [id, person] of await ledger.documents.all<Person | Erasing>(kind)) {
    if ('erasing' in person) await finishErasure(id, person.erasing)
    else people.set(id, person)
  }
  index()

  const consents = (who: string, purpose: Purpose): boolean => {
    const person = people.get(idOf(who))
    return person !== undefined && !leaving.has(person.id) && standing(person, purpose) !== undefined
  }

  const face: Shop['people'] = {
    list: () => [...people.values()].filter(({ id }) => !leaving.has(id)),
    consents,

    add: ({ name, tags, favourite }, by) =>
      serial(async () => {
        const id = randomBytes(8).toString('hex')
        const person = { id, name, tags: check(tags, favourite), consents: [], ...(favourite ? { favourite } : {}) }
        await keep(person)
        await audit(by, 'person.add', id, { tags: tags.length })
        changed()
        return person
      }),

    update: (id, change, by) =>
      serial(async () => {
        const { favourite: before, ...person } = find(id)
        const favourite = change.favourite === undefined ? before : (change.favourite ?? undefined)
        const tags = check(change.tags ?? person.tags, change.favourite ?? undefined, id)
        const next = { ...person, name: change.name ?? person.name, tags, ...(favourite ? { favourite } : {}) }
        await keep(next)
        await audit(by, 'person.update', id, { fields: Object.keys(change) })
        changed()
        return next
      }),

    async erase(id, by) {
      const { name } = find(id)
      leaving.add(id)
      const token = `person/${id}`
      bus.forget(token)
      const words = typedName(name)
      const notices = awaitedLater(takeBack(token, words))
      return serial(async () => {
        try {
          await notices
          // While the name is known: after this it stands nowhere.
          if (words) await ledger.redact({ words, ...typedTexts })
          // Name and tags go first; what is left says only that the rest must follow, also after a power cut in between.
          await ledger.documents.put(kind, id, { id, erasing: by })
        } catch (error) {
          // Nothing is recorded, so it must be possible to try again.
          leaving.delete(id)
          throw error
        }
        return finishErasure(id, by)
      })
    },

    give: (id, purpose, by) =>
      serial(async () => {
        known(purpose)
        const person = find(id)
        const before = standing(person, purpose)
        if (before) return before
        const receipt = `r-${randomBytes(8).toString('hex')}`
        const consent: Consent = { receipt, purpose, text: purposes[purpose], givenAt: now(), recordedBy: by }
        await keep({ ...person, consents: [...person.consents, consent] })
        await audit(by, 'consent.give', id, { purpose, receipt })
        await tell('consent.given', id, consent)
        changed()
        return consent
      }),

    async withdraw(id, purpose, by) {
      known(purpose)
      // One whose withdrawal could not be recorded is held back, but stands in the ledger: it is withdrawn again.
      const consents = unwithdrawn(find(id), purpose)
      if (consents.length === 0) throw new EndcapError('ENDCAP_CONSENT_MISSING', { person: `person/${id}`, purpose })
      const token = `person/${id}`
      const receipts = new Set(consents.map(({ receipt }) => receipt))
      for (const receipt of receipts) withdrawing.add(receipt)
      if (purpose === 'recognition') bus.forget(token)
      const notices = awaitedLater(takeBack(token))
      await serial(async () => {
        await notices
        const person = people.get(id)
        const going = person ? unwithdrawn(person, purpose).filter(({ receipt }) => receipts.has(receipt)) : []
        if (!person || going.length === 0) return
        const withdrawnAt = now()
        const all = person.consents.map((one) => (going.includes(one) ? { ...one, withdrawnAt } : one))
        await keep({ ...person, consents: all })
        for (const consent of going) {
          withdrawing.delete(consent.receipt)
          await audit(by, 'consent.withdraw', id, { purpose, receipt: consent.receipt })
          await tell('consent.withdrawn', id, consent)
        }
        changed()
      })
    },
  }

  return {
    face,
    /** Who carries a normalised radio identity, whether or not they may be recognised. */
    bearer: (radio: string): string | undefined => {
      const id = bearers.get(radio)
      return id === undefined ? undefined : `person/${id}`
    },
    /** The person of a token, for rendering to an associate; the caller looks at the consents. */
    find: (token: string): Person | undefined => (token.startsWith('person/') ? people.get(idOf(token)) : undefined),
    /** A tag of the plan that a customer carries already. */
    planFault: ({ tags = [] }: ShopPlan): PlanFault | undefined => {
      const at = tags.findIndex(({ id }) => bearers.has(normalRadio(id)))
      return at < 0 ? undefined : { path: `/tags/${at}/id`, reason: 'is registered already, for a customer' }
    },
  }
}
export type People = Awaited<ReturnType<typeof createPeople>>

/** Its failure is for whoever awaits it in a while, and nobody's before. */
const awaitedLater = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined)
  return promise
}

const registered = ({ tags = [] }: ShopPlan, radio: string) => tags.find(({ id }) => normalRadio(id) === radio)?.bearer

const known = (purpose: string) => {
  if (!Object.hasOwn(purposes, purpose))
    throw new EndcapError('ENDCAP_CONSENT_PURPOSE_UNKNOWN', {
      purpose,
      purposes: Object.keys(purposes).join(', '),
    })
}
