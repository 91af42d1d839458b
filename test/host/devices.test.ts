import { test } from 'tap'
import { openBox, writePlugin } from './box.ts'

test('a device that says what cannot be true is suspect until it is believed again', async (t) => {
  const box = await openBox(t)
  await writePlugin(
    box.folders[0],
    'probes',
    { produces: [], commands: ['device.identify'], config: 'c.json' },
    `ctx.suspect('dairy', 'thermometer', '85 °C is what it says before it has measured')
     ctx.command('device.identify', 'dairy', () => { ctx.believed('dairy', 'thermometer'); return {} })`,
    { 'c.json': { type: 'object', additionalProperties: false, properties: {} } },
  )
  const suspect = box.next('device.suspect')
  await box.host.start()
  await suspect
  t.match(box.host.plugin('probes').devices, [{ id: 'dairy', state: 'suspect', reason: /^85 °C/ }])
  const online = box.next('device.online')
  await box.commands.call({ name: 'device.identify', to: 'probes/dairy', params: {}, source: 'test' })
  await online
  const [device] = box.host.plugin('probes').devices
  t.equal(device?.state, 'online')
  t.equal(device?.reason, undefined)
})
