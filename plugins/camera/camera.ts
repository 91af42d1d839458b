/** One camera: its stream, who wants pictures of it, and whether what it shows is of use. */
import { createHash } from 'node:crypto'
import type { Context } from '@endcap/sdk'
import sharp from 'sharp'
import { createDemand } from './demand.ts'
import { runFolder } from './folder.ts'
import { sizeOf } from './jpeg.ts'
import { type CameraConfig, faultOf } from './source.ts'
import { runStream, type Stream } from './stream.ts'
import { createViewWatch, type Trouble, VIEW_HEIGHT, VIEW_WIDTH } from './view.ts'

const kind = 'camera'
/** More looks a second tell no more of black, frozen and moved. */
const LOOK_MS = 1000
const TICK_MS = 250
/** For a single picture the camera runs a little faster for a while: the next will be asked for soon. */
const SNAPSHOT_RATE = 2
const SNAPSHOT_SECONDS = 15
const SNAPSHOT_FRESH_MS = 2000

type Said = { trouble: Trouble | 'offline'; reason: string } | undefined

/** Runs a camera until `ctx.signal` aborts. */
export async function runCamera(ctx: Context<CameraConfig>, id: string, config: CameraConfig): Promise<void> {
  const fault = faultOf(config)
  if (fault !== undefined) {
    ctx.offline(id, kind, fault)
    ctx.log.error({ camera: id }, `camera ${id}: ${fault}`)
    return
  }
  const demand = createDemand()
  const view = createViewWatch(config)
  const waiting = new Set<(jpeg: Uint8Array) => void>()
  let last: { jpeg: Uint8Array; time: number } | undefined
  let emittedAt = -Infinity
  let lookedAt = -Infinity
  let looking = false
  let trouble: Said
  let since = performance.now()

  const tell = (now: Said) => {
    if (now?.trouble === trouble?.trouble) return
    if (now === undefined) {
      const afterSeconds = (performance.now() - since) / 1000
      ctx.emit('camera.restored', { device: id, subject: `camera/${id}`, data: { camera: id, afterSeconds } })
    } else {
      if (trouble === undefined) since = performance.now()
      ctx.emit('camera.trouble', { device: id, subject: `camera/${id}`, data: { camera: id, ...now } })
    }
    trouble = now
    if (now === undefined) ctx.online(id, kind)
    else if (now.trouble === 'offline') ctx.offline(id, kind, now.reason)
    else ctx.suspect(id, kind, now.reason)
  }

  /** One at a time: a slow box looks less often, and never has two pictures of a camera in work. */
  const look = async (jpeg: Uint8Array, time: number) => {
    looking = true
    try {
      const small = sharp(jpeg, { limitInputPixels: 34_000_000 })
        .resize(VIEW_WIDTH, VIEW_HEIGHT, { fit: 'fill' })
        .greyscale()
        .raw()
      const grey = new Uint8Array(await small.toBuffer())
      const digest = createHash('sha1').update(jpeg).digest('base64')
      if (ctx.signal.aborted) return
      tell(view.look({ grey, digest, time }))
      if (trouble === undefined) ctx.online(id, kind)
    } catch (error) {
      ctx.log.debug({ camera: id }, `a picture could not be read: ${String(error)}`)
    } finally {
      looking = false
    }
  }

  const picture = (jpeg: Uint8Array) => {
    const time = performance.now()
    last = { jpeg, time }
    for (const take of waiting) take(jpeg)
    waiting.clear()
    if (!looking && time - lookedAt >= LOOK_MS) {
      lookedAt = time
      void look(jpeg, time)
    }
    const wanted = demand.wanted()
    // The camera may run faster than anybody wants; a tenth of the pause is play, or a rate just right would lose half.
    if (wanted === 0 || time - emittedAt < 900 / wanted) return
    const size = sizeOf(jpeg)
    if (!size) return
    emittedAt = time
    const data = { camera: id, jpeg, ...size, takenAt: Date.now() }
    ctx.emit('camera.frame', { device: id, subject: `camera/${id}`, data })
  }
  const ended = (reason: string) => tell({ trouble: 'offline', reason })

  const stream: Stream =
    config.source === 'folder'
      ? runFolder(config.folder, config.widthPixels, demand.rate(), { picture, ended }, ctx.signal)
      : runStream(config, demand.rate(), { picture, ended }, ctx.signal)
  const follow = () => stream.setRate(demand.rate())
  const timer = setInterval(follow, TICK_MS)

  const next = async (): Promise<Uint8Array> => {
    if (last && performance.now() - last.time < SNAPSHOT_FRESH_MS) return last.jpeg
    demand.ask(SNAPSHOT_RATE, SNAPSHOT_SECONDS)
    follow()
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    waiting.add(resolve)
    const late = setTimeout(() => reject(new Error(trouble?.reason ?? 'no picture came in time')), 9000)
    return promise.finally(() => {
      clearTimeout(late)
      waiting.delete(resolve)
    })
  }

  ctx.command('camera.watch', id, ({ framesPerSecond, seconds }) => {
    demand.ask(framesPerSecond, seconds)
    follow()
    return {}
  })
  ctx.command('camera.snapshot', id, async ({ accept }) => {
    const jpeg = await next()
    if (accept) {
      view.accept()
      tell(undefined)
    }
    return { jpeg: Buffer.from(jpeg).toString('base64') }
  })
  ctx.command('device.test', id, async () => {
    try {
      const jpeg = await next()
      const size = sizeOf(jpeg)
      const said = [`a picture of ${size?.widthPixels} × ${size?.heightPixels} pixels came`]
      if (trouble) said.push(`${trouble.trouble}: ${trouble.reason}`)
      return { works: trouble === undefined, said }
    } catch (error) {
      return { works: false, said: [error instanceof Error ? error.message : String(error)] }
    }
  })
  await stream.done
  clearInterval(timer)
}
