import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { conform, testPlugin } from '@endcap/sdk/testing'

test('it measures, and keeps every rule', async (t) => {
  const thermometer = createServer((request, response) => response.end('{ "celsius": 4.5 }'))
  await once(thermometer.listen(0, '127.0.0.1'), 'listening')
  t.after(() => thermometer.close())
  const config = { url: `http://127.0.0.1:${thermometer.address().port}/`, seconds: 1 }
  const devices = [{ id: 'milk', config }]

  const plugin = await testPlugin(import.meta.dirname, { devices })
  const { data } = await plugin.next('probe.temperature')
  assert.deepEqual(data, { probe: 'milk', celsius: 4.5 })
  await plugin.stop()

  const findings = await conform(import.meta.dirname, { devices })
  const broken = findings.filter(({ holds }) => !holds)
  assert.deepEqual(broken, [])
})
