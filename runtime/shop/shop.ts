/** What the shop knows, put together: the plan and its versions, roster, identity, people, screens and notices. */
import { type CommandCall, EndcapError, fits, ShopPlan } from '../contract/index.ts'
import { createChoose } from './choose.ts'
import { createIdentity, normalRadio } from './identity.ts'
import { createKnowledge } from './knowledge/knowledge.ts'
import { createPeople } from './people.ts'
import { emptyPlan, type KeptPlan, publicPlan, readPlan, writePlan } from './plan.ts'
import { createPlaces } from './places.ts'
import { planFault } from './plan-rules.ts'
import { watchPlugins } from './plugin-watch.ts'
import { createPlaylists } from './playlists.ts'
import { createRoster, watchRoster } from './roster.ts'
import { createScreens } from './screens.ts'
import { createTaskFiles } from './task-files.ts'
import { createTeam } from './team/team.ts'
import type { Shop, ShopDependencies } from './types.ts'
import { createWorkforce } from './workforce.ts'

type What = Parameters<Parameters<Shop['onChange']>[0]>[0]

const kind = 'shop'
/** What is said to all screens or to none. */
const overAll = ['sign.emergency', 'sign.all-clear']

/**
 * Opens the shop as the ledger remembers it. It answers `sign.*`, `staff.notify`, `task.*`, `device.identify`, `product.find`,
 * `planogram.find` and `order.pick` until stop().
 */
export async function createShop(dependencies: ShopDependencies): Promise<Shop> {
  const { ledger, bus, commands, emit, log, now = () => Date.now() } = dependencies
  const listeners = new Set<(what: What) => void>()
  const changed = (what: What) => {
    for (const listener of listeners) {
      try {
        listener(what)
      } catch (error) {
        log.error({ err: error }, 'a listener of the shop failed')
      }
    }
  }
  const serial = createSerial()

  let current = await lastGood(dependencies)
  const plan = () => current.plan
  const roster = createRoster()
  const onShift = (time = now()) => roster.list(time)
  let registered = new Map<string, string>()
  const index = () => {
    roster.set(plan())
    registered = new Map((plan().tags ?? []).map(({ id, bearer }) => [normalRadio(id), bearer]))
  }
  index()

  // People and notices look at each other: withdrawal takes notices back, and a notice asks for consent.
  let takeBack = async (_token: string, _words?: RegExp) => {}
  const people = await createPeople({
    ledger,
    bus,
    emit,
    now,
    plan,
    serial,
    takeBack: (token, words) => takeBack(token, words),
    changed: () => changed('people'),
  })
  const { consents } = people.face
  const places = createPlaces({ bus, plan, now })
  const workforce = await createWorkforce({
    ledger,
    emit,
    log,
    now,
    staff: () => plan().staff,
    timezone: () => plan().timezone,
    onShift,
    places,
    person: people.find,
    consents,
    changed,
  })
  takeBack = workforce.forget
  const knowledge = await createKnowledge({
    ledger,
    bus,
    emit,
    now,
    plan,
    serial,
    changed: () => {
      changed('knowledge')
      goodsChanged()
    },
  })
  const { products } = knowledge.face
  const playlists = await createPlaylists({ ledger, emit, log, now, plan, changed: () => changed('screens') })
  const screens = await createScreens({
    ledger,
    emit,
    log,
    now,
    plan,
    playlists,
    product: products.get,
    changed: () => changed('screens'),
  })
  let drawn = knowledge.face.version('products')
  /** Prices stand on screens; orders and deliveries do not. */
  const goodsChanged = () => {
    const version = knowledge.face.version('products')
    if (version === drawn) return
    drawn = version
    screens.redraw()
  }
  const identity = createIdentity({
    now,
    timezone: () => plan().timezone,
    bearer: (radio) => registered.get(radio) ?? people.bearer(radio),
    permitted: (token) =>
      token.startsWith('staff/') ? roster.has(token.slice('staff/'.length), now()) : consents(token, 'recognition'),
  })
  const chooseStaff = createChoose({
    places,
    onShift,
    favourite: (token) => (consents(token, 'favourite-associate') ? people.find(token)?.favourite : undefined),
  })

  const answers: Record<string, (call: CommandCall) => unknown> = {
    'sign.show': screens.show,
    'sign.clear': screens.clear,
    'sign.emergency': screens.emergency,
    'sign.all-clear': screens.allClear,
    'device.identify': screens.identify,
    ...workforce.answers,
    ...knowledge.answers,
  }
  const answer = (call: CommandCall) => answers[call.name]?.(call)
  const leave = [
    commands.handle('screen/', ['sign.show', 'sign.clear', 'device.identify'], answer),
    commands.handle('screen/+', ['sign.show', 'sign.clear', 'device.identify', ...overAll], answer),
    commands.handle('group/', ['sign.show', 'sign.clear', 'device.identify'], answer),
    commands.handle('staff/', ['staff.notify', 'staff.answer', 'staff.waiting', 'task.open'], answer),
    commands.handle('task/', ['task.close'], answer),
    commands.handle('shop/catalogue', ['product.find'], answer),
    commands.handle('shop/planogram', ['planogram.find'], answer),
    commands.handle('order/', ['order.pick'], answer),
    watchRoster(roster, now, workforce.shifts),
    watchPlugins({ bus, commands, log }),
  ]
  workforce.resume()

  /** Makes a text the next version of the plan; one change at a time. */
  async function take(text: string, by: string, file: string) {
    const next = readPlan(text, file, people.planFault)
    const { version } = await ledger.versions.add(kind, next, by, summary(plan(), next.plan))
    current = { ...next, version }
    index()
    identity.replan()
    screens.replan()
    await ledger.audit.add({ time: now(), actor: by, action: 'shop.import', subject: 'shop', detail: { version } })
    await emit('shop', { type: 'shop.changed', subject: 'shop', data: { version } }, { commit: true })
    changed('plan')
    workforce.shifts()
  }
  const edit = (change: (text: string, now: ShopPlan) => string | undefined, by: string) =>
    serial(async () => {
      const next = change(current.text, plan())
      if (next !== undefined && next !== current.text) await take(next, by, 'shop.yaml')
    })

  return {
    plan,
    publicPlan: () => ({ ...publicPlan(plan()), ...(screens.face.emergency() && { emergency: true }) }),
    version: () => current.version,
    importYaml: (text, by, file = 'shop.yaml', expected) =>
      serial(async () => {
        if (expected !== undefined && expected !== current.version)
          throw new EndcapError('ENDCAP_CHANGED_MEANWHILE', { what: 'the shop file' })
        await take(text, by, file)
      }),
    editYaml: edit,
    exportYaml: () => current.text,
    onShift,
    chooseStaff,
    identity: { token: identity.token, allowed: identity.allowed },
    people: people.face,
    screens: screens.face,
    playlists: {
      list: playlists.list,
      version: playlists.version,
      exportYaml: playlists.exportYaml,
      importYaml: (text, by, file = 'playlists.yaml') =>
        serial(async () => {
          await playlists.importYaml(text, by, file)
          screens.redraw()
        }),
    },
    team: createTeam({ plan, edit, carried: (radio) => people.bearer(radio) !== undefined }),
    ...workforce.faces,
    tasks: {
      ...workforce.faces.tasks,
      ...createTaskFiles({ work: workforce.work, knowledge: knowledge.face, plan, now }),
    },
    knowledge: knowledge.face,
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async stop() {
      for (const end of leave) end()
      listeners.clear()
      identity.stop()
      await workforce.stop()
      await serial(() => screens.stop())
    },
  }
}

/** The newest version that this release can still read, else the defaults as version 1, else an empty shop. */
async function lastGood({ ledger, log, defaults }: ShopDependencies): Promise<KeptPlan & { version: number }> {
  const versions = await ledger.versions.list(kind)
  for (const { version } of versions.toSorted((a, b) => b.version - a.version)) {
    const value = (await ledger.versions.get<KeptPlan>(kind, version))?.value
    if (value && fits(ShopPlan, value.plan) && !planFault(value.plan)) return { ...value, version }
    log.error({ version }, 'this version of the shop does not fit this release; the one before is used')
  }
  const plan = defaults ?? emptyPlan()
  const kept = { plan, text: writePlan(plan) }
  if (!defaults) return { ...kept, version: 0 }
  const { version } = await ledger.versions.add(kind, kept, 'endcap', 'the shop that came with the box')
  return { ...kept, version }
}

/** What a change of the plan did, in words: `zones 6 → 7, staff 4 → 3`. */
function summary(before: ShopPlan, after: ShopPlan): string {
  const counts = (['zones', 'receivers', 'screens', 'staff', 'assets', 'tags', 'samples'] as const)
    .map((part) => ({ part, from: before[part]?.length ?? 0, to: after[part]?.length ?? 0 }))
    .filter(({ from, to }) => from !== to)
    .map(({ part, from, to }) => `${part} ${from} → ${to}`)
  return counts.length > 0 ? counts.join(', ') : 'details changed'
}

/** Runs changes one after the other; one that fails does not hold up the next. */
function createSerial() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(change: () => Promise<T>): Promise<T> => {
    const next = last.then(change)
    last = next.catch(() => undefined)
    return next
  }
}
