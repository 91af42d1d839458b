/** What the fake API answers where nothing moves. */
import { permissions, purposes } from '../../runtime/contract/index.ts'
import { plan } from './fake-shop.ts'

const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000).toISOString()

const plugin = (name: string, extra: object) => ({
  name,
  package: `@endcap/${name}`,
  version: '0.1.0',
  folder: `plugins/${name}`,
  kind: 'device',
  state: 'running',
  permissions: [],
  sandbox: 'bubblewrap',
  pid: 4711,
  startedAt: at(7300),
  restarts: 0,
  memoryBytes: 24e6,
  cpu: 0.012,
  loopDelay: 2,
  emitted: 18230,
  refused: 0,
  received: 0,
  waiting: 0,
  dropped: 0,
  lastEventAt: at(1),
  lines: [
    { time: at(7300), level: 'info', text: 'ready after 140 ms' },
    { time: at(60), level: 'info', text: 'heard 7 gateways' },
  ],
  devices: [],
  ...extra,
})

const allowed = (...names: (keyof typeof permissions)[]) =>
  names.map((name) => ({ name, sentence: permissions[name].sentence }))

export const plugins = () => [
  plugin('ble', {
    state: 'quarantined',
    reason: 'ended by SIGSEGV three times in five minutes',
    remedy: 'See its last lines below; update BlueZ or unplug the adapter, then press Restart.',
    restarts: 3,
    memoryBytes: undefined,
    cpu: undefined,
    lastEventAt: at(840),
    permissions: allowed('dbus', 'radio-address'),
    lines: [
      { time: at(900), level: 'info', text: 'adapter hci0, scanning' },
      { time: at(842), level: 'error', text: 'le-set-scan-enable: connection reset by peer' },
      { time: at(841), level: 'fatal', text: 'ended by SIGSEGV' },
    ],
    devices: [
      { source: 'ble/hci0', id: 'hci0', state: 'offline', reason: 'its plugin is in quarantine', lastEventAt: at(840) },
    ],
  }),
  plugin('mqtt', {
    permissions: allowed('network', 'radio-address'),
    devices: plan.receivers.map(({ id, name }, i) => ({
      source: `mqtt/${id}`,
      id,
      name,
      state: i === 6 ? 'stale' : 'online',
      ...(i === 6 ? { reason: 'silent for 3 min' } : {}),
      lastEventAt: at(i === 6 ? 190 : 1),
    })),
  }),
  plugin('presence', { kind: 'inference', sandbox: 'node', memoryBytes: 31e6, cpu: 0.04, received: 90211 }),
  plugin('flows', { kind: 'flows', package: 'node-red', version: '5.0.7', memoryBytes: 92e6, permissions: [] }),
]

const receipt = (purpose: keyof typeof purposes, days: number) => ({
  receipt: `r-${purpose}-${days}`,
  purpose,
  text: purposes[purpose],
  givenAt: at(days * 86400),
  recordedBy: 'manager',
})

export const people = () => [
  {
    id: 'k3v9',
    name: 'Elif Arslan',
    tags: ['ibeacon:fda50693-a4e2-4fb1-afcf-c6eb07647825:10:4'],
    favourite: 'anna',
    consents: [receipt('recognition', 40), receipt('arrival-notice', 40), receipt('favourite-associate', 12)],
  },
  {
    id: 'm7q2',
    name: 'Jonas Weber',
    tags: ['eddystone-uid:edd1ebeac04e5defa017:0b1c2d3e4f50'],
    consents: [receipt('recognition', 9), { ...receipt('arrival-notice', 9), withdrawnAt: at(86400) }],
  },
]

export const links = () => [
  { id: 'l1', role: 'manager', createdAt: at(864000), usedAt: at(20), sessions: 1, connected: 3, current: true },
  {
    id: 'l2',
    role: 'screen',
    for: 'entrance',
    name: 'Window',
    createdAt: at(700000),
    usedAt: at(3000),
    sessions: 1,
    connected: 1,
    current: false,
  },
  {
    id: 'l3',
    role: 'staff',
    for: 'anna',
    name: 'Anna Keller',
    createdAt: at(600000),
    usedAt: at(400),
    sessions: 2,
    connected: 1,
    current: false,
  },
  {
    id: 'l4',
    role: 'staff',
    for: 'david',
    name: 'David Okafor',
    createdAt: at(500000),
    sessions: 0,
    connected: 0,
    current: false,
  },
]

export const versions = () => [
  { version: 3, time: at(5400), by: 'manager', summary: 'changed «Show on sign» in «Zone sign»' },
  { version: 2, time: at(90000), by: 'manager', summary: 'added the flow «Arrival»' },
  { version: 1, time: at(400000), by: 'endcap', summary: 'first flows' },
]

export const differences: Record<number, string[]> = {
  3: [
    '«Show on sign» in «Zone sign»: title was «Cheese», is «Alpine cheese, cut for you»',
    '«Cooldown» in «Arrival»: 5 min became 10 min',
  ],
  2: ['The flow «Arrival» is new: 6 nodes, 7 wires'],
  1: [],
}
