/** How the plates of a board are wired, for the board itself and for the configuration that a technician would write. */

export const MUX_ADDRESS = 0x70
export const MUX_PORTS = 8
/** A cell of 20 kg with 1 mV/V at a gain of 128, on 24 bits, rounded. */
export const GRAMS_PER_COUNT = 0.005

/** Each converter has two channels: the first eight plates take the first ones. */
export const inputOf = (plate: number): { port: number; channel: 1 | 2; text: string } => {
  const port = plate % MUX_PORTS
  const channel = plate < MUX_PORTS ? 1 : 2
  return { port, channel, text: `mux${port}/nau7802${channel === 2 ? '/2' : ''}` }
}
