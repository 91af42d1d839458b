/** Customers whose names stand in what associates have to do. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { taskHistory } from '../../runtime/api/task-history.ts'
import type { Task } from '../../runtime/shop/index.ts'
import { typedName } from '../../runtime/shop/notice-text.ts'
import { openWorld, type World } from '../support/shop-world.ts'

async function withMara(world: World) {
  const { people } = world.shop
  const { id } = await people.add({ name: 'Mara Lind', tags: [], favourite: 'bruno' }, 'manager')
  for (const purpose of ['recognition', 'arrival-notice'] as const) await people.give(id, purpose, 'manager')
  return { id, token: `person/${id}` }
}

test('a task about a customer names her to associates alone, and only while she agrees', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { shop, call, typed, ledger } = world
  const { id, token } = await withMara(world)
  const page: Task[] = []
  shop.tasks.attach('anna', (task) => page.push(task))
  const params = { title: 'Bring {{name}} her order', text: '{{name}} asked for {{favourite}}', about: token }
  const { task = '' } = (await call('task.open', 'staff/+', params)) as { task?: string }
  t.match(shop.tasks.of('anna'), [{ title: 'Bring Mara Lind her order', text: 'Mara Lind asked for Bruno Frei' }])
  t.match(typed('task.opened'), [{ data: { title: 'Bring A customer her order' } }], 'events name nobody')
  t.match(typed('staff.alerted'), [{ data: { title: 'Bring A customer her order' } }, {}], 'nor does what is worn')
  await shop.tasks.claim('anna', task)
  await t.rejects(shop.tasks.claim('bruno', task), { message: /has the task «Bring A customer her order»/ })
  t.notMatch(JSON.stringify([...(await ledger.documents.all('task'))]), /Mara/, 'her name is kept with her alone')

  page.length = 0
  const withdrawn = shop.people.withdraw(id, 'arrival-notice', 'manager')
  t.match(shop.tasks.get(task).title, 'Bring A customer her order', 'nothing was awaited yet')
  t.match(page, [{ id: task, title: 'Bring A customer her order', state: 'claimed' }], 'the page is told at once')
  await withdrawn
  await shop.people.give(id, 'arrival-notice', 'manager')
  t.match(shop.tasks.get(task).title, 'Bring A customer her order', 'what she took back does not return by itself')
  await world.close()
  const again = await openWorld(t, folder)
  t.match(again.shop.tasks.of('anna'), [{ title: 'Bring A customer her order', claimedBy: 'anna' }])
})

test('nobody without consent is named by a task', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { id } = await world.shop.people.add({ name: 'Mara Lind', tags: [] }, 'manager')
  for (const about of [`person/${id}`, 'visit/5b1f0a77c2d94e10', 'staff/bruno', undefined])
    await world.call('task.open', 'staff/+', { title: 'Bring {{name}} her order', ...(about ? { about } : {}) })
  t.same([...new Set(world.shop.tasks.list().map(({ title }) => title))], ['Bring A customer her order'])
})

test('a name that somebody typed goes with the person: lists, notices, history, trail and file', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { shop, call, ledger } = world
  const { id } = await withMara(world)
  const open = async (title: string) => ((await call('task.open', 'staff/+', { title })) as { task: string }).task
  const waiting = await open('Bring mara  lind her jacket')
  const done = await open('Call Mara Lind back')
  const closed = await open('Marinate the Lindau cheese')
  await shop.tasks.done('anna', done)
  await shop.tasks.close(closed, 'Mara Lind came herself', 'manager')
  await call('staff.notify', 'staff/anna', { title: 'Parcel for Mara Lind', text: 'She comes at 5' })
  const history = () => taskHistory(ledger, 0, Number.MAX_SAFE_INTEGER)
  t.match(JSON.stringify(await history()), /Mara Lind/)

  await shop.people.erase(id, 'manager')
  t.match(shop.tasks.get(waiting), { title: 'Bring A customer her jacket', state: 'open' }, 'the work stays')
  t.match(shop.notices.list('anna'), [{ title: 'Parcel for A customer', text: 'She comes at 5' }])
  t.match(await history(), [
    { task: waiting, title: 'Bring A customer her jacket' },
    { task: done, title: 'Call A customer back', outcome: 'done' },
    { task: closed, title: 'Marinate the Lindau cheese', reason: 'A customer came herself' },
  ])
  t.notMatch(JSON.stringify(await ledger.audit.list(100)), /mara\s+lind/i)
  t.equal(await ledger.audit.verify(), undefined, 'and the trail is whole')
  await world.close()
  t.notMatch(await readFile(join(folder, 'endcap.db'), 'latin1'), /mara\s+lind/i, 'not even in pages that are free')
  const again = await openWorld(t, folder)
  t.match(again.shop.tasks.of('anna'), [{ title: 'Bring A customer her jacket' }, {}])
})

test('a name is found as a whole, and one of one word only as it is written', async (t) => {
  const without = (name: string, text: string) => text.replace(typedName(name) ?? /$^/, '…')
  t.equal(without('Zoë Ångström', 'For zoë  ångström, ZOË ÅNGSTRÖM’s'), 'For …, …’s')
  t.equal(without('Rose', 'Rose wants the rose wine from Rosenheim'), '… wants the rose wine from Rosenheim')
  t.equal(without('A. (B) C*', 'a. (b) c* is here'), '… is here')
  t.equal(without('Al', 'All of Al'), 'All of Al', 'two letters mean nobody')
})
