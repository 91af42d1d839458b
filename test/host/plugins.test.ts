import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'tap'
import { counter, openBox, writePlugin } from './box.ts'

const produces = { produces: ['shelf.weights'] }
const object = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})

test('a faulty package is named by file and reason, the others start', async (t) => {
  const box = await openBox(t)
  const [shipped, own] = box.folders
  await writePlugin(shipped, 'good', produces, counter(50))
  await writePlugin(shipped, 'unknown-type', { produces: ['shelf.wieghts'] }, '')
  await writePlugin(shipped, 'misspelt', { permisions: [] }, '')
  await writePlugin(shipped, 'no-form', { config: 'c.json' }, '', { 'c.json': { type: 'array' } })
  await writePlugin(shipped, 'eavesdropper', { consumes: [{ type: 'ble.advertisement' }] }, '')
  await writePlugin(shipped, 'speaks-for-others', { events: [{ type: 'acme.x', meaning: 'x', schema: {} }] }, '')
  const broken = await writePlugin(shipped, 'broken', {}, '')
  await writeFile(path.join(broken, 'package.json'), '{ "endcap": ')
  await writePlugin(own, 'good', {}, '')
  await box.host.start()

  const reasons = Object.fromEntries(
    box.host
      .plugins()
      .map(({ name, folder, state, reason }) => [
        path.relative(path.dirname(shipped), folder),
        `${state} ${name}: ${reason ?? ''}`.replaceAll(path.dirname(shipped), ''),
      ]),
  )
  t.match(reasons, {
    'shipped/good': 'running good: ',
    'shipped/unknown-type':
      /invalid .*\/shipped\/unknown-type\/package.json: \/endcap\/produces\/0 shelf.wieghts is no type/,
    'shipped/misspelt': /invalid .*package.json: \/endcap\/permisions is not a known field/,
    'shipped/no-form': /invalid .*no-form\/c.json: \/ must describe an object/,
    'shipped/eavesdropper': /invalid .*\/endcap\/consumes\/0\/where must name companyIds or serviceUuids/,
    'shipped/speaks-for-others': /invalid .*\/endcap\/events\/0\/type must begin with speaks-for-others\./,
    'shipped/broken': /invalid .*package.json: \/ is not JSON/,
    'own/good': /invalid .*Two plugins are named good/,
  })
  t.match(box.host.plugin('good'), { state: 'running' }, 'the first of two of one name runs')
})

test('configuration is checked before the start, defaults are filled in, secrets are made once', async (t) => {
  const box = await openBox(t)
  const echo = `ctx.emit('shelf.weights', { device: 'left', data: { plates: [{ slot: JSON.stringify([ctx.config, ctx.devices.map((d) => d.config)]).slice(0, 64), grams: 1 }] } })
    await ctx.state.set('seen', [ctx.config, ctx.devices])`
  const files = {
    'config.schema.json': object(
      { port: { type: 'string' }, baudRate: { type: 'integer', default: 9600 } },
      { required: ['port'] },
    ),
    'plugin.schema.json': object({
      password: { type: 'string', 'x-endcap-generate': true },
      deep: object({ tries: { type: 'integer', default: 3 } }, { default: {} }),
    }),
  }
  await writePlugin(
    box.folders[0],
    'scale',
    { ...produces, config: 'config.schema.json', pluginConfig: 'plugin.schema.json' },
    echo,
    files,
  )
  box.settings['scale'] = { devices: [{ id: 'left', name: 'Left', config: { port: '/dev/ttyUSB0' } }] }
  await box.host.start()
  const [config, devices] =
    (await box.ledger.documents.get<[{ password: string }, unknown]>('state/scale', 'seen')) ?? []
  t.match(config, { password: /^[\w-]{24}$/, deep: { tries: 3 } })
  t.same(devices, [{ id: 'left', name: 'Left', config: { port: '/dev/ttyUSB0', baudRate: 9600 } }])
  t.same(box.host.config('scale'), config)
  t.match(box.host.plugin('scale').devices, [{ id: 'left', name: 'Left' }])

  await box.host.restart('scale')
  t.same(box.host.config('scale'), config, 'the secret stays the same')

  box.settings['scale'] = { devices: [{ id: 'left', config: { port: 7 } }] }
  await box.host.reload()
  t.match(box.host.plugin('scale'), {
    state: 'invalid',
    reason: 'scale cannot start: plugins.scale.devices.left.port must be string',
    remedy: /endcap.yaml/,
  })
})

test('plugins come, go and change while the others run on', async (t) => {
  const box = await openBox(t)
  const [shipped] = box.folders
  await writePlugin(shipped, 'stays', produces, counter(20))
  const goes = await writePlugin(shipped, 'goes', produces, counter(20))
  await writePlugin(shipped, 'changes', produces, counter(20))
  await box.host.start()
  const before = box.host.plugin('stays').pid
  const changing = box.host.plugin('changes').pid

  await rm(goes, { recursive: true })
  await writePlugin(shipped, 'comes', produces, counter(20))
  box.settings['changes'] = { config: { other: true } }
  await box.host.reload()
  t.same(
    box.host.plugins().map(({ name, state }) => `${name} ${state}`),
    ['changes running', 'comes running', 'stays running'],
  )
  t.equal(box.host.plugin('stays').pid, before)
  t.not(box.host.plugin('changes').pid, changing)
  t.throws(() => box.host.plugin('goes'), { code: 'ENDCAP_NOT_FOUND' })

  box.settings['comes'] = { enabled: false }
  await box.host.reload()
  t.match(box.host.plugin('comes'), { state: 'disabled' })
  delete box.settings['comes']
  await box.host.reload()
  t.match(box.host.plugin('comes'), { state: 'running' })
})

test('a reload that fails does not take the next one with it', async (t) => {
  const box = await openBox(t)
  await writePlugin(box.folders[0], 'stays', produces, counter(20))
  await box.host.start()
  await writePlugin(box.folders[0], 'comes', produces, counter(20))
  Object.defineProperty(box.settings, 'comes', {
    configurable: true,
    get() {
      throw new Error('the settings cannot be read')
    },
  })
  await t.rejects(box.host.reload(), /cannot be read/, 'who asked is told')
  t.match(box.host.plugin('stays'), { state: 'running' })
  delete box.settings['comes']
  await box.host.reload()
  t.match(box.host.plugin('comes'), { state: 'running' })
})

test('without bubblewrap only plugins that are ours or trusted start', async (t) => {
  const box = await openBox(t)
  await writePlugin(box.folders[1], 'stranger', produces, counter(20))
  await box.host.start()
  t.match(box.host.plugin('stranger'), {
    state: 'invalid',
    sandbox: 'node',
    reason: /bubblewrap is not installed/,
    remedy: /plugins.stranger.trusted: true/,
  })
  box.settings['stranger'] = { trusted: true }
  await box.host.reload()
  t.match(box.host.plugin('stranger'), { state: 'running' })
})
