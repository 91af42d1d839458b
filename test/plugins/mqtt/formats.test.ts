import { test } from 'tap'
import { frame, startStation, tag, uuid } from './gateway.ts'

/** An advertisement's payload with Eddystone service data. */
const raw = (service: string) => `0303aafe${(service.length / 2 + 3).toString(16).padStart(2, '0')}16aafe${service}`

test('gateways of every kind agree on the beacon that they hear', async (t) => {
  const station = await startStation(t)
  const client = await station.gateway()
  const says = async (topic: string, payload: string | object) => {
    const sighted = station.event('beacon.sighted')
    client.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload))
    return sighted
  }

  t.match(
    await says(`espresense/devices/iBeacon:${uuid}-1-7/kitchen`, {
      mac: '52ad8f51c3c1',
      id: `iBeacon:${uuid}-1-7`,
      'rssi@1m': -59,
      rssi: -67.25,
      rxAdj: 0,
      distance: 1.83,
      int: 312,
    }),
    {
      device: 'kitchen',
      subject: `${tag}/at/kitchen`,
      data: { tag, receiver: 'kitchen', rssi: -67.25, measuredPower: -59, format: 'ibeacon' },
    },
    'ESPresense',
  )
  t.match(
    await says('home/OMG_door/BTtoMQTT/52AD8F51C3C1', {
      id: '52:AD:8F:51:C3:C1',
      mac_type: 1,
      rssi: -79,
      brand: 'GENERIC',
      model: 'iBeacon',
      model_id: 'IBEACON',
      mfid: '4c00',
      uuid: uuid.replaceAll('-', ''),
      major: 1,
      minor: 7,
      txpower: -59,
    }),
    { data: { tag, receiver: 'omg_door', rssi: -79, measuredPower: -59, format: 'ibeacon' } },
    'OpenMQTTGateway, decoded',
  )
  t.match(
    await says('home/TheengsGateway/BTtoMQTT/52AD8F51C3C1', {
      id: '52:AD:8F:51:C3:C1',
      rssi: -70,
      manufacturerdata: frame.slice(10),
    }),
    { data: { tag, receiver: 'theengsgateway', rssi: -70, measuredPower: -59, format: 'ibeacon' } },
    'Theengs, with advertisement data',
  )
  t.match(
    await says('endcap/raw/till', { mac: '52:ad:8f:51:c3:c1', rssi: -55, data: frame }),
    { data: { tag, receiver: 'till', rssi: -55, measuredPower: -59, format: 'ibeacon' } },
    'raw, one object',
  )
  t.match(
    await says('endcap/raw/till', [{ mac: '52AD8F51C3C1', rssi: -56, data: frame.toUpperCase() }]),
    { data: { tag, rssi: -56 } },
    'raw, an array',
  )
  t.match(
    await says('endcap/raw/till', `52:AD:8F:51:C3:C1 -57 ${frame}\n`),
    { data: { tag, rssi: -57 } },
    'raw, as text',
  )
})

test('Eddystone beacons agree too, whatever frame comes', async (t) => {
  const station = await startStation(t)
  const client = await station.gateway()
  const namespace = '0102030405060708090a'
  const eddystone = `radio/eddystone-uid:${namespace}:a1a2a3a4a5a6`
  const mac = 'c1:02:03:04:05:06'
  const says = async (topic: string, payload: object) => {
    const sighted = station.event('beacon.sighted')
    client.publish(topic, JSON.stringify(payload))
    return (await sighted).data
  }

  const uid = `00e7${namespace}a1a2a3a4a5a60000`
  t.match(await says('endcap/raw/a', { mac, rssi: -60, data: raw(uid) }), { tag: eddystone, measuredPower: -66 })
  t.match(
    await says('endcap/raw/a', { mac, rssi: -61, data: raw('20000bb814000000000100000002') }),
    { tag: eddystone, format: 'eddystone-tlm', batteryVolts: 3 },
    'its battery is told under the same name',
  )
  // The firmware prints the fifth byte twice.
  const printed = 'eddy:010203040505060708090a-a1a2a3a4a5a6'
  t.match(await says(`espresense/devices/${printed}/b`, { mac: 'c10203040506', id: printed, rssi: -62 }), {
    tag: eddystone,
  })
  t.match(
    await says('home/c/BTtoMQTT/C10203040506', { id: mac, rssi: -63, servicedatauuid: '0xfeaa', servicedata: uid }),
    { tag: eddystone },
  )
})

test('phones, whose addresses change, are nobody; a tag with a fixed address is somebody', async (t) => {
  const station = await startStation(t)
  const client = await station.gateway()
  const says = (topic: string, payload: object) => client.publish(topic, JSON.stringify(payload))
  const sighted = station.event('beacon.sighted')
  says('espresense/devices/apple:1005:9-20/a', { mac: '4b1122334455', id: 'apple:1005:9-20', rssi: -50 })
  says('home/b/BTtoMQTT/4B1122334455', { id: '4B:11:22:33:44:55', mac_type: 1, rssi: -50 })
  says('endcap/raw/c', { mac: '4b:11:22:33:44:55', rssi: -50, data: '0201060aff4c001005031c8ba89d' })
  says('espresense/devices/itag:ffff10203040/a', { mac: 'ffff10203040', id: 'itag:ffff10203040', rssi: -51 })
  t.match((await sighted).data, { tag: 'radio/ff:ff:10:20:30:40', receiver: 'a', format: 'gateway' })
  t.equal(station.emitted.filter(({ type }) => type === 'beacon.sighted').length, 1)
})
