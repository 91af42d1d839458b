/** Wires of an I²C bus: chips by their address, and a TCA9548A that joins some of them to it. */

export interface I2cChip {
  write(bytes: readonly number[]): void
  /** The next bytes from wherever the last write has pointed. */
  read(count: number): number[]
}

export interface I2cBus {
  /** Undefined where nobody acknowledges the address. */
  chip(address: number): I2cChip | undefined
}

/** A bus with these chips at their addresses; a multiplexer among them opens the way to more. */
export function createBus(chips: ReadonlyMap<number, I2cChip | Multiplexer>): I2cBus {
  return {
    chip(address) {
      const own = chips.get(address)
      if (own) return own
      for (const one of chips.values()) {
        const behind = 'behind' in one ? one.behind(address) : undefined
        if (behind) return behind
      }
      return undefined
    },
  }
}

export interface Multiplexer extends I2cChip {
  behind(address: number): I2cChip | undefined
}

/** A TCA9548A (SCPS207H): one register, a bit for each of its eight ports; several may be open, none is at first. */
export function createMultiplexer(ports: ReadonlyMap<number, ReadonlyMap<number, I2cChip>>): Multiplexer {
  let open = 0
  return {
    write(bytes) {
      open = bytes.at(-1) ?? open
    },
    read: (count) => Array.from({ length: count }, () => open),
    behind(address) {
      for (const [port, chips] of ports) if (open & (1 << port)) return chips.get(address)
      return undefined
    },
  }
}
