import { createDecipheriv } from 'node:crypto'

const tagBytes = 4

/**
 * AES-128-CCM with a tag of four bytes (RFC 3610), as BTHome and MiBeacon use it. `undefined` where the tag does not
 * fit: another key, or a frame that was changed.
 */
export function openCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  tag: Uint8Array,
  associated?: Uint8Array,
): Uint8Array | undefined {
  if (key.length !== 16 || tag.length !== tagBytes) return undefined
  try {
    const cipher = createDecipheriv('aes-128-ccm', key, nonce, { authTagLength: tagBytes })
    cipher.setAuthTag(tag)
    if (associated) cipher.setAAD(associated, { plaintextLength: sealed.length })
    const opened = cipher.update(sealed)
    cipher.final()
    return new Uint8Array(opened)
  } catch {
    return undefined
  }
}

/**
 * The same without the check of the tag, which MiBeacon 2 and 3 cut down to one byte that nobody can check: CCM
 * encrypts with counter blocks `1, nonce (13), counter (2)` from 1 on (RFC 3610, 2.3). A wrong key yields noise.
 */
export function openCcmUnchecked(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (key.length !== 16 || nonce.length !== 13) return undefined
  const cipher = createDecipheriv('aes-128-ctr', key, Uint8Array.from([1, ...nonce, 0, 1]))
  return new Uint8Array(cipher.update(sealed))
}

/** One block of AES-128-ECB without padding. */
export function openBlock(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (key.length !== 16 || sealed.length !== 16) return undefined
  const cipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return new Uint8Array(cipher.update(sealed))
}
