/** Closer than this the model's logarithm would promise more than an antenna delivers. */
const nearestMetres = 0.3

/** How much higher than a tag in a trolley or a pocket a receiver without a stated height hangs: metres. */
const tagHeightMetres = 1.1
const usualReceiverHeightMetres = 2.3

/**
 * Log-distance path loss (ITU-R P.1238, IEEE 802.15.1 practice): RSSI = P₁ₘ − 10·n·log₁₀(d / 1 m).
 * dBm expected `metres` away from a tag with this measured power.
 */
export function expectedRssi(metres: number, measuredPower: number, exponent: number): number {
  return measuredPower - 10 * exponent * Math.log10(Math.max(metres, nearestMetres))
}

/** The same, turned round: metres at which this RSSI (dBm) would be expected. */
export function estimatedMetres(rssi: number, measuredPower: number, exponent: number): number {
  return 10 ** ((measuredPower - rssi) / (10 * exponent))
}

/** Metres between a tag on the floor plan and a receiver that may hang above it. */
export function metresToReceiver(
  x: number,
  y: number,
  receiver: { x: number; y: number; heightMetres?: number },
): number {
  const rise = (receiver.heightMetres ?? usualReceiverHeightMetres) - tagHeightMetres
  return Math.hypot(x - receiver.x, y - receiver.y, rise)
}

/** A measured power that a beacon may honestly have; some frames carry nonsense there. */
export function isPlausiblePower(dbm: number | undefined): dbm is number {
  return dbm !== undefined && dbm <= -30 && dbm >= -95
}
