/** Small things that a page keeps over a reload. A full or forbidden store is no reason to fail: the page goes on. */

/** False where there is no room for it: the page still works, only a reload without the box starts from older things. */
export function remember(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

export function recall(key: string): unknown {
  try {
    const text = localStorage.getItem(key)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A random id. crypto.randomUUID is missing where the shop's network has no HTTPS; getRandomValues is not. */
export const randomId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
