import { type Context, definePlugin, type Device } from '@endcap/sdk'
import { createBoard } from './board.ts'
import { createReader, lineOf } from './gb.ts'
import { openLink, uart } from './link.ts'

interface DeviceConfig {
  address: string
  staff: string
  radio: string
}

const mostMissed = 100
/** How long a watch that is looked for shakes. */
const identifyMilliseconds = 3000

export default definePlugin<DeviceConfig>(async (ctx) => {
  for (const device of ctx.devices) wear(ctx, device)
})

/** One watch, for as long as the plugin runs. It is shown what its bearer is disturbed by, which is never off shift. */
function wear(ctx: Context<DeviceConfig>, { id, config }: Device<DeviceConfig>): void {
  const { staff } = config
  const address = config.address.toLowerCase()
  const radio = `ble/${config.radio}`
  const characteristic = (which: 'receive' | 'transmit') => ({
    address,
    service: uart.service,
    characteristic: uart[which],
  })

  const link = openLink({
    signal: ctx.signal,
    connect: () => ctx.call('ble.connect', radio, { address }),
    subscribe: () => ctx.call('ble.subscribe', radio, characteristic('transmit')),
    write: (value) => ctx.call('ble.write', radio, { ...characteristic('receive'), value }),
    disconnect: () => ctx.call('ble.disconnect', radio, { address }),
    up() {
      ctx.online(id, 'watch')
      for (const gone of missed.splice(0)) void link.send(lineOf({ t: 'notify-', id: gone }))
      for (const message of board.all()) void link.send(lineOf(message))
    },
    down: (reason) => ctx.offline(id, 'watch', reason),
  })
  /** What went while the watch was away still stands there; more than it can show need not be remembered. */
  const missed: number[] = []
  const board = createBoard((message) => {
    if (link.isUp()) void link.send(lineOf(message))
    else if (message.t === 'notify-') missed.splice(0, Math.max(0, missed.push(message.id) - mostMissed))
  })

  ctx.on({ type: 'staff.alerted', where: { staff } }, ({ data }) => {
    const { what, item, title, text, zone, folded } = data
    const more = folded > 0 ? `and ${folded} more like it` : undefined
    board.put({ what, item, title, body: [text, zone, more].filter((part) => part !== undefined).join('\n') })
  })
  ctx.on({ type: 'staff.acknowledged', where: { staff } }, ({ data }) => board.remove(data.notice))
  ctx.on({ type: 'staff.shift', where: { staff } }, ({ data }) => {
    if (!data.onShift) board.clear()
  })
  ctx.on('task.claimed', ({ data }) => board.claimed(data.task, data.staff === staff))
  for (const type of ['task.done', 'task.closed', 'task.expired'] as const)
    ctx.on(type, ({ data }) => board.remove(data.task))
  ctx.on('task.passed', ({ data }) => {
    if (data.staff === staff) board.remove(data.task)
  })

  const read = createReader((tap) => {
    const answer = board.answer(tap)
    if (!answer) return
    ctx.call('staff.answer', `staff/${staff}`, answer).catch((error: unknown) => {
      // Somebody else was faster, or it is over: off the watch with it.
      ctx.log.info({ item: answer.item }, error instanceof Error ? error.message : String(error))
      board.remove(answer.item)
    })
  })
  ctx.on({ type: 'ble.notified', subject: `radio/${address}` }, ({ data }) => {
    if (data.characteristic === uart.transmit) read(data.value)
  })

  ctx.command('device.identify', id, async () => {
    if (!(await link.send(lineOf({ t: 'find', n: true })))) throw new Error('the watch is not connected')
    const stop = setTimeout(() => void link.send(lineOf({ t: 'find', n: false })), identifyMilliseconds)
    ctx.signal.addEventListener('abort', () => clearTimeout(stop))
    return {}
  })
  ctx.command('device.test', id, async () => {
    const works = await link.send('\x10\n')
    const said = works ? `${address} took a line` : `${address} is not connected; is it near, and on?`
    return { works, said: [said, `worn by ${staff}`] }
  })
}
