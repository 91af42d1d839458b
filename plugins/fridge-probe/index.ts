import { definePlugin, EndcapError } from '@endcap/sdk'
import { createAnswers } from './answers.ts'
import { followBoard } from './board.ts'
import { followBus } from './bus.ts'
import type { PluginConfig, ProbeConfig } from './settings.ts'

/** Thermometers on 1-wire buses and contacts on doors become `probe.temperature` and `probe.door`. */
export default definePlugin<ProbeConfig, PluginConfig>(async (ctx) => {
  const profiles = await ctx.profiles()
  const bus = followBus(ctx, profiles)
  const onBoards = Map.groupBy(
    ctx.devices.filter(({ config }) => config.port !== ''),
    ({ config }) => config.port,
  )
  const answers = createAnswers()
  const boards = [...onBoards].map(([port, devices]) => followBoard(ctx, port, devices, profiles, answers))

  ctx.command('device.identify', '+', (_params, { to }) => {
    const reason = 'a probe has no light; warm it in your hand and see on the console which temperature rises'
    throw new EndcapError('ENDCAP_COMMAND_FAILED', { to, command: 'device.identify', reason })
  })
  ctx.command('device.test', '+', async (_params, { to }) => {
    const device = ctx.devices.find(({ id }) => to.endsWith(`/${id}`))
    if (!device) throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: 'device.test' })
    if (device.config.port !== '') return answers.last(device.id)
    const begun = performance.now()
    const { rom, reading } = await bus.measure(device)
    const took = `${rom} answered after ${Math.round(performance.now() - begun)} ms`
    if ('celsius' in reading) return { works: true, said: [took, `It measures ${reading.celsius} °C.`] }
    return { works: false, said: [took, 'doubt' in reading ? reading.doubt : reading.gone] }
  })
  return async () => void (await Promise.all([bus.ended, ...boards]))
})
