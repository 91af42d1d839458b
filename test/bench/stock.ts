/** The baseline: stock Node-RED 5 with mosquitto, on this machine and in this run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Load, Measured } from './load/measure.ts'
import { listening, megabytes, run } from './process.ts'
import { branch, rule } from './load/sample.ts'

export interface Stock {
  startMilliseconds: number
  megabytes: number
  measure(load: Load, withScreen: boolean): Promise<{ rule: Measured; screen?: Measured }>
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '../..')
const flows = (port: number) => [
  { id: 'tab', type: 'tab', label: 'baseline' },
  {
    id: 'broker',
    type: 'mqtt-broker',
    broker: '127.0.0.1',
    port: String(port),
    autoConnect: true,
    usetls: false,
    protocolVersion: '4',
    keepalive: '60',
    cleansession: true,
  },
  { id: 'listener', type: 'websocket-listener', path: '/ws/events', wholemsg: 'false' },
  {
    id: 'in',
    type: 'mqtt in',
    z: 'tab',
    topic: 'edge/in',
    qos: '0',
    datatype: 'json',
    broker: 'broker',
    x: 100,
    y: 100,
    wires: [['rule', 'screen']],
  },
  { id: 'rule', type: 'function', z: 'tab', func: rule, outputs: 1, libs: [], x: 300, y: 100, wires: [['branch']] },
  { id: 'branch', ...branch, z: 'tab', x: 500, y: 100, wires: [['out'], ['out']] },
  {
    id: 'out',
    type: 'mqtt out',
    z: 'tab',
    topic: 'edge/out',
    qos: '',
    retain: '',
    broker: 'broker',
    x: 700,
    y: 100,
    wires: [],
  },
  { id: 'screen', type: 'websocket out', z: 'tab', server: 'listener', client: '', x: 300, y: 200, wires: [] },
]

/** Starts both. Needs Debian's mosquitto. */
export async function startStock(ports: { broker: number; editor: number }): Promise<Stock> {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-stock-'))
  mkdirSync(join(folder, 'user'))
  writeFileSync(
    join(folder, 'mosquitto.conf'),
    `listener ${ports.broker} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\nmax_queued_messages 100000\nset_tcp_nodelay true\n`,
  )
  writeFileSync(join(folder, 'user/flows.json'), JSON.stringify(flows(ports.broker)))
  writeFileSync(
    join(folder, 'user/settings.cjs'),
    `module.exports = ${JSON.stringify({ uiPort: ports.editor, uiHost: '127.0.0.1', flowFile: 'flows.json', credentialSecret: 'bench', telemetry: { enabled: false }, editorTheme: { tours: false, projects: { enabled: false } }, logging: { console: { level: 'info' } } })}`,
  )
  const broker = run('mosquitto', ['-c', join(folder, 'mosquitto.conf')])
  await listening(ports.broker)
  const start = performance.now()
  const red = run(process.execPath, [
    join(root, 'node_modules/node-red/red.js'),
    '-u',
    join(folder, 'user'),
    '-s',
    join(folder, 'user/settings.cjs'),
  ])
  await red.says('Started flows')
  const startMilliseconds = performance.now() - start
  await red.says('Connected to broker')
  return {
    startMilliseconds,
    megabytes: megabytes(red.pid) + megabytes(broker.pid),
    async measure(load, withScreen) {
      const task = {
        port: ports.broker,
        load,
        ...(withScreen ? { socket: `ws://127.0.0.1:${ports.editor}/ws/events` } : {}),
      }
      const loader = run(process.execPath, [join(import.meta.dirname, 'stock-load.ts'), JSON.stringify(task)])
      await loader.says(/\n$/, load.warmSeconds + load.seconds + 20)
      await loader.stop()
      return JSON.parse(loader.output().trim().split('\n').at(-1) ?? '') as { rule: Measured; screen?: Measured }
    },
    async stop() {
      await red.stop()
      await broker.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
