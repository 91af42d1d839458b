/** What Node-RED may ask of the shop. Names of customers are never among the answers: flows carry tokens. */
import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { commands, EndcapError, purposes, type Purpose, type ShopPlan, vocabulary } from '../contract/index.ts'
import type { Principal, RequestHandler } from '../host/index.ts'
import type { Occupancy } from './occupancy.ts'
import type { FlowEngineDependencies, ShopLists } from './types.ts'

type Needs = Pick<FlowEngineDependencies, 'host' | 'shop' | 'home'>

/** Registers a request that only Node-RED may make. */
export function answerFlows(host: Needs['host'], name: string, handler: (params: Params) => unknown): void {
  const guarded: RequestHandler = (principal: Principal, params) => {
    if (!principal.flows) throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin: principal.name, what: name })
    return handler((typeof params === 'object' && params !== null ? params : {}) as Params)
  }
  host.answer(name, guarded)
}
export type Params = Record<string, unknown>

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export function answerShop({ host, shop, home }: Needs, occupancy: Occupancy): void {
  answerFlows(host, 'shop.lists', async () => lists(shop, host, await mediaOf(join(home, 'media'))))
  answerFlows(host, 'staff.on-shift', () => shop.onShift().map(({ id, name }) => ({ id, name })))
  answerFlows(host, 'staff.choose', ({ about, zone }) => {
    const ask = { about: text(about), zone: text(zone) }
    return shop.chooseStaff(Object.fromEntries(Object.entries(ask).filter(([, value]) => value !== undefined))) ?? null
  })
  answerFlows(host, 'consent.check', ({ who, purpose }) => {
    if (typeof purpose !== 'string' || !(purpose in purposes))
      throw new EndcapError('ENDCAP_CONSENT_PURPOSE_UNKNOWN', {
        purpose: String(purpose),
        purposes: Object.keys(purposes).join(', '),
      })
    return typeof who === 'string' && who.startsWith('person/') && shop.people.consents(who, purpose as Purpose)
  })
  answerFlows(host, 'presence.count', ({ kinds }) => occupancy.count(Array.isArray(kinds) ? kinds.map(String) : []))
}

function lists(shop: Needs['shop'], host: Needs['host'], media: ShopLists['media']): ShopLists {
  const plan = shop.plan()
  const running = host.plugins()
  return {
    zones: plan.zones.map(({ id, name, entrance }) => ({ id, name, entrance: entrance === true })),
    screens: plan.screens.map(({ id, name, zone }) => ({ id, name, ...(zone === undefined ? {} : { zone }) })),
    screenGroups: [...new Set(plan.screens.flatMap(({ group }) => group ?? []))].sort(),
    fixtures: shop.knowledge.get('planogram').fixtures.map(({ id, name }) => ({ id, name: name ?? id })),
    cabinets: shop.knowledge
      .get('cabinets')
      .map(({ id, name, zone }) => ({ id, name, ...(zone === undefined ? {} : { zone }) })),
    staff: plan.staff.map(({ id, name }) => ({ id, name })),
    roles: marks(plan, 'roles'),
    groups: marks(plan, 'groups'),
    skills: marks(plan, 'skills'),
    receivers: plan.receivers.map(({ id, name }) => ({ id, name })),
    devices: running.flatMap((plugin) =>
      plugin.devices.map(({ source, id, name }) => ({ id: source, name: name ?? id, plugin: plugin.name })),
    ),
    plugins: running.map(({ name }) => name),
    commands: [...commands.values()].map(({ name, meaning, to, example }) => ({ name, meaning, to, example })),
    types: [...vocabulary.values()].map(({ type, meaning, subject, filterable }) => ({
      type,
      meaning,
      subject,
      filterable: [...(filterable ?? [])],
    })),
    purposes: Object.entries(purposes).map(([id, words]) => ({ id, text: words })),
    media,
    models: host.models().map(({ name, version, meaning, inputs, outputs }) => ({
      name,
      version,
      meaning,
      inputs,
      labels: outputs.find(({ labels }) => labels)?.labels ?? [],
    })),
  }
}

const marks = (plan: ShopPlan, which: 'roles' | 'groups' | 'skills'): string[] =>
  [...new Set(plan.staff.flatMap((associate) => associate[which] ?? []))].sort()

/** What the console uploaded, newest first. Files are kept by their hash alone, so size and day must tell them apart. */
async function mediaOf(folder: string): Promise<ShopLists['media']> {
  const hashes = (await readdir(folder).catch(() => [])).filter((name) => /^[0-9a-f]{64}$/.test(name))
  const files = await Promise.all(hashes.map(async (hash) => ({ hash, ...shape(await stat(join(folder, hash))) })))
  return files
    .sort((one, other) => other.time - one.time)
    .map(({ hash, day, kilobytes }) => ({ hash, name: `${hash.slice(0, 8)}…, ${kilobytes} kB, of ${day}` }))
}

const shape = ({ mtimeMs, mtime, size }: Stats) => ({
  time: mtimeMs,
  day: mtime.toISOString().slice(0, 10),
  kilobytes: Math.ceil(size / 1000),
})
