/**
 * Who may come in: links (secrets handed out) and the sessions made from them. Both live in ledger documents under the
 * SHA-256 of their secret, and in memory, so that authorize() never waits. Ending a session ends what hangs on it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { EndcapError } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'

export type Role = 'manager' | 'screen' | 'staff'

/** A secret that was handed out. One that signs a manager in works once; those of devices until they are revoked. */
export interface Link {
  id: string
  role: Role
  /** The screen or associate that it is for. */
  for?: string
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number
  /** An unused one-time secret ends then. */
  expiresAt?: number
  usedAt?: number
}

export interface Session {
  /** SHA-256 of the cookie's value. */
  key: string
  link: string
  role: Role
  /** The screen or associate; absent for a manager. */
  id?: string
  createdAt: number
  /** Managers: 30 days after the last use. */
  expiresAt?: number
}

const DAY = 86_400_000
const ONE_TIME = DAY
const MANAGER_IDLE = 30 * DAY

/** 192 random bits: guessing is hopeless, so a plain hash is enough to keep it by. */
const newSecret = (): string => randomBytes(24).toString('base64url')
const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const newId = (): string => randomBytes(6).toString('hex')

/** What nobody waits for may fail: the ledger logs that it cannot be written, and a full disk must not end the box. */
const unawaited = (written: Promise<unknown>): void => void written.catch(() => undefined)

export class Sessions {
  readonly #documents: Ledger['documents']
  readonly #sessions = new Map<string, Session>()
  /** By the hash of the secret. */
  readonly #links = new Map<string, Link>()
  readonly #closers = new Map<string, Set<() => void>>()
  /** Hashes of one-time secrets that are being used now: two at once must not both get in. */
  readonly #using = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(documents: Ledger['documents']) {
    this.#documents = documents
  }

  async start(): Promise<void> {
    for (const [key, link] of await this.#documents.all<Link>('link')) this.#links.set(key, link)
    for (const [key, session] of await this.#documents.all<Session>('session')) this.#sessions.set(key, session)
    await this.#prune()
    this.#timer = setInterval(() => unawaited(this.#prune()), 3_600_000)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const closers of this.#closers.values()) for (const close of closers) close()
    this.#closers.clear()
  }

  /** The session of a cookie's value; a manager's life is prolonged, written down at most once a day. */
  find(token: string): Session | undefined {
    const session = this.#sessions.get(hash(token))
    if (!session) return undefined
    const now = Date.now()
    if (session.expiresAt === undefined) return session
    if (session.expiresAt <= now) {
      unawaited(this.#end(session))
      return undefined
    }
    if (session.expiresAt - now < MANAGER_IDLE - DAY) {
      session.expiresAt = now + MANAGER_IDLE
      unawaited(this.#documents.put('session', session.key, session))
    }
    return session
  }

  /** Turns a secret into a session; `token` is the cookie's value. Throws ENDCAP_LINK_INVALID. */
  async signIn(secret: string): Promise<{ token: string; session: Session }> {
    const key = hash(secret)
    const link = this.#links.get(key)
    if (!link) throw new EndcapError('ENDCAP_LINK_INVALID', { reason: 'it is unknown or was revoked' })
    const once = link.role === 'manager'
    if (once && (link.usedAt !== undefined || this.#using.has(key)))
      throw new EndcapError('ENDCAP_LINK_INVALID', { reason: 'it was used already' })
    const now = Date.now()
    if (link.expiresAt !== undefined && link.expiresAt <= now)
      throw new EndcapError('ENDCAP_LINK_INVALID', { reason: 'its 24 hours are over' })
    if (once) this.#using.add(key)
    try {
      const token = newSecret()
      const session: Session = {
        key: hash(token),
        link: link.id,
        role: link.role,
        ...(link.for === undefined ? {} : { id: link.for }),
        createdAt: now,
        ...(once ? { expiresAt: now + MANAGER_IDLE } : {}),
      }
      const { expiresAt: _, ...lasting } = link
      const used: Link = { ...lasting, usedAt: now }
      // With a full disk a manager must get in all the more.
      await Promise.all([
        this.#documents.keep('link', key, used),
        this.#documents.keep('session', session.key, session),
      ])
      // Revoked while it was being written: the revocation wins.
      if (this.#links.has(key)) {
        this.#links.set(key, used)
        this.#sessions.set(session.key, session)
        return { token, session }
      }
      await this.#documents.keep('session', session.key)
      await this.#documents.keep('link', key)
      throw new EndcapError('ENDCAP_LINK_INVALID', { reason: 'it was revoked' })
    } finally {
      this.#using.delete(key)
    }
  }

  /** Signs out. A manager's spent secret goes with its session. */
  async signOut(session: Session): Promise<void> {
    await this.#end(session)
    if (session.role === 'manager') await this.#forgetLink(session.link)
  }

  async signInSecret(): Promise<string> {
    const now = Date.now()
    return this.#handOut({ id: newId(), role: 'manager', createdAt: now, expiresAt: now + ONE_TIME })
  }

  async createLink(role: 'screen' | 'staff', id: string): Promise<{ link: Link; secret: string }> {
    const link: Link = { id: newId(), role, for: id, createdAt: Date.now() }
    return { link, secret: await this.#handOut(link) }
  }

  async #handOut(link: Link): Promise<string> {
    const secret = newSecret()
    await this.#documents.keep('link', hash(secret), link)
    this.#links.set(hash(secret), link)
    return secret
  }

  /** Links of devices, and managers who signed in; not the secrets that nobody has used yet. */
  links(): (Link & { sessions: number; connected: number })[] {
    return [...this.#links.values()]
      .filter((link) => link.role !== 'manager' || link.usedAt !== undefined)
      .map((link) => {
        const own = [...this.#sessions.values()].filter((session) => session.link === link.id)
        const connected = own.reduce((sum, session) => sum + (this.#closers.get(session.key)?.size ?? 0), 0)
        return { ...link, sessions: own.length, connected }
      })
      .sort((a, b) => b.createdAt - a.createdAt)
  }

  /** Ends a link, its sessions, and at once their streams and sockets. False where there is none. */
  async revoke(id: string): Promise<boolean> {
    const ended = [...this.#sessions.values()].filter((session) => session.link === id).map((one) => this.#end(one))
    const found = await this.#forgetLink(id)
    await Promise.all(ended)
    return found
  }

  /** Has `close` called when the session ends. Returns the way to take it back. */
  onEnd(session: Session, close: () => void): () => void {
    const closers = this.#closers.get(session.key) ?? new Set()
    this.#closers.set(session.key, closers)
    closers.add(close)
    return () => {
      closers.delete(close)
      if (closers.size === 0 && this.#closers.get(session.key) === closers) this.#closers.delete(session.key)
    }
  }

  async #forgetLink(id: string): Promise<boolean> {
    for (const [key, link] of this.#links) {
      if (link.id !== id) continue
      this.#links.delete(key)
      await this.#documents.delete('link', key)
      return true
    }
    return false
  }

  /** Takes effect before it returns; resolves when it is written down. */
  #end(session: Session): Promise<void> {
    this.#sessions.delete(session.key)
    const closers = this.#closers.get(session.key)
    this.#closers.delete(session.key)
    for (const close of closers ?? []) close()
    return this.#documents.delete('session', session.key)
  }

  async #prune(): Promise<void> {
    const now = Date.now()
    for (const session of this.#sessions.values())
      if (session.expiresAt !== undefined && session.expiresAt <= now) await this.signOut(session)
    for (const link of this.#links.values())
      if (link.expiresAt !== undefined && link.expiresAt <= now) await this.#forgetLink(link.id)
  }
}
