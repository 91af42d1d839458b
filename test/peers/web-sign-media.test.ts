/** What a sign does with media that cannot be shown or kept: something good stands, and the console says why in words. */
import type { Page } from 'playwright-core'
import { test } from 'tap'
import { until } from '../support/box.ts'
import { CHROMIUM } from '../support/browser.ts'
import { peer } from '../support/peer.ts'
import { keptFor, openBrowserBox } from '../web/browser-box.ts'
import { png } from '../web/png.ts'

type BrowserBox = Awaited<ReturnType<typeof openBrowserBox>>

const playing = (box: BrowserBox, ...items: string[]) =>
  box.shop.playlists.importYaml(
    `playlists: [{ id: day, name: Day, screens: [entrance], items: [${items.join(', ')}] }]`,
    'manager',
    'playlists.yaml',
  )
/** What the console says of the screen. */
async function openConsole(box: BrowserBox): Promise<Page> {
  const page = await box.page()
  const [name = '', value = ''] = box.manager.cookie.split('=')
  await page.context().addCookies([{ name, value, url: box.address }])
  await page.goto(`${box.address}/#/screens`)
  return page
}
/** An MP4 by its first bytes, and nothing that a browser could play. */
const brokenVideo = () => {
  const bytes = Buffer.alloc(4096, 0x2a)
  bytes.writeUInt32BE(24, 0)
  bytes.write('ftypisom\0\0\0\0isomavc1', 4, 'latin1')
  return bytes
}

test('a first item that cannot be shown leaves the words of the fallback, never an empty screen', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1280, height: 720 })
  const page = await box.page()
  const bytes = png([90, 60, 200])
  const hash = await box.upload(bytes, 'image/png')
  await playing(box, `{ id: plums, seconds: 3600, content: { layout: picture, alt: Plums, media: ${hash} } }`)
  await box.signInTo(page, 'screen', 'entrance')
  await page.getByRole('img', { name: 'Plums' }).waitFor()
  await keptFor(page, 'endcap-sign')

  await t.test('half of a file in the cache, after a reload without the box', async (t) => {
    await box.down()
    await page.evaluate(async (url) => {
      const cache = await caches.open('endcap-media')
      const bytes = await (await cache.match(url))!.arrayBuffer()
      await cache.put(
        url,
        new Response(bytes.slice(0, bytes.byteLength / 2), { headers: { 'content-type': 'image/png' } }),
      )
    }, `/api/v1/media/${hash}`)
    await page.route(/\/media\//, (route) => route.abort())
    await page.reload()
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    t.equal(await page.getByText('Looking for the box').count(), 0)
    await page.unroute(/\/media\//)
    await box.up()
    await page.getByRole('img', { name: 'Plums' }).waitFor()
    t.pass('the box gives it again')
  })
})

test('a download that breaks off halfway is no picture; it is asked for again', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1280, height: 720 })
  const page = await box.page()
  await box.signInTo(page, 'screen', 'entrance')
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  const bytes = png([90, 60, 20])
  const hash = await box.upload(bytes, 'image/png')
  let asked = 0
  await page.route(new RegExp(hash), (route) =>
    ++asked > 2
      ? route.continue()
      : route.fulfill({ body: bytes.subarray(0, bytes.length / 2), contentType: 'image/png' }),
  )
  await playing(box, `{ id: plums, seconds: 2, content: { layout: picture, alt: Plums, media: ${hash} } }`)
  await until('it was given half twice', () => asked >= 2 || undefined)
  t.ok(await page.getByRole('heading', { name: 'Welcome' }).isVisible(), 'what showed before stays')
  await page.getByRole('img', { name: 'Plums' }).waitFor({ timeout: 60_000 })
})

test('the console says in words what a browser cannot show or keep', async (t) => {
  if (!peer(t, 'chromium', CHROMIUM)) return
  const box = await openBrowserBox(t, { width: 1280, height: 900 })
  const page = await box.page()
  const video = await box.upload(brokenVideo(), 'video/mp4')
  const noise = Buffer.concat([png([1, 2, 3]), Buffer.alloc(3_000_000, 7)])
  const large = await box.upload(noise, 'image/png')
  t.match(await box.manager.call('PUT', '/api/v1/media', Buffer.alloc(0), { 'content-type': 'image/png' }), {
    status: 422,
    body: { code: 'ENDCAP_MEDIA_INVALID' },
  })
  await box.signInTo(page, 'screen', 'entrance')
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: box.address, quotaSize: 1_000_000 })
  await playing(
    box,
    `{ id: film, seconds: 2, content: { layout: video, media: ${video} } }`,
    `{ id: large, seconds: 2, content: { layout: picture, alt: Large, media: ${large} } }`,
  )
  await page.getByRole('img', { name: 'Large' }).waitFor()
  t.pass('what cannot be kept is shown all the same')
  const pulse = await until('the player says so', async () => {
    const { body } = await box.manager.call<{ pulse?: Record<string, string[]> }>('GET', '/api/v1/screens/entrance')
    return body.pulse?.['mediaUnkept'] && body.pulse['mediaUnplayable'] ? body.pulse : undefined
  })
  t.match(pulse, { mediaMissing: [], mediaUnkept: [large], mediaUnplayable: [video] })
  const desk = await openConsole(box)
  await desk.getByText(`Its browser cannot show ${video.slice(0, 8)}`).waitFor()
  await desk.getByText(`Its browser has no room for ${large.slice(0, 8)}`).waitFor()
  const plays = await box.manager.call<string>('GET', '/api/v1/plays.csv')
  t.notMatch(plays.body, 'day/film', 'what was not seen is not told as shown')
  t.same(box.complaints, [])
})
