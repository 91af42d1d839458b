import { mediaUrl } from '../shared/api.ts'
import type { Medium } from '../shared/sign-face.tsx'

const CACHE = 'endcap-media'
/** Files kept for a reload without the box; the ones shown longest ago go first. */
const KEPT_FILES = 24
const READY_MILLISECONDS = 20_000

/** Pictures and videos of a sign: fetched once, checked against their hash, and decoded before they are shown. */
export interface MediaStore {
  /** Throws where the file is missing or damaged; what shows now then stays. */
  ready(hash: string): Promise<Medium>
}

export function createMediaStore(): MediaStore {
  const open = new Map<string, Medium>()
  return {
    async ready(hash) {
      const known = open.get(hash)
      if (known) return known
      const blob = await load(hash)
      const medium = { url: URL.createObjectURL(blob), video: blob.type.startsWith('video/') }
      try {
        await decode(medium)
      } catch (error) {
        URL.revokeObjectURL(medium.url)
        await forget(hash)
        throw error
      }
      open.set(hash, medium)
      for (const [old, { url }] of open) {
        if (open.size <= KEPT_FILES) break
        open.delete(old)
        URL.revokeObjectURL(url)
      }
      return medium
    },
  }
}

const store = async (): Promise<Cache | undefined> => ('caches' in globalThis ? await caches.open(CACHE) : undefined)

async function load(hash: string): Promise<Blob> {
  const cache = await store()
  const url = mediaUrl(hash)
  const kept = await cache?.match(url)
  const response = kept ?? (await fetch(url, { credentials: 'same-origin' }))
  if (!response.ok) throw new Error(`the box answered ${response.status} for ${hash}`)
  const copy = response.clone()
  const blob = await response.blob()
  if (!(await isWhole(blob, hash))) {
    await cache?.delete(url)
    throw new Error(`${hash} arrived damaged`)
  }
  if (cache) {
    // Put again, so that the order of keys is the order of use.
    await cache.delete(url)
    await cache.put(url, copy).catch(() => undefined)
    const keys = await cache.keys()
    await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT_FILES)).map((key) => cache.delete(key)))
  }
  return blob
}

const forget = async (hash: string): Promise<void> => void (await (await store())?.delete(mediaUrl(hash)))

/** SHA-256 of what came. Browsers offer it on localhost and over HTTPS; elsewhere decoding is the only check. */
async function isWhole(blob: Blob, hash: string): Promise<boolean> {
  if (!isSecureContext) return true
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
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
