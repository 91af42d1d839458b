/** What the box makes of the gateways, the camera and the people of a virtual day. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { parse } from 'yaml'
import { takePicture } from '../../devices/twin/camera.ts'
import { createRadio } from '../../devices/twin/radio.ts'
import { createRandom } from '../../devices/twin/random.ts'
import type { World } from '../../devices/twin/world.ts'
import { createViewWatch, VIEW_HEIGHT, VIEW_WIDTH } from '../../plugins/camera/view.ts'
import { createGateways } from '../../plugins/mqtt/gateways.ts'
import { createPresence, type Presence } from '../../plugins/presence/engine.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import { plan, type Said } from './day-plan.ts'

type Say = (said: Said) => void

const shop = parse(readFileSync(new URL('../../devices/twin/shop.yaml', import.meta.url), 'utf8')) as Plan

/** Gateways hear tags all the time: where one is silent, the plugin says so. Call it every second. */
export function watchGateways(world: World, say: Say): () => void {
  const tell = (type: string) => (device: string) => say({ seconds: world.seconds(), type, about: device })
  const silent = () => undefined
  const log = { fatal: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent }
  const gateways = createGateways({
    receivers: {},
    silenceSeconds: 60,
    ctx: {
      online: tell('device.online'),
      stale: tell('device.stale'),
      offline: tell('device.offline'),
      discovered: silent,
      plan: () => Promise.reject(new Error('nobody asks')),
      log,
    },
    clock: () => world.seconds() * 1000,
  })
  return () => {
    for (const { id } of shop.receivers) if (!world.has('gateway-dead', id)) gateways.heard(id, 'raw')
    gateways.tick()
  }
}

/** Minutes round the faults of something are enough where looking at it all day would take an hour. */
const near = (prefix: string, before: number, after: number) => {
  const spans = plan.filter(({ fault }) => fault.kind.startsWith(prefix))
  return (second: number) => spans.some(({ from, until }) => second >= from - before && second <= until + after)
}

/** Call it every second. */
export function watchCamera(world: World, seed: number, say: Say): (second: number) => Promise<void> {
  const watch = createViewWatch({ blackSeconds: 10, frozenSeconds: 20, movedSeconds: 15 })
  const wanted = near('camera-', 60, 60)
  const random = createRandom(seed + 99)
  let last: Buffer | undefined
  let before: string | undefined
  return async (second) => {
    if (!wanted(second)) return
    const fault = (['frozen', 'black', 'moved'] as const).find((kind) => world.has(`camera-${kind}`, 'hall'))
    const people = world.crowd.bodies().map(({ name, walker: { x, y } }) => ({ name, x, y }))
    if (fault !== 'frozen' || !last) last = await takePicture(people, random, fault)
    const grey = await sharp(last).resize(VIEW_WIDTH, VIEW_HEIGHT, { fit: 'fill' }).greyscale().raw().toBuffer()
    const digest = createHash('sha256').update(last).digest('hex')
    const trouble = watch.look({ grey, digest, time: world.seconds() * 1000 })?.trouble
    if (trouble !== before && trouble !== undefined)
      say({ seconds: world.seconds(), type: 'camera.trouble', about: 'hall', cause: trouble })
    before = trouble
  }
}

/** Call it twice a second. */
export function watchPeople(world: World, seed: number, say: Say): () => void {
  const wanted = near('linger', 20, 30)
  const radio = createRadio(seed, createRandom(seed + 17))
  let presence: Presence | undefined
  return () => {
    const seconds = world.seconds()
    if (!wanted(seconds)) {
      presence = undefined
      return
    }
    presence ??= createPresence(shop)
    for (const { name, walker } of world.crowd.bodies())
      for (const [index, { id, x, y, heightMetres = 2.4 }] of shop.receivers.entries()) {
        const place = { x: walker.x, y: walker.y, height: 1.1 }
        const rssi = radio.hear(index, { x, y, height: heightMetres }, place, walker.heading, -59)
        if (rssi !== undefined)
          presence.sight({ tag: `visit/${name}`, receiver: id, rssi, measuredPower: -59, time: seconds * 1000 })
      }
    for (const event of presence.tick(seconds * 1000))
      if (event.type === 'presence.dwelled' && event.data.who.includes('lingerer'))
        say({ seconds, type: event.type, about: event.data.zone })
  }
}
