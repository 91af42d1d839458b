import type { Context } from '../types.ts'
import { type AdoptedSensor, createSensors, type Sensors } from './sensors.ts'

const reportMs = 60_000
const faults = ['replayed', 'unsealed', 'unreadable', 'failed', 'outOfRange', 'jumped'] as const

/**
 * The sensors of a plugin that hears advertisements: adopted ones become probes, others are told of once as found.
 * Ends with the plugin. What was kept out is told in one line a minute.
 */
export async function followSensors(
  ctx: Pick<Context, 'emit' | 'discovered' | 'online' | 'suspect' | 'profiles' | 'log' | 'signal'>,
  adopted: readonly AdoptedSensor[],
): Promise<Sensors> {
  const profiles = await ctx.profiles()
  const sensors = createSensors({
    profiles,
    adopted,
    emit: ({ type, data }) => ctx.emit(type, { device: data.probe, subject: `probe/${data.probe}`, data }),
    found: (sensor) => ctx.discovered(sensor),
    state: (probe, reason) => (reason === undefined ? ctx.online(probe, 'probe') : ctx.suspect(probe, 'probe', reason)),
  })
  let last = { ...sensors.counters }
  const report = setInterval(() => {
    const now = { ...sensors.counters }
    const kept = faults.filter((name) => now[name] > last[name]).map((name) => `${now[name] - last[name]} ${name}`)
    if (kept.length > 0) ctx.log.warn({ ...now }, `Frames of sensors kept out in the last minute: ${kept.join(', ')}`)
    last = now
  }, reportMs)
  ctx.signal.addEventListener('abort', () => clearInterval(report), { once: true })
  return sensors
}
