/** What a receiver hears of a tag: log-distance path loss with shadowing, fading and the loss through a body. */
import { createRandom, type Random } from './random.ts'

export interface Place {
  x: number
  y: number
  /** metres above the floor */
  height: number
}

/** dB a decade of distance, over ten: ITU-R P.1238 gives N = 22 for commercial buildings near 2 GHz. */
const PATH_LOSS_EXPONENT = 2.2
/** Deviation in dB of slow shadowing by shelves (log-normal, P.1238 lists 3 to 10 dB), and metres over which it changes. */
const SHADOW_DECIBELS = 3
const SHADOW_CELL_METRES = 2.5
/** Deviation in dB from packet to packet (three channels, moving people). */
const FADING_DECIBELS = 2.5
/** dB lost when the bearer's body stands fully between tag and receiver at 2.4 GHz. */
const BODY_DECIBELS = 7
/** dBm below which a packet is lost more often than not, and the width of that edge in dB. */
const SENSITIVITY = -93
const SENSITIVITY_EDGE = 2
/** Receivers report whole dBm not above this. */
const LOUDEST = -25

export interface Radio {
  /**
   * One packet: dBm as receiver `index` hears it, or undefined where it was lost.
   * `heading` is where the bearer looks, in radians; the tag hangs before the bearer.
   */
  hear(index: number, receiver: Place, tag: Place, heading: number, measuredPower: number): number | undefined
}

/** A shop's radio, its shadows fixed by the seed. */
export function createRadio(seed: number, random: Random): Radio {
  const shadows = new Map<string, number>()
  const corner = (index: number, column: number, row: number) => {
    const key = `${index}/${column}/${row}`
    let value = shadows.get(key)
    if (value === undefined) {
      value = createRandom(seed * 7919 + index * 104729 + column * 1299709 + row * 15485863).normal() * SHADOW_DECIBELS
      shadows.set(key, value)
    }
    return value
  }
  /** Bilinear between the corners of a grid, so that shadows change smoothly along a walk. */
  const shadow = (index: number, x: number, y: number) => {
    const column = Math.floor(x / SHADOW_CELL_METRES)
    const row = Math.floor(y / SHADOW_CELL_METRES)
    const across = x / SHADOW_CELL_METRES - column
    const down = y / SHADOW_CELL_METRES - row
    const upper = corner(index, column, row) * (1 - across) + corner(index, column + 1, row) * across
    const lower = corner(index, column, row + 1) * (1 - across) + corner(index, column + 1, row + 1) * across
    return upper * (1 - down) + lower * down
  }
  return {
    hear(index, receiver, tag, heading, measuredPower) {
      const dx = receiver.x - tag.x
      const dy = receiver.y - tag.y
      const metres = Math.max(0.3, Math.hypot(dx, dy, receiver.height - tag.height))
      const away = (1 - Math.cos(Math.atan2(dy, dx) - heading)) / 2
      const dbm =
        measuredPower -
        10 * PATH_LOSS_EXPONENT * Math.log10(metres) -
        BODY_DECIBELS * away +
        shadow(index, tag.x, tag.y) +
        FADING_DECIBELS * random.normal()
      if (random.next() > 1 / (1 + Math.exp((SENSITIVITY - dbm) / SENSITIVITY_EDGE))) return undefined
      return Math.min(LOUDEST, Math.round(dbm))
    },
  }
}
