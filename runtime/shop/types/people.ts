import type { Purpose } from '../../contract/index.ts'

/** A customer who agreed to something. Lives in the ledger only; never enters Node-RED. */
export interface Person {
  /** Opaque; the token in events is `person/<id>`. */
  id: string
  name: string
  /** Beacon ids or radio addresses that this person carries. */
  tags: string[]
  /** Id of an associate. */
  favourite?: string
  consents: Consent[]
}

/** A receipt: what was agreed to, in which words, when, recorded by whom, and when it was taken back. */
export interface Consent {
  receipt: string
  purpose: Purpose
  /** The text that the person was shown. */
  text: string
  givenAt: number
  recordedBy: string
  withdrawnAt?: number
}
