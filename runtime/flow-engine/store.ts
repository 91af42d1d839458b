/** The flows and their history in the ledger: what is loaded, what may be saved, and how a bad deploy is taken back. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EndcapError } from '../contract/index.ts'
import type { Ledger, Version } from '../ledger/index.ts'
import { allowedTypes } from './allowed.ts'
import { checkFlows } from './check.ts'
import { difference, summary } from './difference.ts'
import type { FlowItem, StoredFlows } from './types.ts'

const KIND = 'flows'
/** Versions that are kept. */
const KEEP = 200
const RECIPES = join(import.meta.dirname, '../../flows/recipes')
/** What a box without flows begins with, one tab each. */
const FIRST_RECIPES = [
  'zone-sign',
  'arrival',
  'out-of-stock',
  'pick-to-light',
  'fridge-watch',
  'misplaced',
  'associate-nearby',
]

export interface FlowStore {
  /** The newest version; on a new box the first recipes, which become version 1. */
  latest(): Promise<Version<StoredFlows>>
  /** Checks and keeps flows as a new version. Throws ENDCAP_FLOWS_INVALID. `note` stands before the summary. */
  save(flows: unknown, credentials: Record<string, unknown>, by: string, options?: SaveOptions): Promise<Version>
  get(version: number): Promise<Version<StoredFlows>>
  list(): Promise<Omit<Version, 'value'>[]>
  difference(version: number): Promise<string[]>
  /** Made at first, then always the same. */
  credentialSecret(): Promise<string>
  settings(): Promise<Record<string, unknown>>
  saveSettings(settings: Record<string, unknown>): Promise<void>
}
export interface SaveOptions {
  known?: ReadonlySet<string>
  note?: string
}

export function createFlowStore(ledger: Pick<Ledger, 'documents' | 'versions'>): FlowStore {
  const get = async (version: number) => {
    const found = Number.isSafeInteger(version) ? await ledger.versions.get<StoredFlows>(KIND, version) : undefined
    if (!found) throw new EndcapError('ENDCAP_FLOWS_VERSION_UNKNOWN', { version })
    return found
  }
  const save: FlowStore['save'] = async (flows, credentials, by, { known = allowedTypes, note } = {}) => {
    const checked = checkFlows(flows, known)
    const before = await ledger.versions.latest<StoredFlows>(KIND)
    const words = summary(difference(before?.value.flows ?? [], checked))
    const value: StoredFlows = { flows: checked, credentials }
    return ledger.versions.add(KIND, value, by, note ? summary([note, words]) : words, KEEP)
  }

  return {
    get,
    save,
    async latest() {
      const newest = await ledger.versions.latest<StoredFlows>(KIND)
      if (newest) return newest
      const { version } = await save(await firstFlows(), {}, 'endcap', { note: 'first start' })
      return get(version)
    },
    list: () => ledger.versions.list(KIND),
    async difference(version) {
      const { value } = await get(version)
      const older = (await ledger.versions.list(KIND)).map((one) => one.version).filter((one) => one < version)
      const before = older.length > 0 ? await get(Math.max(...older)) : undefined
      return difference(before?.value.flows ?? [], value.flows)
    },
    async credentialSecret() {
      const kept = await ledger.documents.get<string>('secret/flows', 'credentials')
      if (kept) return kept
      const secret = randomBytes(24).toString('base64url')
      await ledger.documents.put('secret/flows', 'credentials', secret)
      return secret
    },
    settings: async () => (await ledger.documents.get<Record<string, unknown>>('node-red', 'settings')) ?? {},
    saveSettings: (settings) => ledger.documents.put('node-red', 'settings', settings),
  }
}

async function firstFlows(): Promise<FlowItem[]> {
  const recipes = FIRST_RECIPES.map(async (name) =>
    JSON.parse(await readFile(join(RECIPES, name, 'flow.json'), 'utf8')),
  )
  return (await Promise.all(recipes)).flat() as FlowItem[]
}
