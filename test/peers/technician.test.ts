/**
 * The path of a technician in a new shop, by clicks alone: discover, adopt, place, calibrate, test, replace, and see it
 * work in a flow. With ENDCAP_PICTURES=DIR each step is photographed for docs/technician.md.
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import sharp from 'sharp'
import { type Test, test } from 'tap'
import {
  createBoard,
  createBus,
  createMultiplexer,
  createNau7802,
  NAU7802_ADDRESS,
  serveBoard,
} from '../../devices/twin/firmata/index.ts'
import { oneWireTree } from '../plugins/fridge-probe/one-wire-tree.ts'
import { freePort, startBox, until } from '../support/box.ts'
import { CHROMIUM, openBrowser } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { seriousFaults } from '../web/browser-box.ts'
import { buildPages } from '../web/build.ts'

const pictures = process.env['ENDCAP_PICTURES']
const VIEWS = { phone: [390, 844], tablet: [820, 1180], 'full-hd': [1920, 1080] } as const
const BOTTLE_GRAMS = 750
const [OLD, NEW] = ['a4:c1:38:00:12:34', 'a4:c1:38:00:56:78']
const ROM = '28-0316a2795fb1'

/** Two NAU7802 behind a multiplexer, each under a load cell; a board on the network. */
async function scaleBoard(t: Test) {
  const grams = [0, 0]
  const chips = grams.map((_, i) => {
    const chip = createNau7802()
    chip.input = () => 52_000 + 400 * (grams[i] ?? 0) + Math.random() * 60
    return chip
  })
  const ports = new Map(chips.map((chip, port) => [port, new Map([[NAU7802_ADDRESS, chip]])]))
  const board = createBoard({ i2c: createBus(new Map([[0x70, createMultiplexer(ports)]])) })
  const blinks: boolean[] = []
  board.switched = (_pin, on) => void blinks.push(on)
  const served = await serveBoard(board, await freePort())
  t.teardown(served.stop)
  return { grams, blinks, port: served.port }
}

/** A gateway, and the thermometers that it hears again and again: Shelly BLU H&T in BTHome 2, with their name. */
async function gateway(t: Test, port: number) {
  const login = { username: 'gateway', password: 'only-in-this-test', reconnectPeriod: 0 }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, login)
  const celsius = new Map<string, number>()
  let packet = 0
  const say = () => {
    packet++
    for (const [mac, degrees] of celsius) {
      const raw = Math.round(degrees * 100) & 0xffff
      const service = [0x16, 0xd2, 0xfc, 0x40, 0x00, packet & 255, 0x02, raw & 255, raw >> 8]
      const name = [0x09, ...Buffer.from('SBHT-003C')]
      const data = Buffer.from([service.length, ...service, name.length, ...name]).toString('hex')
      client.publish('endcap/raw/cold-room', JSON.stringify({ mac, rssi: -60, data }))
    }
  }
  const timer = setInterval(say, 500)
  t.teardown(async () => {
    clearInterval(timer)
    await client.endAsync(true)
  })
  return celsius
}

/** A camera that puts a picture into a folder, again and again. */
async function cameraFolder(t: Test, place: string) {
  const folder = join(place, 'pictures')
  await mkdir(folder)
  let shots = 0
  const shoot = async () => {
    shots++
    const bottles = Array.from({ length: 26 }, (_, i) => {
      const [x, y] = [20 + (i % 13) * 47, i < 13 ? 60 : 220]
      const red = 70 + ((i * 37 + shots) % 60)
      return `<path d="M${x + 11} ${y}h8v30q10 8 10 22v58H${x}v-58q0 -14 11 -22z" fill="rgb(${red},${30 + (i % 3) * 30},45)"/>`
    })
    const boards = '<path d="M0 170h640v12H0zM0 330h640v12H0z" fill="#6b4f35"/>'
    const wall = '<rect width="640" height="360" fill="#d9d2c5"/>'
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">${wall}${bottles.join('')}${boards}</svg>`
    await writeFile(join(folder, '.part'), await sharp(Buffer.from(svg)).jpeg().toBuffer())
    await rename(join(folder, '.part'), join(folder, `${shots % 4}.jpg`))
  }
  const ending = new AbortController()
  const running = (async () => {
    while (!ending.signal.aborted) {
      await shoot()
      await new Promise((wait) => setTimeout(wait, 500))
    }
  })()
  t.teardown(async () => {
    ending.abort()
    await running
  })
  return folder
}

test('a technician puts a shop into service', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const place = await mkdtemp(join(tmpdir(), 'endcap-technician-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  const wire = await oneWireTree(t)
  await wire.measures(ROM, 3.5)
  const scale = await scaleBoard(t)
  const folder = await cameraFolder(t, place)
  const box = await startBox(
    t,
    { ble: { enabled: false }, 'fridge-probe': { config: { folder: wire.folder, everySeconds: 1 } } },
    await buildPages(place),
  )
  // What the shop's office has entered before: what it sells, and where it stands.
  const wine = { id: 'house-red', name: 'House red', weightGrams: BOTTLE_GRAMS, toleranceGrams: 8 }
  const oil = { id: 'olive-oil', name: 'Olive oil', weightGrams: 940, toleranceGrams: 8 }
  for (const product of [wine, oil]) await box.ask('PUT', `/api/v1/products/${product.id}`, product)
  await box.ask('PUT', '/api/v1/planogram', {
    fixtures: [{ id: 'W', name: 'Wine shelf', zone: 'wine' }],
    slots: [
      { slot: 'W/1/1', products: [wine.id], capacity: 4, lowCount: 3 },
      { slot: 'W/1/2', products: [oil.id], capacity: 6, lowCount: 1 },
    ],
  })
  const thermometers = await gateway(t, box.brokerPort)

  const browser = await openBrowser({ width: 820, height: 1180 })
  t.teardown(() => browser.close())
  const [cookieName = '', cookieValue = ''] = box.cookie.split('=')
  await browser.addCookies([{ name: cookieName, value: cookieValue, url: box.address }])
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  const picture = async (name: string, of = page) => {
    if (!pictures) return
    for (const [view, [width, height]] of Object.entries(VIEWS)) {
      await of.setViewportSize({ width, height })
      await of.screenshot({ path: join(pictures, `${name}-${view}.png`) })
    }
    await of.setViewportSize({ width: 820, height: 1180 })
  }
  const card = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
  const dialog = page.getByRole('dialog')
  const closed = () => dialog.waitFor({ state: 'detached' })
  const go = (to: string) => page.goto(`${box.address}/#/${to}`)

  await t.test('sees what is there, and adopts it with name and place', async (t) => {
    await go('devices')
    thermometers.set(OLD, 4.5)
    await card('Shelly BLU H&T').getByText('4.5 °C').waitFor()
    await card('Maxim (Analog Devices) DS18B20').waitFor()
    await card('Gateway cold-room').waitFor()
    await picture('1-found')
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')

    await card('Gateway cold-room').getByRole('button', { name: 'Adopt' }).click()
    await dialog.getByLabel('Name').fill('Cold room')
    await dialog.getByRole('img', { name: 'Floor plan' }).click()
    await picture('2-place-gateway')
    await dialog.getByRole('button', { name: 'Adopt it' }).click()
    await closed()
    await card('Maxim (Analog Devices) DS18B20').getByRole('button', { name: 'Adopt' }).click()
    await dialog.getByLabel('Name').fill('Dairy air')
    await dialog.getByRole('button', { name: 'Adopt it' }).click()
    await closed()
    await card('Shelly BLU H&T').getByRole('button', { name: 'Adopt' }).click()
    await dialog.getByLabel('Name').fill('Dairy bottle')
    await dialog.getByLabel('Zone').selectOption({ label: 'Dairy' })
    await picture('3-adopt')
    await dialog.getByRole('button', { name: 'Adopt it' }).click()
    await closed()
    await card('Dairy bottle').getByText('Dairy bottle: 4.5 °C').waitFor()
    await card('Dairy air').getByText('Dairy air: 3.5 °C').waitFor()
  })

  await t.test('puts the thermometers into a cabinet by choosing them', async (t) => {
    await go('cabinets')
    await page.getByRole('button', { name: 'Add a cabinet' }).click()
    await dialog.getByLabel('Name').fill('Dairy fridge')
    await dialog.getByLabel('Id', { exact: true }).fill('dairy')
    await dialog.getByLabel('Dairy air (dairy-air)').check()
    await dialog.getByLabel('Probe in a product').selectOption('dairy-bottle')
    await picture('4-cabinet')
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await closed()
    await page.getByText('Dairy bottle').waitFor()
  })

  await t.test('adds the board of a scale, with its plates on slots of the planogram', async () => {
    await go('devices')
    await page.getByRole('button', { name: 'Add by hand' }).click()
    await dialog.getByLabel('What is it?').selectOption({ label: 'Shelf scale' })
    await dialog.getByLabel('Name', { exact: true }).fill('Wine scale')
    await dialog.getByLabel('Port').fill(`tcp://127.0.0.1:${scale.port}`)
    for (const [at, slot] of ['W/1/1', 'W/1/2'].entries()) {
      if (at > 0) await dialog.getByRole('button', { name: 'Add another' }).click()
      const plate = dialog.getByRole('region', { name: `Plates ${at + 1}` })
      await plate.getByLabel('Slot').selectOption(slot)
      await plate.getByLabel('Input').fill(`mux${at}/nau7802`)
    }
    await picture('5-scale')
    await dialog.getByRole('button', { name: 'Add it' }).click()
    await closed()
    await card('Wine scale').getByText('it is not calibrated').first().waitFor()
  })

  await t.test('tares and calibrates with a known weight, and is told in words what is wrong', async (t) => {
    await card('Wine scale').getByRole('button', { name: 'Tare and calibrate' }).click()
    for (const [at, slot] of ['W/1/1', 'W/1/2'].entries()) {
      const plate = dialog.getByRole('region', { name: `Plate of ${slot}` })
      await plate.getByLabel('Put a known weight on').fill('1000')
      await plate.getByRole('button', { name: 'Calibrate' }).click()
      await plate.getByText(/tare it first/).waitFor()
      if (at === 0) await picture('6-refused')
      await pressUntil(plate.getByRole('button', { name: 'Tare' }), plate.getByText('Tared:'))
      scale.grams[at] = 1000
      await pressUntil(plate.getByRole('button', { name: 'Calibrate' }), plate.getByText('Calibrated with 1,000.0 g'))
      await plate.getByText(/^(999\.\d|1,000\.\d) g$/).waitFor()
      if (at === 0) await picture('7-calibrated')
      scale.grams[at] = 0
      await plate.getByText(/^-?[01]\.\d g$/).waitFor()
    }
    t.same(await seriousFaults(page), [], 'axe finds nothing serious')
    await page.keyboard.press('Escape')
    await card('Wine scale').getByText('Answers').waitFor()
  })

  await t.test('aims a camera', async () => {
    await page.getByRole('button', { name: 'Add by hand' }).click()
    await dialog.getByLabel('What is it?').selectOption({ label: 'Camera' })
    await dialog.getByLabel('Name', { exact: true }).fill('Above the wine')
    await dialog.getByLabel('Source').selectOption('folder')
    await dialog.getByLabel('Folder').fill(folder)
    await dialog.getByRole('button', { name: 'Add it' }).click()
    await closed()
    await card('Above the wine').getByText('Answers').waitFor()
    await card('Above the wine').getByRole('button', { name: 'Show picture' }).click()
    await dialog.getByRole('img', { name: 'What Above the wine sees' }).waitFor()
    await picture('8-camera')
    await dialog.getByRole('button', { name: 'This view is right' }).click()
    await dialog.getByText('This view is the right one').waitFor()
    await page.keyboard.press('Escape')
  })

  await t.test('identifies, tests and replaces', async (t) => {
    await card('Wine scale').getByRole('button', { name: 'Identify' }).click()
    await until('the light of the board blinks', () => scale.blinks.length >= 4 || undefined)
    for (const name of ['Wine scale', 'Dairy bottle', 'Dairy air', 'Above the wine']) {
      await card(name).getByRole('button', { name: 'Test' }).click()
      await dialog.getByText('It works.').waitFor()
      if (name === 'Wine scale') await picture('9-test')
      await page.keyboard.press('Escape')
      await closed()
    }
    thermometers.delete(OLD)
    thermometers.set(NEW, 4.4)
    await card('Shelly BLU H&T').waitFor()
    await card('Dairy bottle').getByRole('button', { name: 'Replace' }).click()
    await picture('10-replace')
    await dialog.getByRole('button', { name: 'Put it in its place' }).click()
    await closed()
    thermometers.set(NEW, 4.3)
    await card('Dairy bottle').getByText('Dairy bottle: 4.3 °C').waitFor()
    await picture('11-in-use')
    t.equal(await card('Shelly BLU H&T').count(), 0, 'the old one is heard no more, the new one is no stranger')
  })

  await t.test('finds the recipe in the editor, and it works: a bottle is taken, somebody is sent', async (t) => {
    const staffBrowser = await openBrowser({ width: 390, height: 844 })
    t.teardown(() => staffBrowser.close())
    const phone = await staffBrowser.newPage()
    const { url } = await box.ask<{ url: string }>('POST', '/api/v1/links', { role: 'staff', id: 'bogdan' })
    await phone.goto(url)
    await phone.waitForURL(/\/staff$/)

    const editor = await browser.newPage()
    await editor.setViewportSize({ width: 1920, height: 1080 })
    await editor.goto(`${box.address}/flows/`)
    await editor.getByRole('tab', { name: 'Out of stock' }).or(editor.getByText('Out of stock').first()).click()
    await editor.getByText('Have it refilled').first().waitFor()
    if (pictures) await editor.screenshot({ path: join(pictures, '12-flow-full-hd.png') })
    await editor.close()

    scale.grams[0] = 4 * BOTTLE_GRAMS
    await until('four bottles are counted', async () => {
      const slots = await box.ask<{ slot: string; count?: number }[]>('GET', '/api/v1/slots')
      return slots.find(({ slot }) => slot === 'W/1/1')?.count === 4 || undefined
    })
    await go('floor')
    scale.grams[0] = 3 * BOTTLE_GRAMS
    await page.getByText('1 × House red taken: Wine shelf, shelf 1, place 1').waitFor()
    await phone.getByRole('heading', { name: 'Refill House red' }).waitFor()
    await picture('13-taken')
    if (pictures) await phone.screenshot({ path: join(pictures, '14-staff-phone.png') })

    await wire.measures(ROM, 7.5)
    thermometers.set(NEW, 6.4)
    await phone
      .getByText(/Dairy fridge: the product is over its limit/)
      .first()
      .waitFor()
    await page.getByText(/^Dairy fridge is out of its range/).waitFor()
    if (pictures) await phone.screenshot({ path: join(pictures, '15-fridge-phone.png') })
    await go('cold')
    await page.getByText('Dairy fridge').first().waitFor()
    await picture('16-cold')
  })
})

interface Pressed {
  click(): Promise<void>
}
/** Presses until it is done: a plate that still moves refuses, and says so. */
const pressUntil = (button: Pressed, done: { isVisible(): Promise<boolean> }) =>
  until('the scale does as told', async () => {
    await button.click()
    await new Promise((wait) => setTimeout(wait, 200))
    return (await done.isVisible()) || undefined
  })
