import { resolve } from 'node:path'
import { makeZoneModel, type Score, type ZoneModel } from '../../models/zone/infer.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import { describeModel, readDense } from '../../runtime/sdk/models.ts'

const models = resolve(import.meta.dirname, '../../models')

/** The committed net, its checksums checked, run as the SDK runs it. */
export async function readZoneNet(folder = models): Promise<Score> {
  const { description, read } = await describeModel('zone', [folder])
  const header: unknown = JSON.parse(read(description.entry).toString('utf8'))
  const net = readDense(header, read('weights.bin'))
  return (rows) => net.run(rows)
}

export type MakeModel = (plan: Plan) => ZoneModel

export const makerOf =
  (score: Score): MakeModel =>
  (plan) =>
    makeZoneModel(plan, score)
