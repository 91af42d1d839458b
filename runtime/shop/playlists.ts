/** The playlists of the shop: in and out as one file, with versions. A wrong file changes nothing. */
import { stringify } from 'yaml'
import { EndcapError, fits, type Playlist, PlaylistFile, type ShopPlan } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { playlistFault } from './playlist-rules.ts'
import type { Emit, ShopLog } from './types.ts'
import { readYaml } from './yaml-file.ts'

const kind = 'playlists'

interface Kept {
  playlists: Playlist[]
  /** As it was written, with its comments. */
  text: string
}

export interface PlaylistsDependencies {
  ledger: Ledger
  emit: Emit
  log: ShopLog
  now(): number
  plan(): ShopPlan
  changed(): void
}

export const writePlaylists = (playlists: readonly Playlist[]): string =>
  stringify({ playlists }, { lineWidth: 110, aliasDuplicateObjects: false })

export async function createPlaylists({ ledger, emit, log, now, plan, changed }: PlaylistsDependencies) {
  let current = await lastGood(ledger, log)
  return {
    list: (): readonly Playlist[] => current.playlists,
    version: () => current.version,
    exportYaml: () => current.text,
    async importYaml(text: string, by: string, file: string): Promise<void> {
      const { value, lineOf } = readYaml(PlaylistFile, { text, file, code: 'ENDCAP_PLAYLIST_INVALID' })
      const fault = playlistFault(value, plan())
      if (fault) throw new EndcapError('ENDCAP_PLAYLIST_INVALID', { file, line: lineOf(fault.path), ...fault })
      // Whoever sends JSON, as the editor of the console does, is given YAML back.
      const kept: Kept = {
        playlists: value.playlists,
        text: file.endsWith('.json') ? writePlaylists(value.playlists) : text,
      }
      const { version } = await ledger.versions.add(kind, kept, by, `${value.playlists.length} playlists`)
      current = { ...kept, version }
      await ledger.audit.add({
        time: now(),
        actor: by,
        action: 'playlists.import',
        subject: 'shop',
        detail: { version },
      })
      await emit(
        'shop',
        { type: 'shop.changed', subject: 'shop', data: { version, part: 'playlists' } },
        { commit: true },
      )
      changed()
    },
  }
}
export type Playlists = Awaited<ReturnType<typeof createPlaylists>>

/** The newest version that this release can still read. What it names may have left the shop since; that does no harm. */
async function lastGood(ledger: Ledger, log: ShopLog): Promise<Kept & { version: number }> {
  const versions = await ledger.versions.list(kind)
  for (const { version } of versions.toSorted((a, b) => b.version - a.version)) {
    const value = (await ledger.versions.get<Kept>(kind, version))?.value
    if (value && fits(PlaylistFile, { playlists: value.playlists })) return { ...value, version }
    log.error({ version }, 'this version of the playlists does not fit this release; the one before is used')
  }
  return { playlists: [], text: writePlaylists([]), version: 0 }
}
