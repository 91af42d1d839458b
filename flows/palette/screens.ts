/** Which screens a node means, and how long and how strongly it wants to be on them. */
import type { FlowMessage, NodeConfig } from 'node-red'
import type { Endcap } from '../../runtime/flow-engine/index.ts'
import { amount, fromPayload, setting } from './common.ts'

/**
 * What stands in `to` of a command: `@zone` is every screen of the zone that the message is about, `@message` msg.screen,
 * `@shelf` the screen at the shelf, else those of its zone, `+` all, `group/…` a group, else one screen.
 */
export async function screensOf(endcap: Endcap, choice: string, message: FlowMessage): Promise<string[]> {
  if (choice === '') throw new Error('no screen is chosen')
  const named = setting(message['screen'])
  if (choice === '@message') {
    if (named === undefined) throw new Error('msg.screen names no screen')
    return [`screen/${named}`]
  }
  if (choice === '@shelf' && named !== undefined) return [`screen/${named}`]
  if (choice !== '@zone' && choice !== '@shelf') return [choice.startsWith('group/') ? choice : `screen/${choice}`]
  const zone = fromPayload(message, 'zone')
  // A shelf with neither screen nor zone has nothing to show on; the status under the node says so.
  if (zone === undefined && choice === '@shelf') return []
  if (zone === undefined)
    throw new Error(
      'the message is about no zone (msg.payload.zone): choose a screen here, or give what it is about a zone on the console',
    )
  const { screens } = await endcap.lists()
  return screens.filter((screen) => screen.zone === zone).map(({ id }) => `screen/${id}`)
}

export function limits(config: NodeConfig): Record<string, number> {
  const priority = amount(config['priority'])
  const seconds = amount(config['seconds'])
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(seconds === undefined || seconds <= 0 ? {} : { ttlSeconds: seconds }),
  }
}

/** A key as the command takes it: contract/fields.ts, Id. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64) || 'flows'

/** Where a status or an answer tells of screens. */
export const where = (targets: string[]): string =>
  targets.length > 0
    ? targets.map((one) => one.replace(/^screen\/\+$/, 'every screen').replace(/^screen\//, '')).join(', ')
    : 'no screen there'
