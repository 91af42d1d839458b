/** A shop on a real ledger and a real bus in a temporary folder, with the stamping that the host would do. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { createBus, createCommands } from '../../runtime/bus/index.ts'
import { type CommandName, type CommandParams, type Event, vocabulary } from '../../runtime/contract/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { createShop, type Emit, type ShopDependencies } from '../../runtime/shop/index.ts'
import { uuidv7 } from './events.ts'

export const cornerShop = `# The shop at the corner
name: Corner Market
timezone: Europe/Berlin
floor: { width: 20, depth: 10 }
zones:
  - { id: entrance, name: Entrance, polygon: [[0, 0], [6, 0], [6, 10], [0, 10]], entrance: true }
  - { id: dairy, name: Dairy, polygon: [[6, 0], [20, 0], [20, 10], [6, 10]] }
  - { id: till, name: Till, receiver: counter, radiusMetres: 2 }
receivers:
  - { id: door, name: Door, x: 1, y: 5 }
  - { id: counter, name: Counter, x: 18, y: 9 }
screens:
  - id: entrance
    name: Entrance
    zone: entrance
    fallback: { layout: message, title: Good to see you }
  - { id: dairy, name: Dairy }
staff:
  - id: anna
    name: Anna Keller
    shifts:
      - { days: [mon, tue, wed, thu, fri, sat], from: '08:00', to: '17:00' }
  - id: bruno
    name: Bruno Frei
    shifts: # he opens the shop
      - { days: [mon, tue, wed, thu, fri, sat], from: '06:00', to: '15:00' }
  - id: nadia
    name: Nadia Okafor
    shifts:
      - { days: [sat], from: '22:00', to: '06:00' }
assets:
  - { id: trolley, name: Trolley }
tags:
  - { id: 'AA:BB:CC:00:00:01', bearer: staff/anna }
  - { id: 'aa:bb:cc:00:00:02', bearer: asset/trolley }
`

/** Milliseconds of a moment by the clock of Berlin, `2026-06-10T10:00`. */
export const berlin = (local: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('Europe/Berlin').epochMilliseconds

/** A Wednesday morning on which Anna and Bruno are on shift. */
export const wednesday = berlin('2026-06-10T10:00')

export interface WorldOptions {
  yaml?: string
  time?: number
}

/** Opens a shop; `open` again with the same folder is a restart. */
export async function openWorld(t: Test, folder: string, { yaml = cornerShop, time = wednesday }: WorldOptions = {}) {
  const ledger = await openLedger({ file: join(folder, 'endcap.db') })
  const bus = createBus()
  const commands = createCommands()
  const events: Event[] = []
  const lines: string[] = []
  const say = (fields: object, text: string) => void lines.push(`${JSON.stringify(fields)} ${text}`)
  const log: ShopDependencies['log'] = { info: say, warn: say, error: say }
  const clock = { time }

  const emit: Emit = async (source, { type, subject = source, data, because }, { commit } = {}) => {
    const definition = vocabulary.get(type)
    if (!definition) throw new Error(`there is no type ${type}`)
    const { privacy } = definition
    const event = { id: uuidv7(), type, source, subject, time: clock.time, data, privacy, ...(because && { because }) }
    events.push(event)
    bus.publish(event)
    if (commit) await ledger.commit(event)
    else ledger.append(event)
    return event.id
  }
  const shop = await createShop({
    ledger,
    bus,
    commands,
    emit,
    log,
    now: () => clock.time,
  })
  if (shop.version() === 0) await shop.importYaml(yaml, 'manager')
  events.length = 0

  let open = true
  const close = async () => {
    if (!open) return
    open = false
    await shop.stop()
    await ledger.close()
  }
  t.teardown(close)
  /** The power goes: what was committed is there, and nobody says goodbye. */
  const crash = async () => {
    open = false
    await ledger.close()
  }
  return {
    shop,
    ledger,
    bus,
    events,
    lines,
    clock,
    close,
    crash,
    typed: (type: string) => events.filter((event) => event.type === type),
    call: <N extends CommandName>(
      name: N,
      to: string,
      params: CommandParams<N>,
      source = 'flows',
      because?: string[],
    ) => commands.call({ name, to, params, source, ...(because && { because }) }),
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>
