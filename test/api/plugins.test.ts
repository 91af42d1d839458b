import { test } from 'tap'
import { EndcapError } from '../../runtime/contract/index.ts'
import type { PluginStatus } from '../../runtime/host/index.ts'
import { openBox } from './box.ts'

const mqtt: PluginStatus = {
  name: 'mqtt',
  package: '@endcap/mqtt',
  version: '0.1.0',
  folder: '/plugins/mqtt',
  kind: 'device',
  state: 'running',
  permissions: [{ name: 'network', sentence: 'Uses the network.' }],
  sandbox: 'node',
  startedAt: 0,
  restarts: 0,
  emitted: 3,
  refused: 0,
  received: 0,
  waiting: 0,
  dropped: 0,
  lines: [{ time: 0, level: 'info', text: 'listening' }],
  config: { port: 1883, credentials: { user: 'gateway', code: 'hunter2', password: 'hunter3' } },
  configSchema: { properties: { credentials: { properties: { code: { 'x-endcap-generate': true } } } } },
  devices: [{ source: 'mqtt/office', id: 'office', state: 'online', adopted: false, lastEventAt: 0 }],
}

test('the manager sees how each plugin is, and acts on one', async (t) => {
  const acted: string[] = []
  const box = await openBox(t, {
    host: {
      plugins: () => [mqtt],
      plugin: () => mqtt,
      restart: async (name) => void acted.push(`restart ${name}`),
      emit: async () => '',
      config: () => mqtt.config,
      answers: () => false,
      opens: () => [],
      settle: () => undefined,
      configuration: () => ({ written: { config: { port: 1883 }, devices: [] }, pluginSchema: { type: 'object' } }),
      async check(plugin, { config }) {
        const { port } = config as { port: number }
        if (port > 65_535)
          throw new EndcapError('ENDCAP_PLUGIN_CONFIG_INVALID', {
            plugin,
            path: 'plugins.mqtt.config.port',
            reason: 'must be at most 65535',
          })
      },
    },
    configurePlugin: async (name, written) => void acted.push(`${name} ${JSON.stringify(written)}`),
    enablePlugin: async (name, enabled) => void acted.push(`${enabled ? 'enable' : 'disable'} ${name}`),
  })
  const { call } = box.manager
  const epoch = '1970-01-01T00:00:00.000Z'
  const { body } = await call('GET', '/api/v1/plugins/mqtt')
  t.match(body, { state: 'running', startedAt: epoch, lines: [{ time: epoch, text: 'listening' }] })
  t.same(body['config'], { port: 1883, credentials: { user: 'gateway', code: '•••', password: '•••' } })
  t.notMatch(JSON.stringify((await call('GET', '/api/v1/plugins')).body), 'hunter')
  t.match((await call('GET', '/api/v1/plugins/mqtt/config')).body, { config: { credentials: { code: 'hunter2' } } })
  t.match(await box.ledger.audit.list(1), [{ actor: 'manager', action: 'plugin.read-secrets', subject: 'plugin/mqtt' }])
  t.match((await call('GET', '/api/v1/devices')).body, [{ plugin: 'mqtt', id: 'office', lastEventAt: epoch }])
  for (const action of ['restart', 'disable', 'enable'])
    t.match(await call('POST', `/api/v1/plugins/mqtt/${action}`), { status: 200, body: { name: 'mqtt' } })
  t.same(acted, ['restart mqtt', 'disable mqtt', 'enable mqtt'])
  acted.length = 0
  const form = (await call('GET', '/api/v1/plugins/mqtt/config')).body
  t.match(form, { written: { config: { port: 1883 } }, pluginSchema: { type: 'object' }, inMemory: false })
  const put = (body: unknown) => call('PUT', '/api/v1/plugins/mqtt/config', body)
  t.match(await put({ config: { port: 70_000 }, devices: [] }), {
    status: 422,
    body: { code: 'ENDCAP_PLUGIN_CONFIG_INVALID', message: /plugins\.mqtt\.config\.port/ },
  })
  t.match(await put({ devices: [{ id: 'No spaces' }] }), { status: 400, body: { message: /body\/devices\/0\/id/ } })
  t.same(acted, [], 'what is wrong changes nothing')
  t.match(await put({ config: { port: 1884 }, devices: [{ id: 'hall' }] }), { status: 200, body: { name: 'mqtt' } })
  t.same(acted, ['mqtt {"config":{"port":1884},"devices":[{"id":"hall"}]}'])
  t.match(await call('POST', '/api/v1/plugins/nothing/restart'), { status: 404, body: { message: /plugin nothing/ } })
})
