/** Metres from the upper left corner of the floor plan. */
export type Point = [x: number, y: number]

export interface PlanZone {
  id: string
  /** The outline on the floor plan … */
  polygon?: Point[]
  /** … or everything near this receiver. */
  receiver?: string
  radiusMetres?: number
}

export interface PlanReceiver {
  id: string
  x: number
  y: number
  heightMetres?: number
  /** dB that this receiver hears more than others would in its place. */
  offset?: number
}

/** What a technician recorded while standing at a point, or anywhere in a zone. */
export interface PlanSample {
  x?: number
  y?: number
  zone?: string
  /** By receiver. A receiver that is missing here did not hear the tag. */
  signals: Record<string, { mean: number; deviation: number; count: number }>
}

/** The part of the shop's plan that presence is decided on. */
export interface Plan {
  floor: { width: number; depth: number }
  zones: PlanZone[]
  receivers: PlanReceiver[]
  samples?: PlanSample[]
}
