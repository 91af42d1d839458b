import { test } from 'tap'
import { nextEvent } from '../support/events.ts'
import { type Box, startBox } from './box.ts'

const tab = { id: 'tab', type: 'tab', label: 'Bread' }
const flow = (title: string) => [
  tab,
  { id: 'in', type: 'endcap-event-in', z: 'tab', name: 'Low', event: 'shelf.low', x: 10, y: 10, wires: [['sign']] },
  {
    id: 'sign',
    type: 'endcap-show-on-sign',
    z: 'tab',
    name: '',
    action: 'show',
    screen: 'door',
    title,
    x: 20,
    y: 10,
    wires: [],
  },
]
const deploy = (box: Box, flows: unknown) =>
  box.ask('POST', '/flows/flows', { flows }, { 'node-red-api-version': 'v2', 'node-red-deployment-type': 'full' })
const shows = (box: Box, title: string) => {
  const from = box.calls.length
  box.publish('shelf.low')
  return box.called(({ params }) => (params['content'] as { title?: string } | undefined)?.title === title, from)
}

test('a technician deploys, errs, and goes back', async (t) => {
  const box = await startBox({ home: t.testdir(), flows: flow('One') })
  t.teardown(() => box.stop())
  await shows(box, 'One')

  await t.test('a deploy becomes a version, told in words', async (t) => {
    const deployed = nextEvent(box.bus, 'flows.deployed')
    t.equal((await deploy(box, flow('Two'))).status, 200)
    const event = await deployed
    t.match(event.data, { version: 2, by: 'manager', summary: 'changed “show on sign” in “Bread” (title)' })
    t.match(await box.engine.versions(), [{ version: 2, by: 'manager' }, { version: 1 }])
    t.same(await box.engine.difference(2), ['changed “show on sign” in “Bread” (title)'])
    await shows(box, 'Two')
    t.match(await box.ledger.audit.list(1), [{ actor: 'manager', action: 'flows.deploy' }])
  })

  await t.test('what cannot run is refused with the reason, and the flows before run on', async (t) => {
    const bad = [...flow('Three'), { id: 'x', type: 'exec', z: 'tab', name: 'Reboot', x: 1, y: 1, wires: [] }]
    const answer = await deploy(box, bad)
    t.equal(answer.status, 422)
    t.match(answer.text, /^These flows were not deployed: “Reboot” in “Bread” is of the type “exec”/)
    await shows(box, 'Two')
    t.equal((await box.engine.versions()).length, 2)
  })

  await t.test('a restored version runs at once and stands in the history', async (t) => {
    const deployed = nextEvent(box.bus, 'flows.deployed')
    await box.engine.restore(1, 'manager')
    t.match((await deployed).data, { version: 3, summary: /^restored version 1; changed/ })
    await shows(box, 'One')
    await t.rejects(box.engine.restore(99, 'manager'), { code: 'ENDCAP_FLOWS_VERSION_UNKNOWN' })
  })

  await t.test('what happens while a deploy goes on is neither lost nor told twice', async (t) => {
    const slow = (title: string) => [
      ...flow(title).map((node) => (node.id === 'in' ? { ...node, wires: [['who']] } : node)),
      { id: 'who', type: 'endcap-staff-on-shift', z: 'tab', mode: 'nearest', x: 15, y: 10, wires: [['sign'], []] },
    ]
    await deploy(box, slow('{{payload.count}}'))
    const from = box.calls.length
    let count = 0
    const happen = () => void box.publish('shelf.low', { data: { count: count++ } })
    const timer = setInterval(happen, 1)
    for (const title of ['{{payload.count}} a', '{{payload.count}} b', '{{payload.count}} c'])
      t.equal((await deploy(box, slow(title))).status, 200)
    clearInterval(timer)
    const last = String(count)
    happen()
    const told = ({ params }: Box['calls'][number]) =>
      (params['content'] as { title?: string } | undefined)?.title?.split(' ')[0]
    await box.called((call) => told(call) === last, from)
    t.ok(count > 20, `${count} events came meanwhile`)
    t.same(
      box.calls.slice(from).map(told),
      Array.from({ length: count }, (_, at) => String(at)),
    )
    await deploy(box, flow('One'))
  })

  await t.test('what delay, trigger and join hold is lost only where that node was changed', async (t) => {
    const place = { z: 'tab', x: 15, y: 10 }
    const holding = (title: string, millis: number) => [
      ...flow('').map((node) => (node.id === 'in' ? { ...node, wires: [['delay', 'trigger', 'join']] } : node)),
      {
        id: 'delay',
        type: 'delay',
        ...place,
        pauseType: 'delay',
        timeout: millis,
        timeoutUnits: 'milliseconds',
        wires: [['one']],
      },
      {
        id: 'trigger',
        type: 'trigger',
        ...place,
        op1type: 'nul',
        op2: 'payload',
        op2type: 'payl',
        duration: millis,
        units: 'ms',
        wires: [['two']],
      },
      {
        id: 'join',
        type: 'join',
        ...place,
        mode: 'custom',
        build: 'array',
        property: 'payload',
        propertyType: 'msg',
        count: 2,
        wires: [['three']],
      },
      ...['delay {{payload.count}}', 'trigger {{payload.count}}', 'join {{payload.0.count}} {{payload.1.count}}'].map(
        (words, at) => ({
          ...place,
          id: ['one', 'two', 'three'][at],
          type: 'endcap-show-on-sign',
          action: 'show',
          screen: 'door',
          title: words + title,
          wires: [],
        }),
      ),
    ]
    const modified = (flows: unknown) =>
      box.ask('POST', '/flows/flows', { flows }, { 'node-red-api-version': 'v2', 'node-red-deployment-type': 'nodes' })
    const low = (count: number) => void box.publish('shelf.low', { data: { count } })
    const from = box.calls.length
    const title = ({ params }: Box['calls'][number]) => (params['content'] as { title?: string } | undefined)?.title
    const said = (words: string) => box.called((call) => title(call) === words, from)
    await modified(holding('', 300))
    low(1)
    await modified(holding(' then', 300))
    await Promise.all([said('delay 1 then'), said('trigger 1 then')])
    low(2)
    await said('join 1 2 then')
    await modified(holding(' then', 301))
    low(3)
    await Promise.all([said('delay 3 then'), said('trigger 3 then')])
    t.notOk(
      box.calls.slice(from).map(title).includes('delay 2 then'),
      'this node was changed, and what it held is gone',
    )
    await deploy(box, flow('One'))
  })

  await t.test('two editors: whoever deploys over what another has deployed is asked first', async (t) => {
    const { json } = await box.ask('GET', '/flows/flows', undefined, { 'node-red-api-version': 'v2' })
    const { rev } = json as { rev: string }
    const send = (title: string) =>
      box.ask('POST', '/flows/flows', { flows: flow(title), rev }, { 'node-red-api-version': 'v2' })
    t.equal((await send('Mine')).status, 200)
    const late = await send('Theirs')
    t.equal(late.status, 409)
    t.match(late.text, /version_mismatch/)
    await shows(box, 'Mine')
    const deployed = nextEvent(box.bus, 'flows.deployed')
    await box.engine.restore(1, 'manager')
    // Flows whose child ends before they run are taken back.
    await deployed
  })

  await t.test('after a restart the newest version runs', async () => {
    await box.host.restart('flows')
    await shows(box, 'One')
  })
})
