import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { watchPluginFolder } from '../../runtime/appliance/index.ts'

test('a plugin that is put into the folder, changed or taken away is noticed', async (t) => {
  const root = t.testdir({ plugins: {}, scale: { 'package.json': '{}' } })
  const folder = join(root, 'plugins')
  let heard = Promise.withResolvers<void>()
  const stop = await watchPluginFolder(folder, () => heard.resolve(), 10)
  t.teardown(stop)
  const next = async () => {
    await heard.promise
    heard = Promise.withResolvers()
  }
  await cp(join(root, 'scale'), join(folder, 'scale'), { recursive: true })
  await next()
  await writeFile(join(folder, 'scale', 'package.json'), '{ "version": "2.0.0" }')
  await next()
  await mkdir(join(folder, 'no-plugin'))
  await rm(join(folder, 'scale'), { recursive: true })
  await next()
  t.pass('each was told')
})
