/** Keeps the display awake while the page is looked at, where the browser can (localhost or HTTPS). */
export function stayAwake(signal: AbortSignal): void {
  if (!('wakeLock' in navigator)) return
  const ask = async () => {
    if (document.visibilityState !== 'visible') return
    try {
      const lock = await navigator.wakeLock.request('screen')
      signal.addEventListener('abort', () => void lock.release(), { once: true })
    } catch {
      // The device saves power: it may sleep.
    }
  }
  document.addEventListener('visibilitychange', () => void ask(), { signal })
  void ask()
}
