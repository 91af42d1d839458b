import { test } from 'tap'
import type { EndcapError } from '../../runtime/contract/index.ts'
import type { FileFault } from '../../runtime/shop/index.ts'
import { cornerShop, openWorld, type World } from '../support/shop-world.ts'

const refused = (work: Promise<unknown>): Promise<EndcapError> =>
  work.then(
    () => {
      throw new Error('it was taken')
    },
    (error: EndcapError) => error,
  )
const take = ({ shop }: World, text: string, options: { dry?: boolean; keep?: boolean } = {}) =>
  shop.team.import({ name: 'team.csv', type: text.startsWith('[') ? 'json' : 'csv', text }, 'manager', options)

test('an associate is changed, added and taken out, and the rest of shop.yaml stays as it was written', async (t) => {
  const { shop, ledger } = await openWorld(t, t.testdir())
  const night = { days: ['fri' as const, 'sat' as const], from: '22:00', to: '06:00' }
  const { entry, revision } = shop.team.get('bruno')
  await shop.team.put({ ...entry, skills: ['cheese'], shifts: [...(entry.shifts ?? []), night] }, 'manager', revision)
  await shop.team.put({ id: 'kim', name: 'Kim Adler', badges: ['aa:bb:cc:00:00:09'] }, 'manager', null)
  await shop.team.delete('nadia', 'manager')

  const expected = cornerShop
    .replace(/( *)shifts: # he opens the shop\n/, '$1shifts:\n$1  # he opens the shop\n')
    .replace(
      /( {6}- \{ days: \[mon.*'06:00'.*\}\n)/,
      "$1      - { days: [ fri, sat ], from: '22:00', to: '06:00' }\n    skills: [ cheese ]\n",
    )
    .replace(/ {2}- id: nadia[\s\S]*(?=assets)/, '  - id: kim\n    name: Kim Adler\n')
    .replace(/$/, '  - { id: aa:bb:cc:00:00:09, bearer: staff/kim }\n')
  const flat = (text: string) => text.replaceAll(/(?<=[[{]) | (?=[\]}])/g, '')
  t.equal(flat(shop.exportYaml()), flat(expected), 'comments and order too')
  t.match(
    shop.team.list().map(({ id }) => id),
    ['anna', 'bruno', 'kim'],
  )
  t.equal(shop.identity.token('aa:bb:cc:00:00:09').split('/')[0], 'visit', 'Kim has no shift')
  t.equal((await ledger.versions.list('shop')).length, 4, 'each change is a version')

  await shop.team.put({ ...shop.team.get('anna').entry, badges: [] }, 'manager')
  t.notMatch(shop.exportYaml(), /staff\/anna/, 'her badge is free')
})

test('of two who edit at once nobody loses anything', async (t) => {
  const { shop } = await openWorld(t, t.testdir())
  const anna = shop.team.get('anna')
  const bruno = shop.team.get('bruno')
  await Promise.all([
    shop.team.put({ ...anna.entry, name: 'Anna K.' }, 'manager', anna.revision),
    shop.team.put({ ...bruno.entry, name: 'Bruno F.' }, 'manager', bruno.revision),
    shop.editYaml((text) => text.replace('Corner Market', 'Corner Deli'), 'manager'),
  ])
  t.match(shop.plan(), { name: 'Corner Deli', staff: [{ name: 'Anna K.' }, { name: 'Bruno F.' }, {}] })
  const late = await refused(shop.team.put({ ...anna.entry, name: 'Anne' }, 'manager', anna.revision))
  t.match(late, { code: 'ENDCAP_CHANGED_MEANWHILE', message: /associate anna/ })
  t.match(await refused(shop.team.put(anna.entry, 'manager', null)), { code: 'ENDCAP_CHANGED_MEANWHILE' })
  t.match(await refused(shop.importYaml(cornerShop, 'manager', 'shop.yaml', 1)), { code: 'ENDCAP_CHANGED_MEANWHILE' })
  t.equal(shop.team.get('anna').entry.name, 'Anna K.')
})

test('what is wrong with an associate is said with its field and a remedy', async (t) => {
  const { shop } = await openWorld(t, t.testdir())
  await shop.people.add({ name: 'Lee', tags: ['cc:cc:cc:00:00:01'] }, 'manager')
  const before = shop.version()
  const bruno = shop.team.get('bruno').entry
  const wrong: [change: object, message: RegExp][] = [
    [{ shifts: [{ days: ['mon'], from: '25:00', to: '08:00' }] }, /^\/shifts\/0\/from .*HH:MM/],
    [{ shifts: [{ days: [], from: '05:00', to: '08:00' }] }, /^\/shifts\/0/],
    [{ alertsPerHour: 0 }, /^\/alertsPerHour/],
    [{ badges: ['AA:BB:CC:00:00:02'] }, /^\/badges\/0 .*asset\/trolley carries/],
    [{ badges: ['aa:bb:cc:00:00:01'] }, /carries already/],
    [{ badges: ['cc:cc:cc:00:00:01'] }, /a customer carries/],
    [{ colour: 'red' }, /^\/colour is not a known field/],
  ]
  for (const [change, message] of wrong) {
    const error = await refused(shop.team.put({ ...bruno, ...change }, 'manager'))
    t.match(error, { code: 'ENDCAP_KNOWLEDGE_INVALID', message, remedy: /\w/ })
  }
  t.equal(shop.version(), before)
})

test('the roster goes out as a table and comes back as it was, with nights over Sunday', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { shop } = world
  const csv = shop.team.export('csv')
  t.match(csv, /^\uFEFFid,name,roles,groups,skills,alertsPerHour,shifts,badges\r\n/)
  t.match(csv, /\r\nanna,Anna Keller,,,,,mon-sat 08:00-17:00,AA:BB:CC:00:00:01\r\n/)
  for (const text of [csv, shop.team.export('csv', ';'), shop.team.export('json')])
    t.match(await take(world, text), { added: 0, changed: 0, removed: 0 })
  t.equal(shop.exportYaml(), cornerShop, 'nothing was written')

  const sheet = `Name;id;Role;Shifts
Anna Keller;anna;lead|till;daily 8:00-17:00
Omar Said;omar;;"sun-mon 22:00–06:00 | wed,fri 09:00-24:00"
`
  t.match(await take(world, sheet, { dry: true }), { added: 1, changed: 1, removed: 2 })
  t.equal(shop.exportYaml(), cornerShop, 'looking changes nothing')
  t.match(await take(world, sheet, { keep: true }), { added: 1, changed: 1, removed: 0 })
  t.same(shop.team.get('omar').entry.shifts, [
    { days: ['mon', 'sun'], from: '22:00', to: '06:00' },
    { days: ['wed', 'fri'], from: '09:00', to: '00:00' },
  ])
  t.match(shop.team.get('anna').entry, { roles: ['lead', 'till'], badges: ['AA:BB:CC:00:00:01'] }, 'a column less')
  t.match(await take(world, shop.team.export('csv')), { added: 0, changed: 0, removed: 0 })

  const faults = await refused(
    take(
      world,
      'id,name,shifts,alertsPerHour\nAnna,Anna,monday,\nomar,,mon 08:00-17:00,many\nomar,O,mon 26:00-27:00,\n',
    ),
  )
  t.same(
    (faults.values['faults'] as FileFault[]).map(({ line, field }) => `${line} ${field}`),
    ['2 shifts', '2 id', '3 alertsPerHour', '3 name', '4 shifts', '4 id'],
  )
})

test('a file with anchors that an edit would break is written anew', async (t) => {
  const yaml = cornerShop
    .replace('shifts: # he opens the shop\n', 'shifts: &early\n')
    .replace(/(name: Nadia Okafor\n {4}shifts:)\n.*\n/, '$1 *early\n')
  const { shop } = await openWorld(t, t.testdir(), { yaml })
  await shop.team.delete('bruno', 'manager')
  t.match(shop.plan().staff, [{ id: 'anna' }, { id: 'nadia', shifts: [{ from: '06:00' }] }])
})
