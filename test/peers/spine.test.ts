import { test } from 'tap'
import { listen, startBox } from '../support/box.ts'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { startBluez } from './bluez/index.ts'

interface OutsideEvent {
  id: string
  type: string
  because?: string[]
  data: Record<string, unknown>
}

test('an advertisement over D-Bus changes the sign in a real Chromium, through Node-RED', async (t) => {
  if (!peer(t, 'dbus', 'dbus-daemon') || !peer(t, 'python3-dbusmock', '/usr/bin/python3')) return
  if (!peer(t, 'chromium', CHROMIUM)) return
  const bluez = await startBluez(t)
  const before = process.env['DBUS_SYSTEM_BUS_ADDRESS']
  process.env['DBUS_SYSTEM_BUS_ADDRESS'] = bluez.address
  t.teardown(() => {
    if (before === undefined) delete process.env['DBUS_SYSTEM_BUS_ADDRESS']
    else process.env['DBUS_SYSTEM_BUS_ADDRESS'] = before
  })
  const box = await startBox(t, { ble: { devices: [{ id: 'door' }] } })
  const events = await listen<OutsideEvent>(box, '/api/v1/stream?type=presence.*&type=sign.shown')
  t.teardown(() => events.close())

  const browser = await openBrowser({ width: 1280, height: 720 })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const { url } = await box.ask<{ url: string }>('POST', '/api/v1/links', { role: 'screen', id: 'entrance' })
  await page.goto(url)
  await page.getByText('Fresh bread every hour, until seven.').waitFor({ timeout: 15_000 })

  await bluez.scanning()
  const air = setInterval(() => {
    void bluez.advertise({
      address: 'C4:00:00:00:00:21',
      rssi: -48,
      manufacturerData: { '76': '0215f7826da64fa24e988024bc5b71e0893e00010007c5' },
    })
  }, 150)
  t.teardown(() => clearInterval(air))

  const entered = await events.next('somebody enters', ({ type }) => type === 'presence.entered')
  t.match(entered.data, { zone: 'entrance', kind: 'visitor', who: /^visit\// })
  t.match(entered.data['evidence'], [{ receiver: 'door', rssi: Number }], 'with the signals it was decided from')
  await page.getByText('Today: fresh bread every hour, on your left.').waitFor({ timeout: 15_000 })
  t.pass('the sign in the browser greets')

  const shown = await events.next(
    'the player reports what it showed',
    ({ type, data }) => type === 'sign.shown' && data['content'] !== 'fallback',
  )
  t.equal(shown.data['screen'], 'entrance')
  const state = await box.ask<{ because: string[] }>('GET', '/api/v1/screens/entrance')
  t.ok(state.because.includes(entered.id), 'the sign knows which event caused it')

  clearInterval(air)
  await page.getByText('Fresh bread every hour, until seven.').waitFor({ timeout: 60_000 })
  t.pass('it falls back when nobody is there')
})
