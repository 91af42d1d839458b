import { type Context, definePlugin, type Device, EndcapError } from '@endcap/sdk'
import { createBoard, type Numbers } from './board.ts'
import { createReader, lineOf } from './gb.ts'
import { openLink, uart } from './link.ts'
import { followStrangers } from './strangers.ts'

export interface DeviceConfig {
  address: string
  staff: string
  radio: string
}

/** How long a watch that is looked for shakes. */
const identifyMilliseconds = 3000

/** What the shop answers where a tap comes too late. */
const over = new Set(['ENDCAP_TASK_TAKEN', 'ENDCAP_TASK_OVER', 'ENDCAP_NOT_FOUND', 'ENDCAP_STAFF_OFF_SHIFT'])

export default definePlugin<DeviceConfig>(async (ctx) => {
  await followStrangers(ctx)
  await Promise.all(ctx.devices.map((device) => wear(ctx, device)))
})

/** One watch, for as long as the plugin runs. It is shown what its bearer is disturbed by, which is never off shift. */
async function wear(ctx: Context<DeviceConfig>, { id, config }: Device<DeviceConfig>): Promise<void> {
  const { staff } = config
  const address = config.address.toLowerCase()
  const radio = `ble/${config.radio}`
  const characteristic = (which: 'receive' | 'transmit') => ({
    address,
    service: uart.service,
    characteristic: uart[which],
  })

  const state = `${id}/numbers`
  let keeping: NodeJS.Immediate | undefined
  /** Once for many changes of one turn. */
  const keep = () => {
    keeping ??= setImmediate(() => {
      keeping = undefined
      ctx.state
        .set(state, { staff, ...board.numbers() })
        .catch((error: unknown) => ctx.log.warn(`what stands on the watch was not kept: ${String(error)}`))
    })
  }
  const kept = await ctx.state.get<Numbers & { staff: string }>(state)
  // Another bearer: what stands on the watch is of the one before.
  const board = createBoard({
    send: (message) => link.send(lineOf(message)),
    keep,
    kept:
      kept && kept.staff !== staff
        ? { ...kept, shown: [], gone: [...kept.gone, ...kept.shown.map(([, number]) => number)], dismissed: [] }
        : kept,
  })
  const link = openLink({
    signal: ctx.signal,
    connect: () => ctx.call('ble.connect', radio, { address }),
    subscribe: () => ctx.call('ble.subscribe', radio, characteristic('transmit')),
    write: (value) => ctx.call('ble.write', radio, { ...characteristic('receive'), value }),
    disconnect: () => ctx.call('ble.disconnect', radio, { address }),
    up() {
      ctx.online(id, 'watch')
      board.again()
      void bring()
    },
    down: (reason) => ctx.offline(id, 'watch', reason),
  })
  /** What waits, as the shop has it: what was missed while the plugin or the watch was away. */
  async function bring() {
    const asked = board.now()
    try {
      const { items } = await ctx.call('staff.waiting', `staff/${staff}`, {})
      board.bring(
        items.map(({ text, zone, mine, ...one }) => ({ ...one, body: bodyOf(text, zone), ...(mine ? { mine } : {}) })),
        asked,
      )
    } catch (error) {
      ctx.log.warn(`what waits for ${staff} was not told: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  ctx.on({ type: 'staff.alerted', where: { staff } }, ({ data }) => {
    const { what, item, title, text, zone, folded } = data
    board.put({ what, item, title, body: bodyOf(text, zone, folded > 0 ? `and ${folded} more like it` : undefined) })
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
  void bring()

  /** The same answer is given once at a time: a watch that repeats itself asks the box no oftener. */
  const answering = new Set<string>()
  const read = createReader((tap) => {
    const answer = board.answer(tap)
    const what = answer && `${answer.item} ${answer.answer}`
    if (!answer || !what || answering.has(what)) return
    answering.add(what)
    ctx
      .call('staff.answer', `staff/${staff}`, answer)
      .catch((error: unknown) => {
        ctx.log.info({ item: answer.item }, error instanceof Error ? error.message : String(error))
        // Somebody else was faster, or it is over: off the watch with it.
        if (error instanceof EndcapError && over.has(error.code)) board.remove(answer.item)
      })
      .finally(() => answering.delete(what))
  }, link.flow)
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

const bodyOf = (...parts: (string | undefined)[]): string => parts.filter((part) => part !== undefined).join('\n')
