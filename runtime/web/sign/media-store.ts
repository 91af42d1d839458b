import { mediaUrl } from '../shared/api.ts'
import type { Medium } from '../shared/sign-face.tsx'
import { sha256 } from './sha256.ts'

const CACHE = 'endcap-media'
/** Files kept beside those that the programme needs, for what was shown in between; the ones of longest ago go first. */
const SPARE_FILES = 24
const READY_MILLISECONDS = 20_000
const FETCH_MILLISECONDS = 300_000

/** Pictures and videos of a sign: fetched once, checked against their hash, and decoded before they are shown. */
export interface MediaStore {
  /** Throws where the file is missing or damaged; what shows now then stays. */
  ready(hash: string): Promise<Medium>
  /**
   * Fetches and checks all that a programme needs, one after the other, and throws away what no longer fits beside it.
   * A file that was damaged in the cache is fetched anew. What was found whole since the page was opened is read again
   * only for a `whole` round. Resolves when it has tried all.
   */
  keep(hashes: readonly string[], whole?: boolean): Promise<void>
  /**
   * Of the files that the programme needs: how many are kept, which the box does not give whole, which arrived whole but
   * cannot be shown by this browser, and which are shown but cannot be kept, so that a reload without the box lacks them.
   */
  state(): { ready: number; missing: string[]; unplayable: string[]; unkept: string[] }
}

/** What cannot be shown is not tried again at each of its turns: a busy machine may be the reason, a second look comes later. */
const TRY_AGAIN_MILLISECONDS = 600_000

export function createMediaStore(): MediaStore {
  const open = new Map<string, Medium>()
  const tried = new Set<string>()
  const unplayable = new Map<string, number>()
  let needed: readonly string[] = []
  let kept = { good: new Set<string>(), missing: [] as string[], unkept: [] as string[] }
  let round = 0

  const close = (hash: string) => {
    const medium = open.get(hash)
    if (!medium) return
    open.delete(hash)
    URL.revokeObjectURL(medium.url)
  }
  const decoded = async (hash: string, blob: Blob): Promise<Medium> => {
    const since = unplayable.get(hash)
    if (since !== undefined && performance.now() - since < TRY_AGAIN_MILLISECONDS)
      throw new Error(`${hash} cannot be shown by this browser`)
    const medium = { url: URL.createObjectURL(blob), video: blob.type.startsWith('video/') }
    try {
      await decode(medium)
      unplayable.delete(hash)
      return medium
    } catch (error) {
      URL.revokeObjectURL(medium.url)
      unplayable.set(hash, performance.now())
      throw error
    } finally {
      tried.add(hash)
    }
  }
  const ready = async (hash: string): Promise<Medium> => {
    const known = open.get(hash)
    if (known) return known
    const medium = await decoded(hash, (await load(hash, needed)).blob)
    const before = open.get(hash)
    if (before) {
      URL.revokeObjectURL(medium.url)
      return before
    }
    open.set(hash, medium)
    // Where the browser has no cache for us, what is open is all there is.
    const most = SPARE_FILES + ('caches' in globalThis ? 0 : needed.length)
    for (const old of open.keys()) {
      if (open.size <= most) break
      close(old)
    }
    return medium
  }

  /** Looked at once before its turn comes, so that the console can tell while somebody still sits before it. */
  const look = async (hash: string, blob: Blob) => {
    if (tried.has(hash)) return
    const medium = await decoded(hash, blob).catch(() => undefined)
    if (medium) URL.revokeObjectURL(medium.url)
  }

  return {
    ready,
    async keep(hashes, whole = false) {
      const mine = ++round
      needed = hashes
      const next: typeof kept = { good: new Set(), missing: [], unkept: [] }
      for (const hash of hashes) {
        if (mine !== round) return
        if (!whole && kept.good.has(hash)) {
          next.good.add(hash)
          continue
        }
        try {
          const file = await load(hash, hashes)
          await look(hash, file.blob)
          // Without a cache the file is kept by having it open.
          if (!('caches' in globalThis) && !unplayable.has(hash)) await ready(hash)
          else if (!file.kept) next.unkept.push(hash)
          if (file.kept) next.good.add(hash)
        } catch {
          next.missing.push(hash)
        }
      }
      if (mine === round) kept = next
    },
    state: () => ({
      ready: kept.good.size,
      missing: kept.missing,
      unplayable: [...unplayable.keys()].filter((hash) => needed.includes(hash)),
      unkept: kept.unkept,
    }),
  }
}

const store = async (): Promise<Cache | undefined> => ('caches' in globalThis ? await caches.open(CACHE) : undefined)

/** A file that is whole. `kept`: it is there without the box too; with no cache at all it is as long as it stays open. */
async function load(hash: string, needed: readonly string[]): Promise<{ blob: Blob; kept: boolean }> {
  const cache = await store()
  const url = mediaUrl(hash)
  const kept = await cache?.match(url)
  if (cache && kept) {
    const blob = await kept.blob().catch(() => undefined)
    if (blob && (await isWhole(blob, hash))) {
      // Put again, so that the order of keys is the order of use.
      if (!needed.includes(hash)) await keepFile(cache, hash, blob, needed)
      return { blob, kept: true }
    }
    await cache.delete(url)
  }
  // Past the browser's own cache where what lies in that one is damaged.
  const blob = (await wholeFrom(url, hash, 'default')) ?? (await wholeFrom(url, hash, 'reload'))
  if (!blob) throw new Error(`${hash} arrived damaged`)
  return { blob, kept: cache ? await keepFile(cache, hash, blob, needed) : true }
}

/** The file as it arrives, or undefined where it is damaged. Throws where the box does not give it. */
async function wholeFrom(url: string, hash: string, cache: RequestCache): Promise<Blob | undefined> {
  const signal = AbortSignal.timeout(FETCH_MILLISECONDS)
  const response = await fetch(url, { credentials: 'same-origin', cache, signal })
  const blob = await response.blob()
  if (!response.ok) throw new Error(`the box answered ${response.status} for ${hash}`)
  return (await isWhole(blob, hash)) ? blob : undefined
}

/**
 * Keeps a file; false where there is no room, even without what the programme does not need. That is no reason to fail:
 * with the box there, the file is shown all the same.
 */
async function keepFile(cache: Cache, hash: string, blob: Blob, needed: readonly string[]): Promise<boolean> {
  const url = mediaUrl(hash)
  const put = () => cache.put(url, new Response(blob, { headers: { 'content-type': blob.type } }))
  const spare = async () => {
    const wanted = new Set(needed.map((one) => location.origin + mediaUrl(one)))
    return (await cache.keys()).filter((key) => !wanted.has(key.url) && !key.url.endsWith(hash))
  }
  await cache.delete(url)
  try {
    await put()
  } catch {
    await Promise.all((await spare()).map((key) => cache.delete(key)))
    try {
      await put()
    } catch {
      return false
    }
  }
  const others = await spare()
  await Promise.all(others.slice(0, Math.max(0, others.length - SPARE_FILES)).map((key) => cache.delete(key)))
  return true
}

async function isWhole(blob: Blob, hash: string): Promise<boolean> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  if (!isSecureContext) return sha256(bytes) === hash
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') === hash
}

async function decode({ url, video }: Medium): Promise<void> {
  if (!video) {
    const image = new Image()
    image.src = url
    return image.decode()
  }
  const element = document.createElement('video')
  element.muted = true
  element.preload = 'auto'
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the video did not become ready')), READY_MILLISECONDS)
    element.addEventListener('canplaythrough', () => resolve(), { once: true })
    element.addEventListener('error', () => reject(new Error('the video cannot be played')), { once: true })
    element.addEventListener('canplaythrough', () => clearTimeout(timer), { once: true })
    element.src = url
  })
  element.removeAttribute('src')
  element.load()
}
