/**
 * SHA-256 (FIPS 180-4) for pages that are neither on localhost nor served over HTTPS: browsers keep `crypto.subtle` from
 * them, and a picture shall be checked there too.
 */

/** The first 32 bits of the fractional part of a root of a prime (FIPS 180-4, 4.2.2 and 5.3.3). */
const fraction = (prime: number, power: number) => Math.floor((prime ** power % 1) * 2 ** 32)

const primes: number[] = []
for (let one = 2; primes.length < 64; one++) if (primes.every((prime) => one % prime !== 0)) primes.push(one)
const K = Uint32Array.from(primes, (prime) => fraction(prime, 1 / 3))
const START = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 1 / 2))

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by))

export function sha256(bytes: Uint8Array): string {
  const length = (((bytes.length + 8) >> 6) + 1) << 6
  const padded = new Uint8Array(length)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29))
  view.setUint32(length - 4, (bytes.length << 3) >>> 0)
  const hash = Uint32Array.from(START)
  const words = new Uint32Array(64)
  const word = (index: number) => words[index] ?? 0
  for (let block = 0; block < length; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(block + i * 4)
    for (let i = 16; i < 64; i++) {
      const [early, late] = [word(i - 15), word(i - 2)]
      const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
      const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
      words[i] = word(i - 16) + small + word(i - 7) + large
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
    for (let i = 0; i < 64; i++) {
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + word(i)) | 0
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    const round = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < 8; i++) hash[i] = (hash[i] ?? 0) + (round[i] ?? 0)
  }
  return [...hash].map((one) => one.toString(16).padStart(8, '0')).join('')
}
