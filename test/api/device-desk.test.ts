import { test } from 'tap'
import { createDeviceDesk } from '../../runtime/api/device-desk.ts'
import { openBox, writePlugin } from '../host/box.ts'

test('two managers adopt at once, and the box keeps both', async (t) => {
  const box = await openBox(t)
  const { host, shop, settings } = box
  const schema = { type: 'object', properties: { port: { type: 'string', 'x-endcap-hardware': true } } }
  const manifest = { kind: 'device', config: 'device.json' }
  const code = `for (const device of ['one', 'two']) ctx.discovered({ device, kind: 'lock', adopt: { list: 'devices', config: { port: device } } })`
  await writePlugin(box.folders[0], 'lock', manifest, code, { 'device.json': schema })
  const both = box.next('device.discovered', ({ source }) => source === 'lock/two')
  await host.start()
  await both
  const desk = createDeviceDesk({
    host,
    shop,
    configurePlugin: async (plugin, written) => {
      await new Promise((written) => setImmediate(written))
      settings[plugin] = { ...written, devices: [...(written.devices ?? [])] }
      await host.reload()
    },
  })
  const adopted = ['one', 'two'].map((found) => desk.adopt('lock', found, { id: `door-${found}` }, 'manager'))
  await Promise.all(adopted)
  t.match(settings['lock']?.devices, [
    { id: 'door-one', config: { port: 'one' } },
    { id: 'door-two', config: { port: 'two' } },
  ])
  t.equal(settings['lock']?.devices?.length, 2)
  const again = desk.adopt('lock', 'one', { id: 'door-one' }, 'manager')
  await t.rejects(again, 'an id is given once')
})
