/** What associates are told: `staff.notify`, acknowledgement, expiry. Kept with the braces of its texts, never with a name. */
import { randomUUID } from 'node:crypto'
import {
  type Associate,
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  EndcapError,
  type Purpose,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Wish } from './attention.ts'
import { belongs, nobodyReason, reach } from './audience.ts'
import { digest, fillNames, type NoticeNames, namesIn, nobody, redact } from './notice-text.ts'
import { createOnce } from './once.ts'
import type { Availability, Emit, Notice, Person, ShopLog } from './types.ts'

export interface NoticesDependencies {
  ledger: Ledger
  emit: Emit
  log: ShopLog
  now(): number
  staff(): readonly Associate[]
  onShift(): readonly Associate[]
  availability(staff: string): Availability['availability']
  person(token: string): Person | undefined
  consents(token: string, purpose: Purpose): boolean
  /** An associate shall be disturbed by a notice. */
  alert(staff: string, wish: Wish): void
  changed(): void
}

interface Kept extends Notice {
  until: number
  /** Id of the staff.notified event. */
  event?: string
}

type Answer = CommandAnswer<'staff.notify'>
type Params = CommandParams<'staff.notify'>

const kind = 'notice'
const dayMilliseconds = 86_400_000
/** What waits for one associate; more than this is a flow gone wrong, and the oldest go. */
const limit = 200

const onlyName: ReadonlySet<keyof NoticeNames> = new Set(['name'])
const keyOf = ({ staff, id }: Notice) => `${staff}/${id}`

export async function createNotices(dependencies: NoticesDependencies) {
  const { ledger, emit, log, now, staff, onShift, availability, person, consents, alert, changed } = dependencies
  const once = await createOnce({ ledger, now })
  const kept = new Map<string, Kept>()
  const timers = new Map<string, NodeJS.Timeout>()
  const pages = new Map<string, Set<(notice: Notice) => void>>()

  const put = (notice: Kept) => ledger.documents.keep(kind, keyOf(notice), notice)
  const known = (id: string): void => {
    if (!staff().some((one) => one.id === id)) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'associate', id })
  }

  /** Why a token may not be spoken of, or undefined where it may. */
  function refusal(about: string | undefined, wanted: ReadonlySet<keyof NoticeNames>): string | undefined {
    if (about?.startsWith('person/')) {
      for (const purpose of ['recognition', 'arrival-notice'] as const)
        if (!consents(about, purpose)) return `there is no consent for ${purpose}`
      if (!wanted.has('favourite')) return undefined
      if (!consents(about, 'favourite-associate')) return 'there is no consent for favourite-associate'
      return person(about)?.favourite ? undefined : 'this customer named no favourite associate'
    }
    return wanted.size > 0 ? 'it asks for a name, and is about nobody who gave one' : undefined
  }

  function namesOf(about: string | undefined): NoticeNames {
    const customer = about === undefined ? undefined : person(about)
    const favourite = staff().find(({ id }) => id === customer?.favourite)?.name ?? nobody.favourite
    return { name: customer?.name ?? nobody.name, favourite }
  }

  function rendered(notice: Kept): Notice {
    const { event: _event, title, text, ...rest } = notice
    const names = namesOf(notice.about)
    return { ...rest, title: fillNames(title, names), ...(text === undefined ? {} : { text: fillNames(text, names) }) }
  }

  function show(notice: Notice) {
    for (const page of pages.get(notice.staff) ?? []) {
      try {
        page(notice)
      } catch (error) {
        log.error({ staff: notice.staff, err: error }, 'a staff page could not be told')
      }
    }
  }

  function watch(notice: Kept) {
    const key = keyOf(notice)
    clearTimeout(timers.get(key))
    const end = notice.acknowledgedAt === undefined ? notice.until : notice.acknowledgedAt + dayMilliseconds
    const timer = setTimeout(() => {
      remove(notice).then(changed, (error: unknown) => log.error({ err: error }, 'a notice could not be removed'))
    }, end - now())
    timer.unref()
    timers.set(key, timer)
  }

  /** Gone from lists and pages at once; from the ledger when the promise ends. */
  function remove(notice: Kept): Promise<unknown> {
    const key = keyOf(notice)
    clearTimeout(timers.get(key))
    timers.delete(key)
    kept.delete(key)
    const { id, staff, time, urgency } = notice
    show({ id, staff, time, urgency, title: '', because: [], gone: true })
    return ledger.documents.keep(kind, key)
  }

  const removeAll = (unwanted: Iterable<Kept>) => Promise.all([...unwanted].map(remove))

  /** Whom it reaches, and why nobody where that is so. */
  function audience({ to, name }: CommandCall, params: Params): { told: readonly Associate[]; reason: string } {
    const { for: wanted, urgency = 'normal' } = params
    const id = to === 'staff/+' ? undefined : to.slice('staff/'.length)
    if (id !== undefined && !staff().some((one) => one.id === id))
      throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: name })
    const present = onShift().filter((one) => id === undefined || one.id === id)
    if (id !== undefined && present.length === 0) return { told: [], reason: `${id} is not on shift` }
    const those = present.filter((one) => belongs(one, wanted))
    return {
      told: reach(those, availability, urgency),
      reason: nobodyReason(wanted, present.length, those.length),
    }
  }

  async function notify(call: CommandCall): Promise<Answer> {
    const params = call.params as Params
    const { title, text, about, zone, once: only, urgency = 'normal', ttlSeconds } = params
    const { told, reason } = audience(call, params)
    if (told.length === 0) return { told: [], reason }
    const refused = refusal(about, namesIn(title, text))
    if (refused !== undefined) return { told: [], reason: refused }
    if (only && !once.claim(only.key, only.seconds, about))
      return { told: [], reason: 'this was told already within its time' }

    const time = now()
    const id = randomUUID()
    const notices = told.map(({ id: staff }): Kept => {
      const until = time + (ttlSeconds === undefined ? dayMilliseconds : ttlSeconds * 1000)
      const optional = { ...(text ? { text } : {}), ...(zone ? { zone } : {}), ...(about ? { about } : {}) }
      return { id, staff, title, ...optional, urgency, time, until, because: call.because ?? [] }
    })
    for (const notice of notices) {
      kept.set(keyOf(notice), notice)
      watch(notice)
      show(rendered(notice))
      // Notices of one kind: those that a flow tells once for each of many have a key as arrival/k3v9.
      const fold = `notice/${only?.key.split('/', 1)[0] ?? digest(title)}`
      alert(notice.staff, { what: 'notice', id, urgency, fold, ...(zone ? { zone } : {}), time })
    }
    await Promise.all(
      notices.map(async (notice) => {
        const data = { staff: notice.staff, notice: id, title: fillNames(title, nobody).slice(0, 120) }
        const event = { type: 'staff.notified', subject: `staff/${notice.staff}`, data }
        const because = notice.because.length > 0 ? { because: notice.because } : {}
        notice.event = await emit('shop', { ...event, ...because })
        // Withdrawal may have come meanwhile; what it took away must not come back with this put.
        if (kept.has(keyOf(notice))) await put(notice)
      }),
    )
    if (only) await once.keep(only.key)
    for (const { id: staff } of told) await removeAll(listed(staff).slice(limit))
    changed()
    return { notice: id, told: told.map((one) => one.id) }
  }

  const listed = (staff: string): Kept[] =>
    [...kept.values()].filter((one) => one.staff === staff).sort((a, b) => b.time - a.time)

  for (const notice of (await ledger.documents.all<Kept>(kind)).values()) {
    kept.set(keyOf(notice), notice)
    const over = notice.acknowledgedAt === undefined ? notice.until : notice.acknowledgedAt + dayMilliseconds
    const wanted = namesIn(notice.title, notice.text)
    if (over <= now() || refusal(notice.about, wanted) !== undefined) await remove(notice)
    else watch(notice)
  }

  return {
    notify,
    /** A notice with nobody's name in it. */
    plain(staff: string, id: string): Notice | undefined {
      const notice = kept.get(`${staff}/${id}`)
      if (!notice) return undefined
      const { title, text } = notice
      const words = { title: fillNames(title, nobody).slice(0, 120) }
      return { ...notice, ...words, ...(text === undefined ? {} : { text: fillNames(text, nobody).slice(0, 280) }) }
    },
    /** The names that an associate may read in what is about a token: nobody's where consent does not stand. */
    names: (about: string | undefined): NoticeNames =>
      about?.startsWith('person/') && refusal(about, onlyName) === undefined ? namesOf(about) : nobody,
    /**
     * Takes back every notice about a token, acknowledged ones too: their text may name the person. Others lose the
     * words in which somebody typed the name.
     */
    async forget(token: string, words?: RegExp): Promise<void> {
      const about = [...kept.values()].filter((notice) => notice.about === token)
      const others = [...kept.values()].filter(
        (notice) => notice.about !== token && words !== undefined && redact(notice, words),
      )
      for (const notice of others) show(rendered(notice))
      await Promise.all([removeAll(about), once.forget(token), ...others.map(put)])
      if (about.length + others.length > 0) changed()
    },
    face: {
      list(staff: string): Notice[] {
        known(staff)
        return listed(staff).map(rendered)
      },
      async acknowledge(staff: string, id: string): Promise<Notice> {
        const notice = kept.get(`${staff}/${id}`)
        if (!notice) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'notice', id })
        if (notice.acknowledgedAt !== undefined) return rendered(notice)
        const time = now()
        notice.acknowledgedAt = time
        watch(notice)
        show(rendered(notice))
        await put(notice)
        const afterSeconds = Math.max(0, time - notice.time) / 1000
        const event = {
          type: 'staff.acknowledged',
          subject: `staff/${staff}`,
          data: { staff, notice: id, afterSeconds },
        }
        await emit('shop', { ...event, ...(notice.event ? { because: [notice.event] } : {}) }, { commit: true })
        changed()
        return rendered(notice)
      },
      attach(staff: string, page: (notice: Notice) => void): () => void {
        known(staff)
        const set = pages.get(staff) ?? new Set()
        pages.set(staff, set.add(page))
        return () => {
          set.delete(page)
        }
      },
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      pages.clear()
    },
  }
}
export type Notices = Awaited<ReturnType<typeof createNotices>>
