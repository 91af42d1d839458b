import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { loadConfig, saveConfig, writePluginSettings } from '../../runtime/appliance/index.ts'

const nowhere = {}
const yaml = `# Box at the corner
network:
  port: 9000 # behind the router
plugins:
  mqtt:
    config: { url: 'mqtt://192.168.1.5' }
    devices:
      - { id: hall, name: Hall }
`
const home = (t: { testdir(files?: Record<string, string>): string }, files: Record<string, string> = {}) =>
  t.testdir(files)

test('a box that was never configured runs on the defaults, on this machine alone', async (t) => {
  const loaded = await loadConfig(home(t), nowhere)
  t.same(loaded, {
    config: { network: { host: '127.0.0.1', port: 8080, names: [] }, log: { level: 'info' }, plugins: {} },
    isDefault: true,
    text: '',
  })
  const environment = { ENDCAP_HOST: '0.0.0.0', ENDCAP_PORT: '8123' }
  t.match(await loadConfig(home(t), environment), { config: { network: { host: '0.0.0.0', port: 8123 } } })
  await t.rejects(loadConfig(home(t), { ENDCAP_PORT: 'http' }), {
    code: 'ENDCAP_ENVIRONMENT_INVALID',
    message: 'The environment variable ENDCAP_PORT is "http", which is no port number (0 to 65535)',
  })
})

test('endcap.yaml is read, and the environment wins', async (t) => {
  const folder = home(t, { 'endcap.yaml': yaml })
  const { config, isDefault, fault } = await loadConfig(folder, nowhere)
  t.match(config, { network: { host: '127.0.0.1', port: 9000 }, plugins: { mqtt: { devices: [{ id: 'hall' }] } } })
  t.match([isDefault, fault], [false, undefined])
  t.match(await loadConfig(folder, { ENDCAP_PORT: '0' }), { config: { network: { port: 0 } } })
})

test('after a power cut endcap.yaml has no bytes, or zeros, or half of itself: the box runs on the previous one', async (t) => {
  for (const [spoilt, line] of [
    ['', 1],
    ['\0'.repeat(yaml.length), 1],
    ['# Box at the corner\n', 1],
    [yaml.slice(0, 32), 2],
    [`${yaml.slice(0, 78)}\0\0\0\0`, 1],
  ] as const) {
    const folder = home(t, { 'endcap.yaml': yaml })
    await loadConfig(folder, nowhere)
    await writeFile(join(folder, 'endcap.yaml'), spoilt)
    const { config, isDefault, fault } = await loadConfig(folder, nowhere)
    t.equal(config.network.port, 9000, `with ${spoilt.length} bytes`)
    t.notOk(isDefault)
    t.match(fault, { code: 'ENDCAP_CONFIG_INVALID', values: { file: join(folder, 'endcap.yaml') } })
    t.ok(Number(fault?.values['line']) >= line)
    t.equal(await readFile(join(folder, 'endcap.yaml'), 'utf8'), spoilt, 'the evidence is left as it is')
  }
})

test('a configuration that vanished does not make a new box of an old one', async (t) => {
  const folder = home(t, { 'endcap.yaml': yaml })
  await loadConfig(folder, nowhere)
  await rm(join(folder, 'endcap.yaml'))
  const { config, isDefault, fault } = await loadConfig(folder, nowhere)
  t.match([config.network.port, isDefault, fault?.code], [9000, false, 'ENDCAP_CONFIG_UNREADABLE'])
})

test('where no good copy is left, the fault is named and nothing starts', async (t) => {
  const faults: [text: string, message: RegExp][] = [
    ['', /endcap\.yaml, line 1: \/ is empty/],
    ['network:\n  port: 90000\n', /line 2: \/network\/port .*65535/],
    ['network:\n  prot: 8080\n', /line 2: \/network\/prot is not a known field/],
    ['log: { level: loud }\n', /line 1: \/log\/level must be one of trace, debug, info, warn, error/],
    ['plugins:\n  mqtt:\n    devices:\n      - { id: a }\n      - { id: a }\n', /line 5: .*used twice: a/],
    ['plugins:\n  MQTT: {}\n', /line 2: \/plugins\/MQTT/],
    ['network:\n  port: 80\n  port: 81\n', /line 3: \/ is not YAML here/],
  ]
  for (const [text, message] of faults)
    for (const previous of [{}, { 'endcap.yaml.previous': text }]) {
      const folder = home(t, { 'endcap.yaml': text, ...previous })
      await t.rejects(loadConfig(folder, nowhere), { code: 'ENDCAP_CONFIG_INVALID', message }, text)
    }
})

test('an edit keeps comments and the previous file, and leaves no other behind', async (t) => {
  const folder = home(t, { 'endcap.yaml': yaml })
  const saved = await saveConfig(folder, (document) => document.setIn(['plugins', 'ble', 'enabled'], false))
  t.equal(saved.config.plugins['ble']?.enabled, false)
  const text = await readFile(join(folder, 'endcap.yaml'), 'utf8')
  t.match(text, /# Box at the corner\nnetwork:\n {2}port: 9000 # behind the router/)
  t.match(text, /ble:\n {4}enabled: false/)
  t.equal(await readFile(join(folder, 'endcap.yaml.previous'), 'utf8'), yaml)
  t.same((await readdir(folder)).sort(), ['endcap.yaml', 'endcap.yaml.previous'])
  t.equal((await stat(join(folder, 'endcap.yaml'))).mode & 0o777, 0o600, 'it may hold passwords')
})

test('a form changes what it changes, and no comment of the technician', async (t) => {
  const written = `plugins:
  mqtt:
    config:
      port: 1883 # the cheap gateways know no other
      username: gateway
    devices:
      - id: hall # above the door
        name: Hall
      - id: store
  ble: {}
`
  const folder = home(t, { 'endcap.yaml': written })
  const devices = [
    { id: 'store', name: 'Store' },
    { id: 'hall', name: 'Hall' },
    { id: 'cellar', config: { floor: -1 } },
  ]
  await saveConfig(folder, writePluginSettings('mqtt', { config: { port: 1883, host: '0.0.0.0' }, devices }))
  await saveConfig(folder, writePluginSettings('ble', { devices: [{ id: 'hci0' }] }))
  const { config } = await saveConfig(folder, writePluginSettings('presence', { config: {}, devices: [] }))
  t.same(config.plugins, {
    mqtt: { config: { port: 1883, host: '0.0.0.0' }, devices },
    ble: { devices: [{ id: 'hci0' }] },
    presence: {},
  })
  const text = await readFile(join(folder, 'endcap.yaml'), 'utf8')
  t.match(text, 'port: 1883 # the cheap gateways know no other')
  t.match(text, 'id: hall # above the door')
})

test('two edits at once are both there', async (t) => {
  const folder = home(t, { 'endcap.yaml': yaml })
  await Promise.all([
    saveConfig(folder, (document) => document.setIn(['plugins', 'ble', 'enabled'], false)),
    saveConfig(folder, (document) => document.setIn(['log', 'level'], 'debug')),
  ])
  const { config } = await loadConfig(folder, nowhere)
  t.match(config, { log: { level: 'debug' }, plugins: { ble: { enabled: false } } })
})

test('an edit that would break the file, or that starts from a broken one, changes nothing', async (t) => {
  const folder = home(t, { 'endcap.yaml': yaml })
  const invalid = { code: 'ENDCAP_CONFIG_INVALID' }
  await t.rejects(
    saveConfig(folder, (document) => document.setIn(['network', 'port'], 'eighty')),
    invalid,
  )
  t.equal(await readFile(join(folder, 'endcap.yaml'), 'utf8'), yaml)
  await writeFile(join(folder, 'endcap.yaml'), 'network: [\n')
  await t.rejects(
    saveConfig(folder, (document) => document.setIn(['network', 'port'], 80)),
    invalid,
  )
  t.equal(await readFile(join(folder, 'endcap.yaml'), 'utf8'), 'network: [\n')
  await rename(join(folder, 'endcap.yaml'), join(folder, 'endcap.yaml.previous'))
  await t.rejects(
    saveConfig(folder, (document) => document.setIn(['network', 'port'], 80)),
    {
      code: 'ENDCAP_CONFIG_UNREADABLE',
    },
  )
})

test('the first edit of a new box writes its first file', async (t) => {
  const folder = home(t)
  await saveConfig(folder, (document) => document.setIn(['network', 'port'], 9001))
  t.equal(await readFile(join(folder, 'endcap.yaml'), 'utf8'), 'network:\n  port: 9001\n')
  t.notOk((await loadConfig(folder, nowhere)).isDefault)
})
