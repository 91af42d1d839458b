/**
 * Every number that the engine works with. Those of the first group are the technician's (config.schema.json); the
 * others are properties of 2.4 GHz radio and of people walking, chosen once; docs/presence.md tells how.
 */
export const defaultSettings = {
  /** A tag that no receiver hears for so long has left. */
  silenceSeconds: 20,
  /** `presence.dwelled` is emitted when somebody has stayed in a zone for so long. */
  dwellSeconds: [30, 120],
  /** Somebody stays in a zone until clearly this far outside it. */
  marginMetres: 0.7,
  /** How long a new zone must have been the better one before somebody is moved there. */
  holdSeconds: 1,
  /** Tags followed at once. */
  maxTags: 2000,
  /** Path-loss exponent where nobody has recorded samples: 2 in free space, 2.5 to 3 in a furnished shop. */
  pathLossExponent: 2.5,

  /** dBm at 1 m of a tag that does not tell. */
  measuredPower: -59,
  /** Time constant of each receiver's filtered signal. */
  signalSeconds: 0.3,
  /** A signal of this age counts half. */
  halfAgeSeconds: 2,
  /** A receiver that heard nothing at all for so long is taken as dead, and its silence tells nothing. */
  receiverSilenceSeconds: 15,
  /** A tag's zone is decided again at most this often. */
  updateMilliseconds: 250,
  /** Decisions a second over all tags; above it tags take turns. */
  maxUpdatesPerSecond: 2400,
  /** Cells of the floor plan's grid at most; they are never smaller than 0.5 m. */
  maxCells: 400,
  /** How far somebody strays in one second (standard deviation along each axis), lingering and striding … */
  lingerMetres: 0.5,
  strideMetres: 2.5,
  /** … and the share of moments at which people stride. */
  strideShare: 0.1,
  /**
   * Successive signals err alike, since body and shelves stay where they are. So one second of signals counts as this
   * many independent ones.
   */
  evidencePerSecond: 1.5,
  /** The same where the states are recordings, which tell themselves how signals hang together. */
  recordingEvidencePerSecond: 0.15,
  /** Scatter of signals round a recording beyond its own (standard deviation). */
  recordingScatterDb: 2,
  /** How often somebody changes from one zone to another, and within a zone, where only recordings tell. */
  zoneChangesPerSecond: 0.02,
  spotChangesPerSecond: 0.1,
  /** Scatter of signals round the map (standard deviation), where samples were recorded and where not. */
  sampledScatterDb: 6,
  unsampledScatterDb: 7,
  /** How much tags differ in power, and people in how they wear them (standard deviation). */
  sampledOffsetDb: 2,
  unsampledOffsetDb: 3,
  /** Degrees of freedom of Student's t: how forgiving a single receiver's outlier is met. */
  degreesOfFreedom: 4,
  /** Signals below are not heard; and how often a signal above is not heard either. */
  sensitivityDbm: -96,
  missRate: 0.15,
}

export type Settings = typeof defaultSettings
