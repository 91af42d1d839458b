import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'tap'
import { WebSocket } from 'ws'
import { allowedTypes, structureTypes } from '../../runtime/flow-engine/allowed.ts'
import { SECRET_HEADER, USER_HEADER } from '../../runtime/flow-engine/settings.ts'
import { ask, startBox } from './box.ts'

test('the editor stands behind the sign-in of the box', async (t) => {
  const home = t.testdir()
  const box = await startBox({ home })
  t.teardown(() => box.stop())
  const { socket } = box.host.config('flows') as { socket: string }

  await t.test('who is signed in gets the editor, with a policy of its own and nothing from outside', async (t) => {
    const page = await box.ask('GET', '/flows/', undefined, { cookie: 'endcap_session=secret' })
    t.equal(page.status, 200)
    t.match(page.text, 'Endcap flows')
    t.match(String(page.headers['content-security-policy']), "frame-ancestors 'self'")
    t.notMatch(page.text, /src="https?:/)
    const settings = await box.ask('GET', '/flows/settings')
    t.match(settings.json, {
      user: { username: 'manager' },
      editorTheme: { projects: { enabled: false } },
      externalModules: { palette: { allowInstall: false, allowUpload: false } },
      telemetryEnabled: false,
    })
  })

  await t.test('its socket believes nobody who lacks the secret of this start', async (t) => {
    t.equal((await ask(socket, 'GET', '/flows/')).status, 401)
    t.equal((await ask(socket, 'GET', '/flows/flows', undefined, { [USER_HEADER]: 'manager' })).status, 401)
    const guess = { [USER_HEADER]: 'manager', [SECRET_HEADER]: 'guess' }
    t.equal((await ask(socket, 'POST', '/flows/flows', [], guess)).status, 401)
    const upgrade = await new Promise<string>((resolve) => {
      const raw = connect(socket)
      raw.write('GET /flows/comms HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n')
      raw.write(
        `sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${USER_HEADER}: manager\r\n\r\n`,
      )
      raw.on('data', (data) => resolve(String(data)))
    })
    t.match(upgrade, '401 Unauthorized')
  })

  await t.test('a browser cannot choose who it is', async (t) => {
    const answer = await box.ask('GET', '/flows/settings', undefined, { [USER_HEADER]: 'owner', [SECRET_HEADER]: 'x' })
    t.match(answer.json, { user: { username: 'manager' } })
  })

  await t.test('the websocket of the editor is carried', async (t) => {
    const ws = new WebSocket(`ws://${box.address}/flows/comms`)
    await new Promise((resolve, reject) => {
      ws.once('open', resolve)
      ws.once('error', reject)
    })
    ws.send(JSON.stringify({ subscribe: 'notification/#' }))
    const first = await new Promise<string>((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))
    t.match(first, 'notification/')
    ws.terminate()
  })

  await t.test('a websocket that nothing in Node-RED answers is ended', async (t) => {
    const ws = new WebSocket(`ws://${box.address}/flows/settings`)
    const error = await new Promise<Error>((resolve) => ws.once('error', resolve))
    t.match(error.message, /hang up|ECONNRESET/)
  })

  await t.test('it knows our nodes and those of the allow list, and no others', async (t) => {
    const answer = await box.ask('GET', '/flows/nodes', undefined, { accept: 'application/json' })
    const sets = answer.json as { types: string[]; err?: string }[]
    t.same(
      sets.filter(({ err }) => err),
      [],
    )
    const types = new Set(sets.flatMap((set) => set.types))
    const structure = new Set<string>(structureTypes)
    for (const type of allowedTypes) if (!structure.has(type)) t.ok(types.has(type), `${type} is there`)
    const surplus = [...types].filter((type) => !allowedTypes.has(type))
    t.same(surplus, ['unknown'])
    for (const type of ['exec', 'file', 'file in', 'tcp in', 'udp out', 'http request', 'http in', 'mqtt in'])
      t.notOk(types.has(type), `${type} is not there`)
  })

  await t.test('modules cannot be installed', async (t) => {
    const answer = await box.ask('POST', '/flows/nodes', { module: 'node-red-contrib-exec' })
    t.ok(answer.status >= 400)
  })

  await t.test('its forms offer what the shop really has, and no customers', async (t) => {
    const hash = 'a'.repeat(64)
    mkdirSync(join(home, 'media'))
    writeFileSync(join(home, 'media', hash), 'picture')
    await box.shop.people.add({ name: 'Greta Example', tags: [] }, 'manager')
    const { json, text } = await box.ask('GET', '/flows/endcap/lists')
    t.match(json, {
      zones: [{ id: 'entrance', entrance: true }, { id: 'bakery' }, { id: 'office' }],
      screens: [{ id: 'door', zone: 'entrance' }, { id: 'counter' }],
      staff: [{ id: 'anna', name: 'Anna' }, {}, {}],
      media: [{ hash, name: /^aaaaaaaa…, 1 kB/ }],
      purposes: [{ id: 'recognition' }, { id: 'arrival-notice' }, {}],
    })
    t.notMatch(text, 'Greta')
  })

  await t.test('the recipes can be imported again', async (t) => {
    t.same((await box.ask('GET', '/flows/library/local/flows/')).json, [
      { fn: 'arrival' },
      { fn: 'associate-nearby' },
      { fn: 'fridge-watch' },
      { fn: 'misplaced' },
      { fn: 'out-of-stock' },
      { fn: 'pick-to-light' },
      { fn: 'zone-sign' },
    ])
    const recipe = await box.ask('GET', '/flows/library/local/flows/arrival')
    t.match(recipe.text, 'endcap-consent-gate')
  })

  await t.test('when it is stopped, it says so', async (t) => {
    await box.host.restart('flows')
    t.equal((await box.ask('GET', '/flows/')).status, 200)
    await box.engine.stop()
    t.equal(box.engine.state().state, 'down')
    const page = await box.ask('GET', '/flows/', undefined, { accept: 'text/html' })
    t.equal(page.status, 503)
    t.match(page.text, 'The flow editor is not up')
    t.match((await box.ask('GET', '/flows/flows')).json, { code: 'ENDCAP_FLOWS_DOWN' })
  })
})
