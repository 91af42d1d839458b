/** The virtual shop beside a box: what the box is told of it, its process, and the faults that can be switched on. */
import { createHash } from 'node:crypto'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { boardCount, demoDeliveries, demoGoods, demoOrder, demoPlaylists, demoSettings } from '../devices/twin/demo.ts'
import { startTwin, type Twin, twinPeople, twinPlan } from '../devices/twin/start.ts'
import type { VirtualShopFace } from './api/index.ts'
import type { ControlActions, Home } from './appliance/index.ts'
import { EndcapError, type Purpose } from './contract/index.ts'
import type { Host, PluginSettings } from './host/index.ts'
import { readPlan, type Shop } from './shop/index.ts'

const BY = 'virtual shop'
/** An order of the shop's web page comes so often, while fewer than this wait. */
const ORDER_MINUTES = 7
const ORDERS_WAITING = 3

/** Memory that looks like a folder, where the system has it: its camera's picture a second is 1.5 GiB a day on a card. */
const MEMORY = '/dev/shm'

export interface VirtualShop {
  /** Its own: the 1-wire tree and the pictures of its camera, which plugins may read. */
  folder: string
  /** Settings of the plugins that listen to it. */
  settings: Record<string, PluginSettings>
  plan: ReturnType<typeof readPlan>['plan']
  face: VirtualShopFace
  /** The same for the command line. */
  actions: ControlActions
  /** Starts its process, so that its boards answer before a plugin looks for them; the function that comes back ends it. */
  begin(): () => Promise<void>
  /** Tells the box what the shop sells and who comes, and opens it, once the plugins run; the function that comes back ends the orders. */
  open(host: Host, shop: Shop): Promise<() => void>
}

/** Finds free ports for it, and empties its folder. */
export async function prepareVirtualShop(
  home: Home,
  log: Logger,
  { speed, truth }: { speed?: number; truth?: string } = {},
): Promise<VirtualShop> {
  const folder = await emptyFolder(home)
  // Plugins are shut into a sandbox with these folders, so they must be there before the twin is.
  for (const part of ['w1', 'camera/hall']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 })
  const [broker = 0, ...boards] = await freePorts(1 + boardCount)
  let twin: Twin | undefined
  const alive = (): Twin => {
    if (!twin) throw new EndcapError('ENDCAP_TWIN_AWAY', { reason: 'it starts when the plugins have' })
    return twin
  }
  const away = (error: unknown) => {
    throw error instanceof EndcapError ? error : new EndcapError('ENDCAP_TWIN_AWAY', { reason: String(error) })
  }
  const face: VirtualShopFace = {
    faults: async () => alive().faults().catch(away),
    async set(fault, on) {
      const known = (await face.faults()).some(({ id }) => id === fault)
      if (!known) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'fault of the virtual shop', id: fault })
      return alive().set(fault, on).catch(away)
    },
  }
  const change = (on: boolean) => async (fault: string) => {
    const changed = (await face.set(fault, on)).find(({ id }) => id === fault)
    return changed ? `${changed.title}: ${on ? changed.expect : 'mended'}` : ''
  }
  return {
    folder,
    settings: demoSettings({ broker, boards, folder }),
    plan: readPlan(twinPlan(), 'the virtual shop').plan,
    face,
    actions: {
      twin: async () => JSON.stringify(await face.faults()),
      'twin-break': change(true),
      'twin-mend': change(false),
    },
    begin() {
      const started = startTwin({
        folder,
        boards,
        ...(speed === undefined ? {} : { speed }),
        ...(truth === undefined ? {} : { truth }),
        line: (text) => log.warn({ twin: true }, text),
      })
      twin = started
      return async () => {
        twin = undefined
        await started.stop()
        await rm(folder, { recursive: true, force: true })
      }
    },
    async open(host, shop) {
      await tellPeople(shop)
      await tellGoods(shop, home.media)
      await tellPlaylists(shop, home.media, log)
      const { port, username, password } = host.config('mqtt') as { port: number; username: string; password: string }
      twin?.connect({ url: `mqtt://127.0.0.1:${port}`, username, password })
      return takeOrders(shop, log)
    },
  }
}

/** The same for a home each time, so that a killed box leaves no second one behind; what another user holds is left alone. */
async function emptyFolder(home: Home): Promise<string> {
  const name = createHash('sha256').update(home.folder).digest('hex').slice(0, 16)
  const fresh = async (folder: string) => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { mode: 0o700 })
    return folder
  }
  return fresh(join(MEMORY, `endcap-twin-${name}`)).catch(() => fresh(join(home.run, 'twin')))
}

async function tellPeople(shop: Shop): Promise<void> {
  if (shop.people.list().length > 0) return
  for (const { name, tags, favourite, consents } of twinPeople()) {
    const person = await shop.people.add({ name, tags, ...(favourite ? { favourite } : {}) }, BY)
    for (const purpose of consents) await shop.people.give(person.id, purpose as Purpose, BY)
  }
}

/** Only a shop that knows nothing yet: what somebody has edited stays. */
async function tellGoods(shop: Shop, media: string): Promise<void> {
  const { knowledge } = shop
  if (knowledge.products.count() > 0) return
  const { products, planogram, cabinets, pictures } = demoGoods()
  for (const [hash, svg] of pictures) await keepPicture(media, hash, svg)
  await knowledge.put('products', products, BY)
  await knowledge.put('planogram', planogram, BY)
  await knowledge.put('cabinets', cabinets, BY)
  await knowledge.put('deliveries', demoDeliveries(Date.now()), BY)
}

/** Only a shop that never had any, and whose screens are still those of the virtual shop. */
async function tellPlaylists(shop: Shop, media: string, log: Logger): Promise<void> {
  if (shop.playlists.version() > 0) return
  const { yaml, pictures } = demoPlaylists()
  for (const [hash, svg] of pictures) await keepPicture(media, hash, svg)
  await shop.playlists.importYaml(yaml, BY, 'playlists.yaml').catch((error: unknown) => {
    log.info({ err: error, twin: true }, 'the screens of this shop are others, so it begins without playlists')
  })
}

/** As the media store keeps a file: by its SHA-256, appearing whole. */
async function keepPicture(media: string, hash: string, svg: string): Promise<void> {
  const path = join(media, hash)
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return
  const partial = join(media, `.upload-${hash}`)
  await writeFile(partial, svg, { mode: 0o640 })
  await rename(partial, path)
}

/** Orders arrive now and then, as a web shop would send them. */
function takeOrders(shop: Shop, log: Logger): () => void {
  const { knowledge } = shop
  let number = 1040
  const order = async () => {
    const open = knowledge.get('orders').filter(({ state }) => state === undefined || state === 'open')
    if (open.length >= ORDERS_WAITING) return
    do number += 1
    while (knowledge.orders.get(`w-${number}`))
    await knowledge.orders.open(demoOrder(number, Date.now()), BY)
  }
  const next = () => void order().catch((error: unknown) => log.warn({ err: error, twin: true }, 'no order came'))
  next()
  const timer = setInterval(next, ORDER_MINUTES * 60_000)
  return () => clearInterval(timer)
}

/** All are held open until each is found, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen(0, '127.0.0.1', () => {
            const address = server.address()
            resolve(typeof address === 'object' && address ? address.port : 0)
          })
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  return ports
}
