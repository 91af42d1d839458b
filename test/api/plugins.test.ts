import { test } from 'tap'
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
  devices: [{ source: 'mqtt/office', id: 'office', state: 'online', lastEventAt: 0 }],
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
    },
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
  t.match(await call('POST', '/api/v1/plugins/nothing/restart'), { status: 404, body: { message: /plugin nothing/ } })
})
