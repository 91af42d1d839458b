import type { Context } from '../types.ts'
import { createSensors } from './sensors.ts'
import type { AdoptedSensor, Remembered, Sensors } from './types.ts'

const tickMs = 10_000
const reportMs = 60_000
/** Each time costs a commit; what is lost with the power is what a replay could use: frames of so many minutes. */
const rememberMs = 600_000
const faults = ['replayed', 'unsealed', 'unreadable', 'failed', 'outOfRange', 'jumped'] as const
const stateKey = 'sensors'

/**
 * The sensors of a plugin that hears advertisements: adopted ones become probes, others are told of once as found.
 * Ends with the plugin. What was kept out is told in one line a minute; `device.test` is answered for all of them.
 */
export async function followSensors(
  ctx: Pick<Context, 'emit' | 'discovered' | 'online' | 'stale' | 'suspect' | 'profiles' | 'log' | 'signal' | 'state'>,
  adopted: readonly AdoptedSensor[],
): Promise<Sensors> {
  const [profiles, kept] = await Promise.all([ctx.profiles(), ctx.state.get<Record<string, Remembered>>(stateKey)])
  const sensors = createSensors({
    profiles,
    adopted,
    remembered: kept ?? {},
    emit: ({ type, data }) => ctx.emit(type, { device: data.probe, subject: `probe/${data.probe}`, data }),
    found: (sensor) => ctx.discovered(sensor),
    state(probe, kind, state, reason, silentSeconds) {
      if (state === 'online') ctx.online(probe, kind)
      else if (state === 'suspect') ctx.suspect(probe, kind, reason ?? '')
      else ctx.stale(probe, kind, reason, silentSeconds)
    },
  })
  let last = { ...sensors.counters }
  const report = () => {
    const now = { ...sensors.counters }
    const kept = faults.filter((name) => now[name] > last[name]).map((name) => `${now[name] - last[name]} ${name}`)
    if (kept.length > 0) ctx.log.warn({ ...now }, `Frames of sensors kept out in the last minute: ${kept.join(', ')}`)
    last = now
  }
  let written = JSON.stringify(kept ?? {})
  const remember = () => {
    const now = sensors.remembered()
    if (JSON.stringify(now) === written) return
    written = JSON.stringify(now)
    ctx.state
      .set(stateKey, now)
      .catch((error: unknown) => ctx.log.warn(`what is known of sensors was not kept: ${String(error)}`))
  }
  const timers = [setInterval(sensors.tick, tickMs), setInterval(report, reportMs), setInterval(remember, rememberMs)]
  const end = () => {
    for (const timer of timers) clearInterval(timer)
    remember()
  }
  ctx.signal.addEventListener('abort', end, { once: true })
  return sensors
}
