export type BearerKind = 'visitor' | 'customer' | 'staff' | 'asset'

/** The receivers and filtered signals that a decision was drawn from, strongest first. */
export type Evidence = { receiver: string; rssi: number; metres?: number }[]

interface Who {
  who: string
  kind: BearerKind
  confidence: number
  evidence: Evidence
}

interface InZone extends Who {
  zone: string
}

/** What the engine tells: type and data as the contract's vocabulary has them. */
export type PresenceEvent =
  | { type: 'presence.entered'; data: InZone & { from?: string; x: number; y: number } }
  | { type: 'presence.moved'; data: Who & { zone?: string; x: number; y: number; accuracyMetres: number } }
  | { type: 'presence.dwelled'; data: InZone & { dwellSeconds: number } }
  | {
      type: 'presence.left'
      data: InZone & { dwellSeconds: number; to?: string; reason: 'moved' | 'silence' | 'shop-changed' }
    }

/** What a token stands for, by the word before its slash. */
export function kindOf(who: string): BearerKind {
  if (who.startsWith('person/')) return 'customer'
  if (who.startsWith('staff/')) return 'staff'
  return who.startsWith('asset/') ? 'asset' : 'visitor'
}

export const toCentimetres = (metres: number): number => Math.round(metres * 100) / 100
export const toTenths = (value: number): number => Math.round(value * 10) / 10
export const toPercent = (probability: number): number => Math.round(Math.min(1, Math.max(0, probability)) * 100) / 100
