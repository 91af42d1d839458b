/** Takes one catalogue in after the other, each with a price of its own, until it is killed; says when each begins. */
import { join } from 'node:path'
import { createBus, createCommands } from '../../runtime/bus/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { createShop } from '../../runtime/shop/index.ts'

const quiet = () => {}
const ledger = await openLedger({ file: join(process.argv[2] ?? '', 'endcap.db') })
const emit = () => Promise.resolve('')
const log = { info: quiet, warn: quiet, error: quiet }
const { knowledge } = await createShop({ ledger, bus: createBus(), commands: createCommands(), emit, log })
for (let price = 1; ; price++) {
  const rows = Array.from({ length: 2000 }, (_, at) => `p-${at},Product ${at},${price},EUR`)
  const text = ['id,name,price,currency', ...rows].join('\n')
  process.stdout.write(`${price}\n`)
  await knowledge.import('products', { name: 'products.csv', type: 'csv', text }, 'manager')
}
