import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'tap'
import { createRandom } from '../../devices/twin/random.ts'
import { openWorld } from '../support/shop-world.ts'

const SEED = 20261122

test('a box that dies in the middle of an import has the whole file or nothing of it', async (t) => {
  const folder = t.testdir()
  const random = createRandom(SEED)
  for (let round = 1; round <= 5; round++) {
    // Anywhere from the reading of the file to the telling of its change, however fast the machine is.
    const moment = random.next()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'import-child.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    let [began, took] = [0, 0]
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === '2') took = performance.now() - began
      if (line === '3') setTimeout(() => child.kill('SIGKILL'), moment * took)
      began = performance.now()
    }
    await closed
    const world = await openWorld(t, folder)
    const products = world.shop.knowledge.get('products')
    t.equal(products.length, 2000)
    t.equal(new Set(products.map(({ price }) => price?.amount)).size, 1, 'no price is of another file')
    t.ok(world.shop.knowledge.version('products') > 0)
    await world.close()
  }
})
