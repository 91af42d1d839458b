/** One configured probe: what it says becomes an event, or the reason why it is not believed. */
import { type Context, createJudge, type Device, type DeviceProfile } from '@endcap/sdk'
import { doubts, type Reading } from './scratchpad.ts'
import type { ProbeConfig } from './settings.ts'

type Own = Pick<Context, 'emit' | 'online' | 'suspect' | 'offline'>

export interface Followed {
  /** Takes a reading; `now` in milliseconds of a steady clock. */
  take(rom: string, reading: Reading, now: number): void
  /** It did not answer in time. */
  late(): void
}

export const profileOf = (profiles: readonly DeviceProfile[], rom: string): DeviceProfile | undefined =>
  profiles.find(({ recognise }) => recognise.oneWireFamily === rom.slice(0, 2))

/** Nothing that is doubted reaches the flows: it ends in `device.suspect`, and the next believed reading ends that. */
export function follow(ctx: Own, device: Device<ProbeConfig>, profiles: readonly DeviceProfile[]): Followed {
  const { id, config } = device
  const kind = 'thermometer'
  let judge: { rom: string; doubt: ReturnType<typeof createJudge>['doubt'] } | undefined

  return {
    take(rom, reading, now) {
      if ('gone' in reading) return ctx.offline(id, kind, reading.gone)
      if ('doubt' in reading) return ctx.suspect(id, kind, reading.doubt)
      // Another probe may be anywhere else: it does not jump.
      if (judge?.rom !== rom) judge = { rom, doubt: createJudge(profileOf(profiles, rom)).doubt }
      const fault = judge.doubt('celsius', undefined, reading.celsius, now)
      const says = `${reading.celsius.toFixed(1)} °C`
      if (fault === 'jump')
        return ctx.suspect(id, kind, `It jumped to ${says}. That is kept out until it is confirmed.`)
      if (fault !== undefined) return ctx.suspect(id, kind, `It says ${says}, which it cannot measure.`)
      ctx.online(id, kind)
      const celsius = reading.celsius + config.offsetCelsius
      ctx.emit('probe.temperature', {
        device: id,
        subject: `probe/${config.probe}`,
        data: { probe: config.probe, celsius: Math.round(celsius * 1000) / 1000 },
      })
    },
    late: () => ctx.suspect(id, kind, doubts.late),
  }
}
