/** The plugin of docs/plugins.md: the page shows it as it is, and it runs. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { type Test, test } from 'tap'
import { conform, testPlugin } from '../../runtime/sdk/testing.ts'
import '../support/plain-children.ts'

const example = path.join(import.meta.dirname, 'example')

/** A thermometer on the network: GET reads it, POST lets it blink. */
async function thermometer(t: Test): Promise<{ url: string; blinked(): number }> {
  let blinked = 0
  const server = createServer((request, response) => {
    if (request.method === 'POST') blinked++
    response.end(JSON.stringify({ celsius: 4.5 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, blinked: () => blinked }
}

test('docs/plugins.md shows the example as it is', async (t) => {
  const page = await readFile(path.join(import.meta.dirname, '../../docs/plugins.md'), 'utf8')
  for (const file of ['package.json', 'config.schema.json', 'index.js', 'example.test.js'])
    t.ok(page.includes(await readFile(path.join(example, file), 'utf8')), file)
  const code = await readFile(path.join(example, 'index.js'), 'utf8')
  t.ok(code.split('\n').length <= 30, 'in thirty lines')
})

test('the example measures, says when its device is away, and blinks', async (t) => {
  const device = await thermometer(t)
  const plugin = await testPlugin(example, {
    devices: [
      { id: 'milk', config: { url: device.url, seconds: 60 } },
      { id: 'away', config: { url: 'http://127.0.0.1:1/', seconds: 60 } },
    ],
  })
  t.teardown(() => plugin.kill())
  t.match(await plugin.next('probe.temperature'), { device: 'milk', data: { probe: 'milk', celsius: 4.5 } })
  t.match(await plugin.next('device.offline'), { data: { device: 'away', kind: 'thermometer' } })
  await plugin.command('device.identify', 'milk')
  t.equal(device.blinked(), 1)
  t.match(await plugin.stop(), { inTime: true })
})

test('the example keeps every rule of the conformance kit', async (t) => {
  const device = await thermometer(t)
  const findings = await conform(example, { devices: [{ id: 'milk', config: { url: device.url, seconds: 60 } }] })
  t.same(
    findings.filter(({ holds }) => !holds),
    [],
  )
  t.ok(findings.length >= 7)
})

/** A plugin package for t.testdir(). */
const write = (name: string, manifest: object, body: string) => ({
  'package.json': JSON.stringify({
    name,
    version: '1.0.0',
    main: 'index.js',
    type: 'module',
    endcap: { api: '^1', kind: 'device', permissions: [], produces: [], consumes: [], commands: [], ...manifest },
  }),
  'index.js': `export default { setup(ctx) { ${body} } }`,
})

test('the kit tells a vendor what to mend', async (t) => {
  const root = t.testdir({
    undeclared: write('undeclared', {}, `ctx.emit('probe.door', { data: { probe: 'a', open: true } })`),
    deaf: write('deaf', {}, `return () => new Promise(() => undefined)`),
    unready: write('unready', { startSeconds: 1 }, `return new Promise(() => undefined)`),
  })
  const broken = async (name: string) => (await conform(path.join(root, name))).filter(({ holds }) => !holds)
  t.match(await broken('undeclared'), [
    { rule: 'emits what it declares', reason: /probe.door/, mend: /endcap.produces/ },
  ])
  t.match(await broken('unready'), [{ rule: /starts in time/, reason: /not ready within 1 s/ }])
  t.match((await broken('deaf'))[0], { rule: 'stops in time', mend: /ctx.signal/ })
})
