import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'tap'
import { openWorld } from '../support/shop-world.ts'

test('a box that dies in the middle of an import has the whole file or nothing of it', async (t) => {
  const folder = t.testdir()
  for (const last of [2, 3, 4]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'import-child.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    for await (const line of createInterface({ input: child.stdout })) if (line === `${last}`) child.kill('SIGKILL')
    await closed
    const world = await openWorld(t, folder)
    const products = world.shop.knowledge.get('products')
    t.equal(products.length, 2000)
    t.equal(new Set(products.map(({ price }) => price?.amount)).size, 1, 'no price is of another file')
    t.ok(world.shop.knowledge.version('products') > 0)
    await world.close()
  }
})
