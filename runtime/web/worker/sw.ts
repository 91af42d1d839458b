/**
 * Answers for the box while it is away: a page that was opened before (shared/shell.ts filled the cache) opens again.
 * Nothing else passes through here but taps on notifications; streams, API and media are the pages' own business.
 */
declare const self: ServiceWorkerGlobalScope

/** A page waits no longer for the box than this before it opens from the cache. */
const PATIENCE_MILLISECONDS = 3000

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(openPage(request, url.pathname))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(openAsset(request))
})

/** A notification of the staff page leads to that page, the open one if there is one. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openStaffPage())
})

async function openStaffPage(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' })
  const open = pages.find(({ url }) => new URL(url).pathname === '/staff')
  await (open ? open.focus() : self.clients.openWindow('/staff'))
}

async function openPage(request: Request, path: string): Promise<Response> {
  const kept = await caches.match(path)
  if (!kept) return fetch(request)
  try {
    const fresh = await Promise.race([fetch(request), tooLate()])
    return fresh.status >= 500 ? kept : fresh
  } catch {
    return kept
  }
}

/** Assets carry a hash in their name, so a kept one is never stale. */
const openAsset = async (request: Request): Promise<Response> => (await caches.match(request)) ?? fetch(request)

const tooLate = (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error('too late')), PATIENCE_MILLISECONDS))
