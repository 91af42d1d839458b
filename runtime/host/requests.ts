/** Requests that every plugin may make: its own state, the floor plan, and what the shop knows of its goods. */
import { EndcapError } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Shop } from '../shop/index.ts'
import type { RequestHandler } from './types.ts'

const MAX_KEY_CHARACTERS = 256
const MAX_VALUE_CHARACTERS = 1_000_000
/** As many as a planogram can have slots. */
const MAX_SHELVES = 20_000

/** State is kept as documents of the kind `state/<plugin>`; answers come after COMMIT. */
export function standardRequests(documents: Ledger['documents'], shop: Shop): [string, RequestHandler][] {
  return [
    ['state.get', async ({ name }, params) => (await documents.get(`state/${name}`, key(params))) ?? null],
    [
      'state.set',
      async ({ name }, params) => {
        const { value } = params as { value?: unknown }
        if ((JSON.stringify(value) ?? '').length > MAX_VALUE_CHARACTERS)
          throw invalid('/value', `must not have more than ${MAX_VALUE_CHARACTERS} characters as JSON`)
        await documents.put(`state/${name}`, key(params), value ?? null)
      },
    ],
    ['state.delete', ({ name }, params) => documents.delete(`state/${name}`, key(params))],
    ['shop.plan', () => shop.publicPlan()],
    ['shop.knowledge', (_plugin, params) => shop.knowledge.forPlugins(shelves(params))],
    // Whoever wires the box knows where profiles lie, and answers with them in place of this.
    ['devices.profiles', () => []],
  ]
}

function key(params: unknown): string {
  const { key } = (params ?? {}) as { key?: unknown }
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_CHARACTERS)
    throw invalid('/key', `must be text of 1 to ${MAX_KEY_CHARACTERS} characters`)
  return key
}

/** Which shelves are asked for; undefined for all. */
function shelves(params: unknown): string[] | undefined {
  const { shelves } = (params ?? {}) as { shelves?: unknown }
  if (shelves === undefined || shelves === null) return undefined
  if (!Array.isArray(shelves) || shelves.length > MAX_SHELVES || !shelves.every((one) => typeof one === 'string'))
    throw invalid('/shelves', `must be a list of at most ${MAX_SHELVES} paths such as A/3`)
  return shelves
}

const invalid = (path: string, reason: string) => new EndcapError('ENDCAP_REQUEST_INVALID', { path, reason })
