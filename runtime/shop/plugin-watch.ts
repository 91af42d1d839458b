/** Without its watch no fridge raises an alarm any more: when that plugin gives up, people are told. */
import type { Bus, Commands } from '../bus/index.ts'
import type { ShopLog } from './types.ts'

const watch = 'cold-chain'
const key = `plugin/${watch}`

/** Calls everybody on shift while the plugin that watches the cabinets is quarantined. Returns how to end that. */
export function watchPlugins({ bus, commands, log }: { bus: Bus; commands: Commands; log: ShopLog }): () => void {
  const task = {
    title: 'Fridges are not watched any more',
    text: 'The plugin that watches them has failed. Look at the cabinets by hand, and tell whoever looks after the box.',
    kind: 'box',
    key,
    urgency: 'urgent',
    escalate: [{ afterSeconds: 300, repeat: true }],
  }
  const closing = { key, reason: 'the fridges are watched again' }
  const subscription = bus.subscribe({
    name: 'shop (plugins)',
    consumes: [{ type: 'plugin.quarantined' }, { type: 'plugin.started' }],
    deliver({ type, data, id }) {
      if ((data as { plugin: string }).plugin !== watch) return true
      const call =
        type === 'plugin.quarantined'
          ? { name: 'task.open', to: 'staff/+', params: task, because: [id] }
          : { name: 'task.close', to: 'task/+', params: closing }
      commands
        .call({ ...call, source: 'shop' })
        .catch((error: unknown) => log.error({ err: error }, 'nobody could be told how the watch of the fridges is'))
      return true
    },
  })
  return () => subscription.close()
}
