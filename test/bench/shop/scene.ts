/** Sets the benchmark's shop up: the hardware, a box that knows it, and those who look. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Box, startBox } from '../ours.ts'
import type { Links } from './clients.ts'
import { type Helper, startHelper } from './helper.ts'
import * as premises from './premises.ts'

export interface Scene {
  box: Box
  hardware: Helper
  clients: Helper
  /** Where the meter in the host writes. */
  meter: string
  /** Gateways connect, people walk, and a hand takes from the board. */
  open(): Promise<unknown>
  stop(): Promise<void>
}

/** `flags` for the Node of the host. */
export async function setScene(port: number, flags: string[]): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-shop-'))
  const wire = join(folder, 'w1')
  const meter = join(folder, 'meter.json')
  mkdirSync(wire)
  /** What was started, the last to end first. */
  const started: { stop(): Promise<unknown> }[] = []
  const stop = async () => {
    for (const one of started) await one.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const hardware = startHelper('hardware.ts', wire)
    started.unshift(hardware)
    const { board } = (await hardware.first) as { board: number }
    const home = join(folder, 'home')
    const config = premises.config({ broker: port + 1, board, wire })
    const plugin = () =>
      cpSync(join(import.meta.dirname, '../scales'), join(home, 'plugins/scales'), { recursive: true })

    // Only at its first start does a box compile its TypeScript, and keep the compiler in the memory of every process.
    const first = await startBox(config, port, plugin, home)
    try {
      await furnish(first)
    } finally {
      await first.stop(true)
    }
    const env = { ENDCAP_BENCH_METER: meter }
    const box = await startBox(config, port, undefined, home, {
      flags: ['--import', join(import.meta.dirname, 'meter.ts'), ...flags],
      env,
    })
    // The gateways leave before their broker does.
    started.push({ stop: () => box.stop(true) })

    const clients = startHelper('clients.ts')
    started.unshift(clients)
    await clients.ask({ links: await linksOf(box) })
    return { box, hardware, clients, meter, open: () => hardware.ask({ broker: port + 1 }), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Tells the box all that its shop is, and draws its flows. */
async function furnish(box: Box): Promise<void> {
  await box.ask('PUT', '/api/v1/shop.yaml', premises.plan(), 'text/yaml')
  await box.ask('POST', '/api/v1/products/import', JSON.stringify(premises.goods.products))
  await box.ask('PUT', '/api/v1/planogram', premises.goods.planogram)
  await box.ask('PUT', '/api/v1/cabinets', premises.goods.cabinets)
  await box.ask('POST', '/flows/flows', premises.flows())
}

async function linksOf(box: Box): Promise<Links> {
  const link = async (role: 'screen' | 'staff', id: string) => {
    const { url } = await box.ask<{ url: string }>('POST', '/api/v1/links', { role, id })
    return { id, secret: url.split('#')[1] ?? '' }
  }
  const all = (role: 'screen' | 'staff', ids: string[]) => Promise.all(ids.map((id) => link(role, id)))
  const { screens, associates, PICK_SCREEN } = premises
  return {
    address: box.address,
    cookie: box.cookie,
    screens: await all('screen', [...screens, PICK_SCREEN]),
    staff: await all('staff', associates),
  }
}
