import { type Context, definePlugin, type Device } from '@endcap/sdk'
import { isOn } from './hours.ts'
import { type DisplayConfig, switchDisplay } from './ways.ts'

const KIND = 'display'
const LOOK_MILLISECONDS = 20_000

export default definePlugin<DisplayConfig>(async (ctx) => {
  let timezone = 'UTC'
  const displays = ctx.devices.map((device) => follow(ctx, device, () => timezone))
  const look = () => Promise.all(displays.map((display) => display.look()))
  const warn = (active: boolean) => Promise.all(displays.map((display) => display.emergency(active)))
  const learn = async () => {
    const plan = await ctx.plan()
    timezone = plan.timezone
    // What was raised before this plugin started, or while it was starting anew.
    if (plan.emergency) await warn(true)
    await look()
  }
  ctx.on('shop.changed', learn)
  ctx.on('sign.emergency', async ({ data }) => {
    await warn(data.active)
  })
  const timer = setInterval(() => void look(), LOOK_MILLISECONDS)
  ctx.signal.addEventListener('abort', () => clearInterval(timer))
  await learn()
})

/** One display: its hours decide, until somebody switches it by hand; that holds until the hours turn next. */
function follow(ctx: Context<DisplayConfig>, { id, config }: Device<DisplayConfig>, timezone: () => string) {
  let hours: boolean | undefined
  let emergency = false
  /** One after the other: a panel that is told two things at once does either. */
  let last: Promise<unknown> = Promise.resolve()

  const set = (on: boolean): Promise<void> => {
    const done = last.then(() => switchDisplay(config, on))
    last = done.catch(() => undefined)
    return done.then(
      () => ctx.online(id, KIND),
      (error: unknown) => {
        ctx.offline(id, KIND, error instanceof Error ? error.message : String(error))
        throw error
      },
    )
  }
  /** For what nobody waits for: the console shows the reason. */
  const tryTo = (on: boolean) => set(on).catch(() => undefined)
  const byHours = () => isOn(config.hours, timezone(), Date.now())

  ctx.command('display.power', id, async ({ on }) => {
    await set(on)
    return {}
  })
  ctx.command('device.test', id, async () => {
    const on = hours ?? true
    try {
      await set(on)
      return {
        works: true,
        said: [`It was told to be ${on ? 'on' : 'off'}, by ${config.way}, and nothing complained.`],
      }
    } catch (error) {
      return { works: false, said: [String(error instanceof Error ? error.message : error).slice(0, 200)] }
    }
  })
  return {
    async look() {
      const on = byHours()
      if (emergency || on === hours) return
      // Without hours nothing is switched at the start: somebody may have switched it off with its own remote control.
      const first = hours === undefined && config.hours.length === 0
      hours = on
      if (!first) await tryTo(on)
    },
    async emergency(active: boolean) {
      if (config.screen === '' || active === emergency) return
      emergency = active
      await tryTo(active || byHours())
    },
  }
}
