/** Lets a world run by the clock and speak: gateways, a 1-wire tree, boards with Firmata, pictures of a camera. */
import type { Air } from './air.ts'
import type { Boards } from './boards.ts'
import type { Camera } from './camera.ts'
import { boards, oneWire, wireless } from './goods.ts'
import type { OneWireTree } from './one-wire.ts'
import { contact, thermometer } from './wireless.ts'
import type { World } from './world.ts'

/** Real seconds between two looks at the world, whatever its speed. */
const TICK_SECONDS = 0.1
/** The world never leaps further at once. */
const STEP_SECONDS = 0.5
/** Seconds of the world between two advertisements of a tag. */
const ADVERTISING_SECONDS = 0.5
/** Real seconds between two words of a sensor, two looks at a wire, two pictures. */
const SENSOR_SECONDS = 10
const WIRE_SECONDS = 1
const PICTURE_SECONDS = 1
/** A contact repeats a change, since advertisements get lost. */
const REPEATS = 3
/** The poultry fridge and the freezer stand by the east wall. */
const FRIDGES = { x: 22.6, y: 6, height: 1 }

export interface LiveOptions {
  world: World
  speed: number
  air: Air
  receivers: readonly string[]
  tree?: OneWireTree | undefined
  served?: Boards | undefined
  camera?: Camera | undefined
  /** Called after each step that moved people. */
  moved?: () => void
  fault: (error: unknown) => void
}

/** Starts; the function that comes back stops. */
export function startLive({
  world,
  speed,
  air,
  receivers,
  tree,
  served,
  camera,
  moved,
  fault,
}: LiveOptions): () => void {
  const due = { tags: 0, sensors: 0, wire: 0, picture: 0 }
  const packets = new Map<string, number>()
  const doors = new Map<string, boolean>()
  let repeats = 0
  const every = (what: keyof typeof due, seconds: number, passed: number): boolean => {
    due[what] -= passed
    if (due[what] > 0) return false
    due[what] = seconds
    return true
  }

  const sensors = (contactsOnly: boolean) => {
    for (const [probe, { address, kind }] of Object.entries(wireless)) {
      if ((kind === 'thermometer' && contactsOnly) || world.has('thermometer-dead', probe)) continue
      const open = kind === 'contact' && world.cabinets.doorOpen(probe)
      const changed = kind === 'thermometer' || doors.get(probe) !== open
      const packet = (packets.get(probe) ?? 0) + (changed ? 1 : 0)
      packets.set(probe, packet)
      doors.set(probe, open)
      const celsius = kind === 'thermometer' ? world.cabinets.celsius(probe) : 0
      air.sensor(
        kind === 'contact' ? contact(address, packet, open) : thermometer(address, packet, celsius, 62),
        FRIDGES,
      )
    }
  }
  const wire = () => {
    for (const [probe, sensor] of Object.entries(oneWire)) {
      const wrong = world.has('probe-garbled', probe)
        ? 'garbled'
        : world.has('probe-reset', probe)
          ? 'reset'
          : undefined
      tree?.set(sensor, world.cabinets.celsius(probe), wrong)
    }
  }
  const picture = () => {
    const wrong = (['frozen', 'black', 'moved'] as const).find((kind) => world.has(`camera-${kind}`, 'hall'))
    const people = world.crowd.bodies().filter(({ role }) => role !== 'cart')
    camera
      ?.shoot(
        people.map(({ name, walker: { x, y } }) => ({ name, x, y })),
        wrong,
      )
      .catch(fault)
  }

  const tick = () => {
    const passed = TICK_SECONDS * speed
    const steps = Math.ceil(passed / STEP_SECONDS)
    for (let i = 0; i < steps; i++) world.step(passed / steps)
    for (const receiver of receivers) air.power(receiver, !world.has('gateway-dead', receiver))
    for (const { id } of boards) served?.plug(id, !world.has('scale-unplugged', id))
    if (every('tags', ADVERTISING_SECONDS, passed)) {
      moved?.()
      air.tags(world.crowd.bodies())
    }
    if (
      Object.entries(wireless).some(
        ([probe, { kind }]) => kind === 'contact' && doors.get(probe) !== world.cabinets.doorOpen(probe),
      )
    )
      repeats = REPEATS
    if (every('sensors', SENSOR_SECONDS, TICK_SECONDS)) sensors(false)
    else if (repeats > 0) {
      repeats -= 1
      sensors(true)
    }
    if (tree && every('wire', WIRE_SECONDS, TICK_SECONDS)) wire()
    if (camera && every('picture', PICTURE_SECONDS, TICK_SECONDS)) picture()
  }
  // The first words before the first tick: a probe that is asked at once has an answer.
  wire()
  const timer = setInterval(tick, TICK_SECONDS * 1000)
  return () => clearInterval(timer)
}
