/** Probes and contacts on a board with ConfigurableFirmata, over its serial port; opened again when it was unplugged. */
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Device, DeviceProfile } from '@endcap/sdk'
import type { Firmata } from 'firmata-io'
import type { Answers } from './answers.ts'
import { onlyOne } from './bus.ts'
import { followDoor } from './door.ts'
import { createFinds } from './finds.ts'
import { follow } from './followed.ts'
import { sameProbe } from './same-probe.ts'
import { readScratchpad, romName, type Reading } from './scratchpad.ts'
import type { PluginConfig, ProbeConfig } from './settings.ts'

type Own = Context<ProbeConfig, PluginConfig>

const baudRate = 57_600
const readyMs = 15_000
const againMs = 5000
/** At 12 bits a conversion takes at most 750 ms (data sheet 19-7487). */
const conversionMs = 800
const convert = 0x44
const readScratch = 0xbe

/** Follows a board until the plugin stops. */
export async function followBoard(
  ctx: Own,
  port: string,
  devices: readonly Device<ProbeConfig>[],
  profiles: readonly DeviceProfile[],
  answers: Answers,
): Promise<void> {
  const kind = ({ config }: Device<ProbeConfig>) => (config.measures === 'door' ? 'contact' : 'thermometer')
  while (!ctx.signal.aborted) {
    try {
      const { board, gone, lose } = await open(ctx, port)
      const doors = devices.filter(({ config }) => config.measures === 'door')
      const stops = doors.map((door) => followDoor(ctx, board, door, answers, lose))
      try {
        await Promise.race([gone, readBus(ctx, board, port, devices, profiles, answers, gone)])
      } finally {
        for (const stop of stops) stop()
        lose(new Error('it is closed'))
      }
    } catch (error) {
      if (ctx.signal.aborted) return
      const reason = `The board at ${port} does not answer: ${error instanceof Error ? error.message : String(error)}`
      for (const device of devices) {
        ctx.offline(device.id, kind(device), reason.slice(0, 300))
        answers.note(device.id, false, reason)
      }
    }
    await sleep(againMs, undefined, { signal: ctx.signal }).catch(() => undefined)
  }
}

interface Opened {
  board: Firmata
  /** Rejects when the board is gone, for whatever reason. */
  gone: Promise<never>
  /** Gives it up. */
  lose(error: Error): void
}

async function open(ctx: Own, port: string): Promise<Opened> {
  const { default: firmata } = await import('firmata-io')
  const wire = await ctx.serial.open(port, { baudRate })
  const transport = Object.assign(new EventEmitter(), {
    write: (bytes: Buffer, done: () => void) => wire.write(bytes, done),
  })
  wire.on('data', (bytes: Buffer) => transport.emit('data', bytes))
  const { promise: gone, reject } = Promise.withResolvers<never>()
  gone.catch(() => undefined)
  wire.once('close', () => reject(new Error('it was unplugged')))
  wire.on('error', reject)
  const board = new firmata.Firmata(transport, { reportVersionTimeout: 2000 })
  board.on('error', reject)
  transport.emit('open')
  const late = AbortSignal.any([ctx.signal, AbortSignal.timeout(readyMs)])
  try {
    await Promise.race([once(board, 'ready', { signal: late }), gone])
  } catch (error) {
    wire.destroy()
    throw late.aborted ? new Error(`no Firmata within ${readyMs / 1000} s`) : error
  } finally {
    clearTimeout(board.reportVersionTimeoutId)
  }
  const lose = (error: Error) => {
    reject(error)
    wire.destroy()
  }
  return { board, gone, lose }
}

/** Converts all probes of each pin at once, then reads them one by one; a probe that does not answer delays one round. */
async function readBus(
  ctx: Own,
  board: Firmata,
  port: string,
  all: readonly Device<ProbeConfig>[],
  profiles: readonly DeviceProfile[],
  answers: Answers,
  gone: Promise<never>,
) {
  const devices = all.filter(({ config }) => config.measures === 'temperature')
  const pins = [...new Set(devices.map(({ config }) => config.pin))]
  const followed = new Map(devices.map((device) => [device.id, follow(ctx, device, profiles)]))
  const same = new Map(devices.map((device) => [device.id, sameProbe(ctx, device)]))
  const found = new Map(
    pins.map((pin) => [
      pin,
      createFinds(
        ctx,
        profiles,
        devices.filter(({ config }) => config.pin === pin),
        { port, pin },
      ),
    ]),
  )
  for (const pin of pins) board.sendOneWireConfig(pin, true)
  while (!ctx.signal.aborted) {
    for (const pin of pins) {
      const roms = new Map((await Promise.race([search(board, pin), gone])).map((rom) => [romName(rom), rom]))
      found.get(pin)?.([...roms.keys()])
      for (const rom of roms.values()) {
        board.sendOneWireReset(pin)
        board.sendOneWireWrite(pin, rom, convert)
      }
      await sleep(conversionMs, undefined, { signal: ctx.signal })
      for (const device of devices.filter(({ config }) => config.pin === pin)) {
        const name = device.config.rom === '' ? onlyOne([...roms.keys()]) : device.config.rom
        const rom = typeof name === 'string' ? roms.get(name) : undefined
        const absent: Reading = {
          gone: `There is no ${device.config.rom} on pin ${pin}. See whether it is plugged in.`,
        }
        const said =
          typeof name !== 'string' ? name : rom ? await Promise.race([read(board, pin, name, rom), gone]) : absent
        const address = typeof name === 'string' ? name : ''
        const reading = (await same.get(device.id)?.(address, said)) ?? said
        followed.get(device.id)?.take(address, reading, performance.now())
        const works = 'celsius' in reading
        const words = works ? `It measured ${reading.celsius} °C.` : 'doubt' in reading ? reading.doubt : reading.gone
        answers.note(device.id, works, words)
      }
    }
    await sleep(ctx.config.everySeconds * 1000, undefined, { signal: ctx.signal })
  }
}

const search = (board: Firmata, pin: number) =>
  new Promise<number[][]>((resolve, reject) =>
    board.sendOneWireSearch(pin, (error, roms = []) => (error ? reject(error) : resolve(roms))),
  )

const read = (board: Firmata, pin: number, name: string, rom: number[]) =>
  new Promise<Reading>((resolve) => {
    board.sendOneWireReset(pin)
    board.sendOneWireWriteAndRead(pin, rom, readScratch, 9, (error, bytes = []) =>
      resolve(error ? { doubt: 'It does not answer in time.' } : readScratchpad(name, Uint8Array.from(bytes))),
    )
  })
