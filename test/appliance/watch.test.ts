import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { type LoadedConfig, loadConfig, watchConfig } from '../../runtime/appliance/index.ts'
import type { EndcapError } from '../../runtime/contract/index.ts'

const port = (number: number) => `network: { port: ${number} }\n`

/** A watched home; `next()` is what it tells next. */
async function watched(
  t: { testdir(files: Record<string, string>): string; teardown(end: () => void): void },
  text?: string,
) {
  const folder = t.testdir(text === undefined ? {} : { 'endcap.yaml': text })
  const told: (LoadedConfig | EndcapError)[] = []
  let wake: (() => void) | undefined
  const tell = (one: LoadedConfig | EndcapError) => {
    told.push(one)
    wake?.()
  }
  t.teardown(watchConfig(folder, await loadConfig(folder), tell, tell))
  const file = join(folder, 'endcap.yaml')
  const next = async () => {
    while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return told.shift()
  }
  return { file, told, next, write: (text: string) => writeFile(file, text) }
}

test('an edit is seen, however the editor saves it', async (t) => {
  const { file, next, write } = await watched(t, port(9000))
  await write(port(9001))
  t.match(await next(), { config: { network: { port: 9001 } } })
  await writeFile(`${file}.swp`, port(9002))
  await rename(`${file}.swp`, file)
  t.match(await next(), { config: { network: { port: 9002 } } })
  await writeFile(`${file}~`, 'nothing to do with it')
  await write(port(9003))
  t.match(await next(), { config: { network: { port: 9003 } } }, 'and the file after the rename is watched too')
  t.equal(await readFile(`${file}.previous`, 'utf8'), port(9002))
})

test('a broken edit is told by line, the last good one is kept, and mending is seen', async (t) => {
  const { file, told, next, write } = await watched(t, port(9000))
  await write(port(9001))
  await next()
  await write('network:\n  prot: 1\n')
  t.match(await next(), { code: 'ENDCAP_CONFIG_INVALID', message: /line 2/ })
  t.equal(await readFile(`${file}.previous`, 'utf8'), port(9001), 'what runs now would run after a power cut')
  await write('')
  t.match(await next(), { message: /is empty/ })
  await rm(file)
  t.match(await next(), { code: 'ENDCAP_CONFIG_UNREADABLE' })
  await write(port(9001))
  t.match(await next(), { config: { network: { port: 9001 } } }, 'told, so that the fault goes from the console')
  t.same(told, [])
})

test('a box on its defaults sees its first configuration', async (t) => {
  const { next, write } = await watched(t)
  await write(port(9000))
  t.match(await next(), { isDefault: false, config: { network: { port: 9000 } } })
})

test('a change between reading and watching is not missed', async (t) => {
  const folder = t.testdir({ 'endcap.yaml': port(9000) })
  const loaded = await loadConfig(folder)
  await writeFile(join(folder, 'endcap.yaml'), port(9001))
  const changed = Promise.withResolvers<LoadedConfig>()
  t.teardown(watchConfig(folder, loaded, changed.resolve, changed.reject))
  t.match(await changed.promise, { config: { network: { port: 9001 } } })
})
