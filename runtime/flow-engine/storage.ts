/** Node-RED's storage module: everything is kept by the host, which may refuse. The file system is not used. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link } from '../contract/child.ts'
import type { Hub } from './hub.ts'
import type { Boot, StoredFlows } from './types.ts'

export interface StorageInput {
  link: Pick<Link, 'request'>
  boot: Boot
  /** Made at this start of the child. */
  start: string
  /** Folder of the recipes, offered under Import → Local. */
  recipes: string
  /** Names of the node types that are loaded. */
  types: () => Promise<string[]>
  /** Called before a deploy, and again where it is refused. */
  hub: Pick<Hub, 'hold' | 'release'>
}

export interface Storage {
  module: object
  /** Version of the flows that Node-RED starts: pass it the configuration of its event. */
  versionOf(flows: unknown): number
}

export function createStorage({ link, boot, start, recipes, types, hub }: StorageInput): Storage {
  let credentials: Record<string, unknown> = {}
  let settings = boot.settings
  let loaded = 0
  const saved = new WeakMap<object, number>()

  return {
    versionOf: (flows) => (typeof flows === 'object' && flows !== null ? (saved.get(flows) ?? loaded) : loaded),
    module: {
      init: async () => undefined,
      async getFlows() {
        const answer = (await link.request('flows.load', { start })) as StoredFlows & { version: number }
        credentials = answer.credentials
        loaded = answer.version
        return answer.flows
      },
      getCredentials: async () => credentials,
      // Node-RED saves credentials first; they travel with the flows that follow, so that both hold or neither.
      async saveCredentials(next: Record<string, unknown>) {
        credentials = next
      },
      async saveFlows(flows: object, user?: { username?: string }) {
        const params = { start, flows, credentials, by: user?.username ?? 'manager', types: await types() }
        await hub.hold()
        try {
          const { version } = (await link.request('flows.save', params)) as { version: number }
          saved.set(flows, version)
        } catch (error) {
          hub.release()
          asRefusal(error)
        }
      },
      getSettings: async () => settings,
      async saveSettings(next: Record<string, unknown>) {
        await link.request('flows.settings.set', { settings: next })
        settings = next
      },
      async getLibraryEntry(type: string, path: string) {
        if (type !== 'flows') return []
        const name = path.replace(/^\//, '')
        const names = (await readdir(recipes, { withFileTypes: true })).filter((entry) => entry.isDirectory())
        if (name === '') return names.map((entry) => ({ fn: entry.name }))
        if (!names.some((entry) => entry.name === name))
          throw Object.assign(new Error('not_found'), { code: 'not_found' })
        return readFile(join(recipes, name, 'flow.json'), 'utf8')
      },
      async saveLibraryEntry() {
        throw new Error('This box keeps no library; export the nodes to a file instead.')
      },
    },
  }
}

/** Node-RED answers a deploy with the `status` of its error. */
function asRefusal(error: unknown): never {
  throw Object.assign(error instanceof Error ? error : new Error(String(error)), { status: 422 })
}
