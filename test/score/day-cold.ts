/** What the box makes of the cabinets of a virtual day: bytes of probes and frames of sensors, then cold-chain's watch. */
import { readFileSync } from 'node:fs'
import { decodeSensor, parseRawAdvertisement } from '../../devices/decoders/index.ts'
import { type Goods, oneWire, wireless } from '../../devices/twin/goods.ts'
import { slaveFile } from '../../devices/twin/one-wire.ts'
import { contact, onAir, thermometer } from '../../devices/twin/wireless.ts'
import type { World } from '../../devices/twin/world.ts'
import { createWatch } from '../../plugins/cold-chain/watch.ts'
import { follow } from '../../plugins/fridge-probe/followed.ts'
import { readKernelText } from '../../plugins/fridge-probe/scratchpad.ts'
import type { DeviceProfile } from '../../runtime/contract/index.ts'
import type { Said } from './day-plan.ts'

const profile = JSON.parse(
  readFileSync(new URL('../../devices/maxim/ds18b20.json', import.meta.url), 'utf8'),
) as DeviceProfile

/** `read` is to be called every ten seconds of the world, `door` with each step. */
export function watchCabinets(world: World, goods: Goods, hear: (said: Said) => void): { read(): void; door(): void } {
  const minute = () => world.seconds() / 60
  const watches = goods.cabinets.map((cabinet) => ({ cabinet, watch: createWatch(cabinet, 0) }))
  const measured = (probe: string, celsius: number) => {
    for (const { watch } of watches) watch.temperature(probe, celsius, minute())
  }
  const probes = Object.entries(oneWire).map(([probe, rom]) => {
    let why = ''
    const say = (type: string) => hear({ seconds: world.seconds(), type, about: probe, cause: why })
    const followed = follow(
      {
        emit: Object.assign(
          (_: string, { data }: { data: unknown }) => measured(probe, (data as { celsius: number }).celsius),
          { committed: () => Promise.resolve({ id: '' }) },
        ),
        online: () => undefined,
        offline: () => say('device.offline'),
        suspect(_device, _kind, reason) {
          say('device.suspect')
          for (const { watch } of watches) watch.trouble(probe, reason, minute())
        },
      },
      {
        id: probe,
        config: { probe, measures: 'temperature', rom, port: '', pin: 2, openWhenHigh: true, offsetCelsius: 0 },
      },
      [profile],
    )
    return () => {
      const fault = world.has('probe-garbled', probe)
        ? 'garbled'
        : world.has('probe-reset', probe)
          ? 'reset'
          : undefined
      why = fault ?? ''
      followed.take(rom, readKernelText(rom, slaveFile(world.cabinets.celsius(probe), fault)), world.seconds() * 1000)
    }
  })
  let packet = 0
  const heard = (frame: ReturnType<typeof thermometer>) =>
    decodeSensor({ address: frame.address, ...parseRawAdvertisement(Buffer.from(onAir(frame), 'hex')) })
  const open = new Map<string, boolean>()
  const tell = () => {
    for (const { cabinet, watch } of watches)
      for (const { type, data } of watch.tick(minute()))
        if (type !== 'cold.state' && type !== 'cold.logged')
          hear({
            seconds: world.seconds(),
            type,
            about: cabinet.id,
            ...('cause' in data ? { cause: data.cause } : {}),
          })
  }
  return {
    read() {
      for (const read of probes) read()
      packet += 1
      for (const [probe, { address, kind }] of Object.entries(wireless)) {
        if (kind !== 'thermometer' || world.has('thermometer-dead', probe)) continue
        const frame = heard(thermometer(address, packet, world.cabinets.celsius(probe), 62))
        const celsius = frame?.readings.find(({ field }) => field === 'celsius')?.value
        if (typeof celsius === 'number') measured(probe, celsius)
      }
      tell()
    },
    door() {
      for (const [probe, { address, kind }] of Object.entries(wireless)) {
        if (kind !== 'contact') continue
        const now = world.cabinets.doorOpen(probe)
        if (open.get(probe) === now) continue
        open.set(probe, now)
        const frame = heard(contact(address, packet, now))
        const said = frame?.readings.find(({ field }) => field === 'windowOpen')?.value
        if (typeof said === 'boolean') for (const { watch } of watches) watch.door(probe, said, minute())
      }
    },
  }
}
