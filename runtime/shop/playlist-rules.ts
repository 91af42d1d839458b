/** What must hold in a playlists.yaml beyond its shape. */
import type { PlaylistFile, PlaylistItem, ShopPlan } from '../contract/index.ts'
import { personalField } from './personal.ts'
import type { PlanFault } from './plan-rules.ts'

/** The first fault in the order of the file, or undefined where the playlists are sound. */
export function playlistFault({ playlists }: PlaylistFile, plan: ShopPlan): PlanFault | undefined {
  for (const fault of everyFault(playlists, plan)) return fault
  return undefined
}

function* everyFault(playlists: PlaylistFile['playlists'], plan: ShopPlan): Generator<PlanFault> {
  const screens = new Set(plan.screens.map(({ id }) => id))
  const groups = new Set(plan.screens.flatMap(({ group }) => group ?? []))
  const ids = new Set<string>()
  for (const [index, playlist] of playlists.entries()) {
    const path = `/playlists/${index}`
    if (ids.has(playlist.id)) yield { path: `${path}/id`, reason: `is used twice: ${playlist.id}` }
    ids.add(playlist.id)
    for (const [at, screen] of (playlist.screens ?? []).entries())
      if (!screens.has(screen))
        yield { path: `${path}/screens/${at}`, reason: `names no screen: there is no ${screen} in the shop` }
    for (const [at, group] of (playlist.groups ?? []).entries())
      if (!groups.has(group))
        yield { path: `${path}/groups/${at}`, reason: `names no group: no screen of the shop is in ${group}` }
    for (const [at, { from, to }] of (playlist.hours ?? []).entries())
      if (from === to && from !== '00:00')
        yield { path: `${path}/hours/${at}/to`, reason: 'is the same as from; write 00:00 to 00:00 for the whole day' }
    const items = new Set<string>()
    for (const [at, item] of playlist.items.entries()) {
      if (item.id !== undefined && items.has(item.id))
        yield { path: `${path}/items/${at}/id`, reason: `is used twice in this playlist: ${item.id}` }
      if (item.id !== undefined) items.add(item.id)
      yield* itemFaults(item, `${path}/items/${at}`)
    }
  }
}

function* itemFaults({ content, product, from, until }: PlaylistItem, path: string): Generator<PlanFault> {
  if ((content === undefined) === (product === undefined))
    yield { path, reason: 'needs either content or product, and not both' }
  if (content) {
    const { layout, media, title, text, figure, kicker } = content
    const personal = personalField(content)
    if (personal)
      yield {
        path: `${path}/content/${personal.field}`,
        reason: `names ${personal.token}: a sign never shows data of a person`,
      }
    if ((layout === 'picture' || layout === 'video') && media === undefined)
      yield { path: `${path}/content`, reason: `has the layout ${layout} and needs media` }
    if (layout === 'product' && content.product === undefined)
      yield { path: `${path}/content`, reason: 'has the layout product and needs product' }
    if (layout === 'message' && (title ?? text ?? figure ?? kicker) === undefined)
      yield { path: `${path}/content`, reason: 'has nothing to show: give it a title, a text or a figure' }
  }
  for (const [field, moment] of [
    ['from', from],
    ['until', until],
  ] as const)
    if (moment !== undefined && !isDay(moment))
      yield { path: `${path}/${field}`, reason: `is no day of the calendar: ${moment}` }
  if (from !== undefined && until !== undefined && until < from)
    yield { path: `${path}/until`, reason: `is before from (${from})` }
}

function isDay(moment: string): boolean {
  try {
    return Temporal.PlainDate.from(moment.slice(0, 10), { overflow: 'reject' }).year > 0
  } catch {
    return false
  }
}
