/**
 * Makes a page open again without the box: registers the service worker for this page's address, and puts the page and
 * everything that it was built from into the cache that the worker answers from. The page knows best what it loaded,
 * so it fills the cache; the worker only reads.
 *
 * Browsers allow this on localhost and over HTTPS. Elsewhere the page works, but not across a reload without the box.
 */
export async function keepShell(scope: string, cacheName: string): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !('caches' in globalThis)) return false
  try {
    await navigator.serviceWorker.register('/sw.js', { scope, type: 'module' })
    await Promise.all([navigator.serviceWorker.ready, fill(await caches.open(cacheName))])
    return true
  } catch {
    return false
  }
}

async function fill(cache: Cache): Promise<void> {
  const loaded = performance.getEntriesByType('resource').map((entry) => entry.name)
  const linked = [...document.querySelectorAll<HTMLLinkElement>('link[href]')].map((link) => link.href)
  const scripts = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].map((script) => script.src)
  const prefix = `${location.origin}/assets/`
  const wanted = new Set([...loaded, ...linked, ...scripts].filter((url) => url.startsWith(prefix)))
  const page = await fetch(location.pathname, { credentials: 'same-origin' })
  if (page.ok && !page.redirected) await cache.put(location.pathname, page)
  await Promise.all(
    [...wanted].map(async (url) => {
      if (!(await cache.match(url))) await cache.add(url)
    }),
  )
  for (const { url } of await cache.keys()) {
    if (url.startsWith(prefix) && !wanted.has(url)) await cache.delete(url)
  }
}
