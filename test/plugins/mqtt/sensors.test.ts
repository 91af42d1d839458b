import { join } from 'node:path'
import { test } from 'tap'
import { readProfiles } from '../../../runtime/host/index.ts'
import { startStation } from './gateway.ts'

const address = 'a4:c1:38:8d:18:b2'
/** BTHome 2: packet, temperature, humidity; with the name of a Shelly BLU H&T. */
const frame = (packet: number, celsius: number) => {
  const raw = Math.round(celsius * 100) & 0xffff
  const bytes = [0x40, 0x00, packet, 0x02, raw & 255, raw >> 8, 0x03, 0xbf, 0x13]
  const service = [0x16, 0xd2, 0xfc, ...bytes]
  const name = [0x09, ...Buffer.from('SBHT-003C')]
  return Buffer.from([service.length, ...service, name.length, ...name]).toString('hex')
}

test('a thermometer heard by a gateway becomes a probe once it is adopted', async (t) => {
  const { profiles } = await readProfiles([join(import.meta.dirname, '../../../devices')])
  const sensors = [
    { radio: address, probe: 'dairy-1', offsetCelsius: -0.5 },
    { radio: 'blu-ht-77ee', probe: 'dairy-2' },
  ]
  const station = await startStation(t, { sensors }, undefined, profiles)
  const client = await station.gateway()

  const temperature = station.event('probe.temperature')
  const humidity = station.event('probe.humidity')
  client.publish('endcap/raw/till', JSON.stringify({ mac: address, rssi: -60, data: frame(1, 4.5) }))
  t.match(await temperature, { device: 'dairy-1', subject: 'probe/dairy-1', data: { probe: 'dairy-1', celsius: 4 } })
  t.match(await humidity, { data: { probe: 'dairy-1', percent: 50.55 } })

  const found = station.event('device.discovered', ({ kind }) => kind === 'thermometer')
  client.publish('endcap/raw/till', JSON.stringify({ mac: 'a4:c1:38:00:12:34', rssi: -60, data: frame(1, 20) }))
  t.match(await found, { data: { device: 'blu-ht-1234', kind: 'thermometer', name: 'Shelly BLU H&T' } })

  const next = station.event('probe.temperature')
  client.publish(
    'home/OMG_door/BTtoMQTT/A4C1380077EE',
    JSON.stringify({
      id: 'A4:C1:38:00:77:EE',
      name: 'SBHT-003C',
      rssi: -71,
      servicedatauuid: '0xfcd2',
      servicedata: frame(2, 6.5).slice(8, 26),
    }),
  )
  t.match(await next, { data: { probe: 'dairy-2', celsius: 6.5 } }, 'and by a gateway of another kind')
  t.notOk(
    station.emitted.some(({ type }) => type === 'beacon.sighted'),
    'a thermometer is nobody’s visit',
  )
})

test('values that a gateway decoded by itself are read, a button tells of its press, and both are tested on request', async (t) => {
  const { profiles } = await readProfiles([join(import.meta.dirname, '../../../devices')])
  const sensors = [
    { radio: 'A4:C1:38:00:00:01', probe: 'dairy-1' },
    { radio: 'a4:c1:38:00:00:02', probe: 'bell' },
    { radio: 'a4:c1:38:00:00:03', probe: 'sealed', key: '231d39c1d7cc1ab1aee224cd096db932' },
  ]
  const station = await startStation(t, { sensors }, undefined, profiles)
  const client = await station.gateway()
  const decoded = (id: string, more: object) =>
    client.publish(`home/OMG_door/BTtoMQTT/${id.replaceAll(':', '')}`, JSON.stringify({ id, rssi: -70, ...more }))

  const temperature = station.event('probe.temperature')
  decoded('A4:C1:38:00:00:01', { model_id: 'LYWSD03MMC', tempc: 4.25, tempf: 39.7, hum: 51, batt: 9 })
  t.match(await temperature, { device: 'dairy-1', data: { probe: 'dairy-1', celsius: 4.25 } })
  const suspect = station.event('device.suspect')
  decoded('A4:C1:38:00:00:01', { model_id: 'LYWSD03MMC', tempc: 'NaN', hum: 51 })
  decoded('A4:C1:38:00:00:01', { model_id: 'LYWSD03MMC', tempc: 4000 })
  t.match(await suspect, { data: { device: 'dairy-1', reason: /cannot measure/ } })

  const found = station.event('device.discovered', ({ kind }) => kind === 'thermometer')
  decoded('A4:C1:38:00:00:09', { model_id: 'H5075', tempc: 20, batt: 80 })
  t.match(await found, { data: { profile: 'govee/h5075', detail: /20 °C, 80 % battery, −70 dBm at omg_door/ } })

  decoded('A4:C1:38:00:00:03', { model_id: 'LYWSD03MMC', tempc: 5 })
  const pressed = station.event('button.pressed')
  client.publish('endcap/raw/till', JSON.stringify({ mac: 'a4:c1:38:00:00:02', rssi: -60, data: '0616d2fc443a01' }))
  t.match(await pressed, { data: { probe: 'bell', control: 'button', action: 'press' } })
  t.notOk(
    station.emitted.some(({ device }) => device === 'sealed'),
    'of a sensor whose key is known, only its own frames are believed',
  )
})
