/** The life of one board or scale: opened, heard, lost, opened again; its plates, and the commands to it. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Context, type Device, EndcapError } from '@endcap/sdk'
import type { DeviceConfig, PlateConfig, PluginConfig } from './config.ts'
import { openSource } from './open.ts'
import type { Reading, Source } from './source/types.ts'
import { createPlate, faultWords, type Kept, type Plate, type Weight } from './weigh/plate.ts'
import { createThinning, type Told } from './weigh/thin.ts'

export type Own = Context<DeviceConfig, PluginConfig>

const KIND = 'scale'
const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 30_000
/** What drifts is kept that often; a tare and a calibration at once. */
const KEEP_MS = 600_000
/** So many impossible jumps in a minute are told. */
const MANY_JUMPS = 3
const MINUTE_MS = 60_000
/** A batch waits for its slowest plate, but no longer than this, and not for one that said nothing for so long. */
const BATCH_MS = 1000
const MUTE_MS = 2500
const QUOTE_MS = 10_000
const QUOTE_CHARACTERS = 200

interface Slot {
  config: PlateConfig
  plate: Plate
  last?: Weight
  /** When it said the last. */
  heardAt: number
  /** Why its reader calls it broken. */
  reason?: string
  jumps: number[]
}

/** What is kept of a device's plates, by slot. */
export const keptOf = async (ctx: Own, id: string): Promise<Record<string, Kept>> =>
  (await ctx.state.get<Record<string, Kept>>(`plates/${id}`)) ?? {}

/** Answers its commands from the first moment; resolves at the end. */
export async function runDevice(
  ctx: Own,
  { id, config }: Device<DeviceConfig>,
  kept: Record<string, Kept>,
): Promise<void> {
  const slots: Slot[] = []
  let source: Source | undefined
  let heardAt = performance.now()
  const due = createThinning()
  let batchAt = 0
  let said = ''
  let saidAt = Number.NEGATIVE_INFINITY
  /** It has weighed since it was opened. */
  let weighed = false

  const keep = () =>
    ctx.state.set(`plates/${id}`, Object.fromEntries(slots.map(({ plate }) => [plate.slot, plate.kept()])))
  const log = (level: 'info' | 'warn', text: string) => {
    if (text !== said) ctx.log[level]({ device: id }, `${id}: ${text}`)
    said = text
  }

  /** What a board says of itself; it may say anything, as often as it likes. */
  const quote = (text: string) => {
    const now = performance.now()
    if (now - saidAt < QUOTE_MS) return
    saidAt = now
    log('warn', `the board says: ${text.slice(0, QUOTE_CHARACTERS)}`)
  }

  /** Made when the first source tells what its converters can say; what they have learnt outlives it. */
  const makeSlots = (opened: Source) => {
    if (slots.length > 0) return
    for (const [i, plate] of config.plates.entries()) {
      const range = opened.ranges[i]
      if (!range) continue
      const mqtt = /^(mqtt|ws)s?:/.test(config.port) && plate.unit !== 'counts'
      const options = { ...plate, range, ...(mqtt ? { gramsPerCount: plate.gramsPerCount ?? 1 } : {}) }
      slots.push({ config: plate, plate: createPlate(options, kept[plate.slot] ?? {}), heardAt: 0, jumps: [] })
    }
  }

  const batch = (readings: readonly Reading[]) => {
    const now = performance.now()
    heardAt = now
    weighed = true
    for (const [i, slot] of slots.entries()) {
      const reading = readings[i]
      if (!reading) continue
      slot.heardAt = now
      if ('broken' in reading) {
        slot.plate.broken(reading.broken)
        slot.reason = reading.reason
        slot.last = { stable: false, fault: reading.broken, jumped: false }
        continue
      }
      delete slot.reason
      slot.last = slot.plate.hear(reading.counts, now)
      if (slot.last.jumped) slot.jumps.push(now)
      slot.jumps = slot.jumps.filter((at) => at > now - MINUTE_MS)
    }
    tell(now)
    judge()
  }

  /** Told when each plate was measured anew: a weight that is told twice looks like a plate at rest, hand and all. */
  const tell = (now: number) => {
    const awaited = slots.some(({ heardAt: at }) => at <= batchAt && now - at < MUTE_MS)
    if (awaited && now - batchAt < BATCH_MS) return
    batchAt = now
    const told: Told[] = slots.flatMap(({ plate: { slot }, last }) => {
      if (!last || (last.grams === undefined && !last.fault)) return []
      const { grams = 0, stable, fault } = last
      return [fault ? { slot, stable, fault } : { slot, stable, grams: Math.round(grams * 10) / 10 }]
    })
    if (told.length === 0 || !due(now, told)) return
    const faults = told.flatMap(({ slot, fault }) => (fault ? [{ slot, fault }] : []))
    const plates = told.flatMap(({ slot, grams, stable }) => (grams === undefined ? [] : [{ slot, grams, stable }]))
    ctx.emit('shelf.weights', {
      device: id,
      subject: `device/${id}`,
      data: { plates, ...(faults.length > 0 ? { faults } : {}) },
    })
  }

  /** What the console shows of it. */
  const judge = () => {
    const words = slots.flatMap(({ plate, last, reason, jumps }) => {
      if (last?.fault) return [`${plate.slot}: ${reason ?? faultWords[last.fault]}`]
      if (jumps.length >= MANY_JUMPS) return [`${plate.slot}: its weight jumps as no load does; see its wires`]
      return plate.calibrated()
        ? []
        : [`${plate.slot}: it is not calibrated; empty it, tare, put a weight on, calibrate`]
    })
    if (words.length > 0) ctx.suspect(id, KIND, words.join('. '))
    else ctx.online(id, KIND)
    log(words.length > 0 ? 'warn' : 'info', words.length > 0 ? words.join('. ') : 'it weighs')
  }

  const find = (slot: string | undefined, command: string): Slot => {
    const found = slot === undefined && slots.length === 1 ? slots[0] : slots.find(({ plate }) => plate.slot === slot)
    if (found) return found
    const known = config.plates.map((one) => one.slot).join(', ')
    const reason = !source ? 'it is not connected' : `name one of its plates: ${known}`
    throw new EndcapError('ENDCAP_SCALE_REFUSED', { device: id, command, reason })
  }
  const may = <T>(command: string, slot: Slot, work: (plate: Plate) => T): T => {
    try {
      if (!source) throw new Error('its board is not connected')
      return work(slot.plate)
    } catch (error) {
      const reason = `${slot.plate.slot}: ${error instanceof Error ? error.message : String(error)}`
      throw new EndcapError('ENDCAP_SCALE_REFUSED', { device: id, command, reason })
    }
  }
  const forgets = [
    ctx.command('scale.tare', id, async ({ slot }) => {
      const wanted = slot === undefined && slots.length > 0 ? slots : [find(slot, 'scale.tare')]
      for (const one of wanted) may('scale.tare', one, (plate) => plate.tare())
      await keep()
      return {}
    }),
    ctx.command('scale.calibrate', id, async ({ slot, grams }) => {
      const scale = may('scale.calibrate', find(slot, 'scale.calibrate'), (plate) => plate.calibrate(grams))
      await keep()
      judge()
      return { scale }
    }),
    ctx.command('device.identify', id, async () => {
      if (!source?.identify)
        throw new EndcapError('ENDCAP_SCALE_REFUSED', {
          device: id,
          command: 'device.identify',
          reason: source ? 'it has no light that Endcap can switch' : 'it is not connected',
        })
      await source.identify()
      return {}
    }),
    ctx.command('device.test', id, async () => {
      if (!source) return { works: false, said: [`It is not connected: ${said}`.slice(0, 200)] }
      try {
        const lines = [...(await source.describe()), ...slots.map(wordsOf)].map((line) => line.slice(0, 200))
        return { works: slots.every(({ last }) => last && !last.fault), said: lines.slice(0, 16) }
      } catch (error) {
        return { works: false, said: [(error instanceof Error ? error.message : String(error)).slice(0, 200)] }
      }
    }),
    config.thermometer === ''
      ? () => undefined
      : ctx.on({ type: 'probe.temperature', subject: `probe/${config.thermometer}` }, ({ data }) => {
          for (const { plate } of slots) plate.warmed(data.celsius)
        }),
  ]
  const keeping = setInterval(() => {
    // A box that stops at this moment loses what drifted for minutes, nothing more.
    if (slots.length > 0) keep().catch((error: unknown) => log('warn', String(error)))
  }, KEEP_MS)

  let pause = FIRST_PAUSE_MS
  while (!ctx.signal.aborted) {
    const { promise: over, resolve: lost } = Promise.withResolvers<string>()
    weighed = false
    try {
      source = await openSource(ctx, config, { batch, lost, said: quote })
      makeSlots(source)
      for (const { plate } of slots) plate.forget()
      heardAt = performance.now()
      const reason = await Promise.race([over, silence(ctx.signal, () => heardAt, config.silenceSeconds)])
      if (weighed && reason !== undefined) pause = FIRST_PAUSE_MS
      if (reason === undefined && !ctx.signal.aborted) {
        ctx.stale(id, KIND, 'it says nothing any more; it is connected anew', config.silenceSeconds)
        log('warn', 'it says nothing any more; it is connected anew')
      } else if (!ctx.signal.aborted) {
        ctx.offline(id, KIND, reason?.slice(0, 300))
        log('warn', reason ?? '')
      }
    } catch (error) {
      if (ctx.signal.aborted) break
      const reason = error instanceof Error ? error.message : String(error)
      ctx.offline(id, KIND, reason.slice(0, 300))
      log('warn', reason)
    }
    await source?.close()
    source = undefined
    await delay(pause, undefined, { signal: ctx.signal }).catch(() => undefined)
    pause = Math.min(2 * pause, LAST_PAUSE_MS)
  }
  clearInterval(keeping)
  for (const forget of forgets) forget()
  await source?.close()
}

/** Resolves when nothing was heard for so long, or at the end. */
async function silence(signal: AbortSignal, heardAt: () => number, seconds: number): Promise<undefined> {
  while (!signal.aborted) {
    const left = heardAt() + 1000 * seconds - performance.now()
    if (left <= 0) return
    await delay(left, undefined, { signal }).catch(() => undefined)
  }
}

function wordsOf({ plate, last, reason }: Slot): string {
  const { counts, noise } = plate.now()
  if (last?.fault) return `${plate.slot}: ${reason ?? faultWords[last.fault]}.`
  if (!last || counts === undefined) return `${plate.slot}: nothing was read from it yet.`
  if (last.grams === undefined) return `${plate.slot}: ${Math.round(counts)} counts; it is not calibrated.`
  const moving = last.stable ? 'at rest' : 'moving'
  return `${plate.slot}: ${last.grams.toFixed(1)} g, ${moving} (${Math.round(counts)} counts, noise ${noise.toPrecision(2)}).`
}
