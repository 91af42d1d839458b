/** The source that a device's port names. Each is loaded by the first device that needs it: libraries are large. */
import { type DeviceConfig, parseBoardInput, parsePort, parseTopic } from './config.ts'
import type { Own } from './device.ts'
import type { Source, SourceEvents } from './source/types.ts'

/** Rejects with a sentence for the technician. */
export async function openSource(ctx: Own, config: DeviceConfig, events: SourceEvents): Promise<Source> {
  const { plates, ratePerSecond } = config
  const port = parsePort(config.port)
  const { signal } = ctx
  const twice = plates.find(({ slot }, i) => plates.findIndex((one) => one.slot === slot) < i)
  if (twice) throw new Error(`two plates are called ${twice.slot}; each slot has one`)
  const inputs = <T>(parse: (input: string) => T): T[] =>
    plates.map(({ slot, input }) => {
      try {
        return parse(input)
      } catch (error) {
        throw new Error(`plate ${slot}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      }
    })
  switch (port.kind) {
    case 'serial':
    case 'tcp': {
      const wanted = { port, inputs: inputs(parseBoardInput), ratePerSecond, openSerial: ctx.serial.open, signal }
      const { openBoard } = await import('./source/board.ts')
      return openBoard(wanted, events)
    }
    case 'iio': {
      const { openIio } = await import('./source/iio.ts')
      const folder = ctx.config.iioFolder
      return openIio(
        { folder, name: port.name, inputs: plates.map(({ input }) => input), ratePerSecond, signal },
        events,
      )
    }
    case 'mqtt': {
      inputs(parseTopic)
      const { username, password } = config
      const { openMqtt } = await import('./source/mqtt.ts')
      return openMqtt({ url: port.url, username, password, plates, signal }, events)
    }
    default: {
      const wanted = { bus: port.bus, inputs: inputs(parseBoardInput), ratePerSecond, signal }
      const { openBoxBus } = await import('./source/box-bus.ts')
      return openBoxBus(wanted, events)
    }
  }
}
