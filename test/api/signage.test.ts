import { test } from 'tap'
import { openBox, openStream } from './box.ts'
import { png } from '../web/png.ts'

const yaml = `playlists:
  - id: all-day
    name: All day
    screens: [entrance]
    items:
      - { id: milk, seconds: 10, content: { layout: message, title: Milk } }
`

interface State {
  key: string
  programme: string
  stack: unknown[]
}

test('playlists go in and out, and a player learns of its new programme', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const stream = await openStream(box.address, '/api/v1/screens/entrance/stream', window.cookie)
  const before = await stream.event<State>('state')
  t.match(before, { key: 'fallback', stack: [] })
  const put = (text: string, type = 'text/yaml') =>
    box.manager.call('PUT', '/api/v1/playlists.yaml', text, { 'content-type': type })
  t.match(await put(yaml), { status: 200, body: { version: 1 } })
  const after = await stream.event<State>('state')
  t.equal(after?.key, 'all-day/milk')
  t.not(after?.programme, before?.programme)
  const { body: programme } = await window.call('GET', '/api/v1/screens/entrance/programme')
  t.match(programme, { version: after?.programme, playlists: { 'all-day': [{ id: 'milk', seconds: 10 }] } })
  t.match(await put(yaml.replace('10', 'ten')), {
    status: 422,
    body: { code: 'ENDCAP_PLAYLIST_INVALID', message: /playlists\.yaml, line 6: \/playlists\/0\/items\/0\/seconds/ },
  })
  t.match(await put('{"playlists":[', 'application/json'), {
    status: 422,
    body: { message: /^playlists\.json, line 1/ },
  })
  t.equal((await box.manager.call<string>('GET', '/api/v1/playlists.yaml')).body, yaml)
  t.match((await box.manager.call('GET', '/api/v1/playlists')).body, { version: 1, playlists: [{ id: 'all-day' }] })
  t.equal((await window.call('GET', '/api/v1/playlists')).status, 403)
  t.equal((await put('{"playlists":[]}', 'application/json')).status, 200)
  t.match(await stream.event<State>('state'), { key: 'fallback' })
  stream.close()
})

test('a screen tells the box how it is, and the box tells it the time', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const { body } = await window.call<{ received: number; sent: number }>('GET', '/api/v1/clock')
  t.ok(body.received <= body.sent && Math.abs(body.sent - Date.now()) < 5000)
  const stream = await openStream(box.address, '/api/v1/screens/entrance/stream', window.cookie)
  await stream.event('state')
  const pulse = { key: 'fallback', width: 1920, height: 1080, mediaReady: 0, mediaMissing: [], waitingPlays: 3 }
  t.equal((await window.call('POST', '/api/v1/screens/entrance/pulse', pulse)).status, 204)
  t.match((await box.manager.call('GET', '/api/v1/screens/entrance')).body, { pulse, seen: /Z$/ })
  t.equal((await window.call('POST', '/api/v1/screens/dairy/pulse', pulse)).status, 403)
  stream.close()
})

test('a picture of a screen is asked of its player and kept nowhere', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const ask = () => box.manager.call<string>('GET', '/api/v1/screens/entrance/screenshot')
  t.match(await ask(), { status: 504, body: { code: 'ENDCAP_SCREENSHOT_FAILED', message: /no player is connected/ } })
  const stream = await openStream(box.address, '/api/v1/screens/entrance/stream', window.cookie)
  await stream.event('state')
  const picture = ask()
  const question = await stream.event<{ ask: string }>('screenshot')
  const answer = (body: Buffer) =>
    window.call('PUT', `/api/v1/screens/entrance/screenshot/${question?.ask}`, body, { 'content-type': 'image/png' })
  t.equal((await answer(png([1, 2, 3]))).status, 204)
  const taken = await picture
  t.match([taken.status, taken.headers.get('content-type')], [200, 'image/png'])
  t.equal((await answer(png([1, 2, 3]))).status, 404, 'nobody asks any more')
  t.equal((await window.call('GET', '/api/v1/screens/entrance/screenshot')).status, 403)
  const second = ask()
  const again = await stream.event<{ ask: string }>('screenshot')
  await window.call('PUT', `/api/v1/screens/entrance/screenshot/${again?.ask}`, '<script>', {
    'content-type': 'image/png',
  })
  t.match(await second, { status: 504 }, 'what is no picture is not handed on')
  stream.close()
})

test('a week of plays arrives at once, is counted once, and goes out as CSV', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const at = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const plays = Array.from({ length: 168 }, (_, hour) => ({
    content: 'all-day/milk',
    play: `p-${hour}`,
    shownSeconds: 10,
    time: at(168 - hour),
  }))
  const tell = () =>
    window.call('POST', '/api/v1/screens/entrance/plays', {
      plays: [...plays, { content: '=1+1', play: 'x', shownSeconds: 1, time: at(900) }],
    })
  t.match(await tell(), { status: 200, body: { refused: ['x'] } })
  t.match(await tell(), { status: 200 })
  await window.call('POST', '/api/v1/screens/entrance/shown', { content: '=1+1', play: 'now' })
  const range = `from=${at(169)}&to=${at(-1)}`
  t.same((await box.manager.call('GET', `/api/v1/plays?${range}`)).body, [
    { screen: 'entrance', content: 'all-day/milk', plays: 168, shownSeconds: 1680 },
    { screen: 'entrance', content: '=1+1', plays: 1, shownSeconds: 0 },
  ])
  const { body, headers } = await box.manager.call<string>('GET', `/api/v1/plays.csv?${range}&screen=entrance`)
  const lines = body.trim().split('\n')
  t.equal(lines[0], 'screen,screen_name,content,began,ended,shown_seconds,play')
  t.equal(lines.length, 170)
  t.match(lines[1], /^entrance,Window,all-day\/milk,.*Z,.*Z,10,p-0$/)
  t.match(lines.at(-1), /'=1\+1/, 'a spreadsheet takes it for text')
  t.match(headers.get('content-disposition'), /plays-.*\.csv/)
  t.equal(
    (await box.manager.call('GET', '/api/v1/plays.csv?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).status,
    400,
  )
  t.equal(
    (await box.manager.call<string>('GET', `/api/v1/plays.csv?${range}&screen=dairy`)).body.trim().split('\n').length,
    1,
  )
})

test('the console sees which screens show an emergency', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const command = (name: string, params = {}) =>
    box.manager.call('POST', '/api/v1/commands', { name, to: 'screen/+', params })
  t.same((await box.manager.call('GET', '/api/v1/emergency')).body, { emergency: null })
  const { body } = await command('sign.emergency', { title: 'Please leave' })
  t.match(body, { screens: 2, players: 0 })
  await window.call('POST', '/api/v1/screens/entrance/shown', { content: body['emergency'], play: 'e' })
  t.match((await box.manager.call('GET', '/api/v1/emergency')).body, {
    emergency: {
      title: 'Please leave',
      by: 'api/manager',
      screens: [
        { screen: 'entrance', confirmed: true },
        { screen: 'dairy', confirmed: false },
      ],
    },
  })
  t.match((await command('sign.all-clear')).body, { ended: true })
})

test('previews get products as they stand on a sign, and a list that is too long is refused by its line', async (t) => {
  const box = await openBox(t)
  const milk = { id: 'oat-milk', name: 'Oat milk', price: { amount: 2.49, currency: 'EUR', before: 2.99 } }
  t.equal((await box.manager.call('PUT', '/api/v1/products/oat-milk', milk)).status, 200)
  t.match(await box.manager.call('GET', '/api/v1/product-faces?ids=oat-milk,gone'), {
    status: 200,
    body: { 'oat-milk': { name: 'Oat milk', price: /2[.,]49/, before: /2[.,]99/ }, gone: undefined },
  })
  const items = Array.from({ length: 500 }, () => '      - { seconds: 10, product: oat-milk }\n').join('')
  const long = `playlists:\n  - id: long\n    name: Long\n    items:\n${items}`
  t.match(await box.manager.call('PUT', '/api/v1/playlists.yaml', long, { 'content-type': 'text/yaml' }), {
    status: 422,
    body: { message: /playlists\.yaml, line [45]: \/playlists\/0\/items .*200/, remedy: /.+/ },
  })
})
