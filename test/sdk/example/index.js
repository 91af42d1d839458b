import { definePlugin } from '@endcap/sdk'

export default definePlugin((ctx) => {
  for (const device of ctx.devices) {
    ctx.command('device.identify', device.id, () => blink(device))
    const timer = setInterval(() => void read(ctx, device), device.config.seconds * 1000)
    ctx.signal.addEventListener('abort', () => clearInterval(timer))
    void read(ctx, device)
  }
})

async function read(ctx, { id, config }) {
  try {
    const answer = await fetch(config.url, { signal: ctx.signal })
    const { celsius } = await answer.json()
    ctx.emit('probe.temperature', { device: id, subject: `probe/${id}`, data: { probe: id, celsius } })
    ctx.online(id, 'thermometer')
  } catch (error) {
    ctx.offline(id, 'thermometer', error.message)
  }
}

async function blink({ config }) {
  await fetch(config.url, { method: 'POST' })
}
