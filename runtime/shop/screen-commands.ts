/** The commands that one screen, those of a group, or all understand: show, clear, identify. */
import {
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  type Content,
  EndcapError,
  type ShopPlan,
} from '../contract/index.ts'
import { refusePersonal } from './personal.ts'
import type { Stack } from './stack.ts'

interface Commanded {
  stack: Stack
  players: ReadonlySet<{ identify?: (() => void) | undefined }>
}

export interface ScreenCommandsDependencies {
  now(): number
  plan(): ShopPlan
  screens: ReadonlyMap<string, Commanded>
  /** Whether there is something to draw; false where the catalogue does not know the product. */
  drawable(content: Content): boolean
  /** An emergency stands above everything. */
  warned(): boolean
  /** The stack of this screen has changed. */
  show(id: string): void
}

/** Who names no key has one place on each screen. */
const keyOf = (call: CommandCall, key: string | undefined) => key ?? call.source.replaceAll(/[^a-z0-9._-]/g, '-')

export function createScreenCommands({ now, plan, screens, drawable, warned, show }: ScreenCommandsDependencies) {
  const targets = ({ to, name }: CommandCall): [id: string, screen: Commanded][] => {
    const [place, id = ''] = to.split('/')
    const ids =
      place === 'group'
        ? plan().screens.flatMap((screen) => (screen.group === id ? [screen.id] : []))
        : id === '+'
          ? [...screens.keys()]
          : [id]
    const found = ids.flatMap((one): [string, Commanded][] => {
      const screen = screens.get(one)
      return screen ? [[one, screen]] : []
    })
    if (found.length === 0 || found.length < ids.length)
      throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: name })
    return found
  }
  return {
    show(call: CommandCall): CommandAnswer<'sign.show'> {
      const { content, priority = 5, ttlSeconds, over, ...params } = call.params as CommandParams<'sign.show'>
      const key = keyOf(call, params.key)
      const beneath = ({ stack }: Commanded) => stack.list().find((one) => one.key !== key)?.content.layout
      const meant = targets(call).filter(([, screen]) => over === undefined || beneath(screen) === over)
      refusePersonal(content, call.to)
      if (!drawable(content))
        throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'product in the catalogue', id: content.product ?? '(none)' })
      const because = (call.because ?? []).slice(0, 32)
      const since = now()
      for (const [id, { stack }] of meant) {
        stack.put({ key, content, priority, since, because }, ttlSeconds)
        show(id)
      }
      return {
        showing: !warned() && meant.length > 0 && meant.every(([, { stack }]) => stack.top()?.key === key),
        players: meant.reduce((sum, [, { players }]) => sum + players.size, 0),
      }
    },
    clear(call: CommandCall): CommandAnswer<'sign.clear'> {
      const key = keyOf(call, (call.params as CommandParams<'sign.clear'>).key)
      const cleared = targets(call).filter(([, { stack }]) => stack.remove(key))
      for (const [id] of cleared) show(id)
      return { cleared: cleared.length }
    },
    identify(call: CommandCall): Record<string, never> {
      const able = targets(call).flatMap(([, { players }]) => [...players].filter((player) => player.identify))
      if (able.length === 0) {
        const reason = 'no player is connected to it'
        throw new EndcapError('ENDCAP_COMMAND_FAILED', { to: call.to, command: call.name, reason })
      }
      for (const player of able) player.identify?.()
      return {}
    },
  }
}
