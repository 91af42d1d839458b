import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin, EndcapError, type Event, type EventData, temperatureUnit } from '@endcap/sdk'
import { createCabinets } from './cabinets.ts'
import { isOwnClosing } from './caller.ts'
import { clockIsSet } from './logbook.ts'
import { createOutage } from './outage.ts'
import type { Settings } from './settings.ts'
import type { SavedWatch } from './watch.ts'

interface Saved {
  /** By the clock of the box, milliseconds; only for the length of a pause. */
  wallMs: number
  minute: number
  cabinets: Record<string, SavedWatch>
}
type Task = EventData<'task.claimed'>

const tickMs = 5000
const saveMs = 300_000
const key = 'watch'
const prefix = 'cold/'

/**
 * Watches the cabinets that the shop knows. It calls associates by itself, so that a fridge alarm needs no Node-RED,
 * and keeps what it knows over a restart.
 */
export default definePlugin<never, Settings>(async (ctx) => {
  const saved = await ctx.state.get<Saved>(key)
  const begun = performance.now()
  const paused = pauseMinutes(saved, Date.now())
  const from = (saved?.minute ?? 0) + paused
  const outage = createOutage(saved, paused)
  const minute = () => from + (performance.now() - begun) / 60_000

  const save = () => {
    const now: Saved = { wallMs: Date.now(), minute: minute(), cabinets: cabinets.save() }
    return ctx.state
      .set(key, now)
      .catch((error: unknown) => ctx.log.error(`What is known was not kept: ${String(error)}`))
  }
  const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal: ctx.signal }).catch(() => undefined)
  const cabinets = createCabinets(ctx, ctx.config, saved?.cabinets ?? {}, pause, () => void save())
  const plan = async () => {
    const [knowledge, { locale }] = await Promise.all([ctx.knowledge({ shelves: [] }), ctx.plan()])
    cabinets.plan(knowledge.cabinets, temperatureUnit(locale), minute())
  }
  await plan()

  /** Which probe a device of a plugin is: its plugin tells of troubles by the device. */
  const probes = new Map<string, string>()
  ctx.on('probe.temperature', ({ id, source, data }) => {
    probes.set(source, data.probe)
    cabinets.temperature(data.probe, data.celsius, minute(), id)
  })
  ctx.on('probe.door', ({ id, data }) => cabinets.door(data.probe, data.open, minute(), id))
  const trouble = ({ source, data }: Event<{ device: string; reason?: string }>) =>
    cabinets.trouble(probes.get(source) ?? data.device, data.reason ?? 'it is gone', minute())
  ctx.on('device.offline', trouble)
  ctx.on('device.suspect', trouble)
  ctx.on('shop.changed', async ({ data: { part } }) => {
    if (part === undefined || part === 'plan' || part === 'cabinets') await plan()
  })

  const task = (step: 'claimed' | 'passed' | 'done' | 'closed') => (event: Event<Task & { reason?: string }>) => {
    const { kind, key: own = '', staff, reason } = event.data
    if (kind !== 'cold' || !own.startsWith(prefix) || (reason !== undefined && isOwnClosing(reason))) return
    cabinets.task(own.slice(prefix.length), step, minute(), staff)
  }
  ctx.on('task.claimed', task('claimed'))
  ctx.on('task.passed', task('passed'))
  ctx.on('task.done', task('done'))
  ctx.on('task.closed', task('closed'))
  ctx.command('cold.acknowledge', '+', ({ staff }, { to }) => {
    const cabinet = to.slice(ctx.plugin.length + 1)
    if (!cabinets.has(cabinet)) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'cabinet', id: cabinet })
    return { acknowledged: cabinets.acknowledge(cabinet, minute(), staff) }
  })

  const tick = () => {
    const unseen = outage(Date.now(), (performance.now() - begun) / 60_000)
    if (unseen !== undefined) cabinets.unseen(unseen)
    cabinets.tick(minute(), Date.now())
  }
  const ticking = setInterval(tick, tickMs)
  const saving = setInterval(() => void save(), saveMs)
  tick()
  return async () => {
    clearInterval(ticking)
    clearInterval(saving)
    cabinets.finish(minute())
    await save()
  }
})

/** How long the plugin did not run. Where a clock was not set nobody knows, and nothing is added. */
const pauseMinutes = (saved: Saved | undefined, wallMs: number): number =>
  saved && clockIsSet(saved.wallMs) && wallMs > saved.wallMs ? (wallMs - saved.wallMs) / 60_000 : 0
