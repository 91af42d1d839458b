import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'tap'

const root = resolve(import.meta.dirname, '..')
/** In the order of the design: a folder imports only from those before it. */
const order = ['contract', 'ledger', 'bus', 'shop', 'host', 'flow-engine', 'api', 'web', 'appliance', 'sdk']
/** What a folder may import beyond its place in the order, and what it may not although it stands before it. */
const only: Record<string, string[]> = {
  sdk: ['contract'],
  appliance: ['contract', 'ledger', 'bus', 'shop', 'host'],
}
const never: Record<string, string[]> = { api: ['flow-engine'] }
/**
 * Faces of a folder: other folders import these files alone. The child face keeps schemas out of children's memory;
 * timeline.ts, units.ts and gtin.ts have none and are what the pages use as they are.
 */
const faces = new Set([
  'timeline.ts',
  'units.ts',
  'index.ts',
  'child.ts',
  'testing.ts',
  'models.ts',
  'package.json',
  'gtin.ts',
])

const sources = globSync(
  ['runtime/**/*.{ts,tsx}', 'plugins/**/*.ts', 'devices/**/*.ts', 'flows/**/*.ts', 'models/**/*.ts'],
  {
    cwd: root,
    exclude: (path) => path.includes('node_modules') || path.includes('dist'),
  },
)

interface Import {
  from: string
  to: string
}
const imports: Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(root, from), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, to = '']) => ({
    from,
    to: to.startsWith('.') ? relative(root, resolve(root, dirname(from), to)) : to,
  }))
})
const folderOf = (path: string): string | undefined => /^runtime\/([^/]+)\//.exec(path)?.[1]
const shown = (found: Import[]) => found.map(({ from, to }) => `${from} imports ${to}`)

test('the runtime imports one way, up the list of the design', (t) => {
  const wrong = imports.filter(({ from, to }) => {
    const here = folderOf(from)
    const there = folderOf(to)
    if (!here || !there || here === there) return false
    if (only[here]) return !only[here].includes(there)
    return order.indexOf(there) > order.indexOf(here) || never[here]?.includes(there)
  })
  t.same(shown(wrong), [])
  t.end()
})

test('nobody reaches past the face of a folder', (t) => {
  const wrong = imports.filter(({ from, to }) => {
    const there = folderOf(to)
    const inside = there !== undefined && folderOf(from) === there
    return there !== undefined && !inside && !faces.has(to.slice(`runtime/${there}/`.length))
  })
  t.same(shown(wrong), [])
  t.end()
})

test('every folder of the runtime has its place in the order', (t) => {
  const folders = new Set(sources.map(folderOf).filter((folder) => folder !== undefined))
  t.same(
    [...folders].filter((folder) => !order.includes(folder)),
    [],
  )
  t.end()
})

test('plugins import the sdk alone, the twin and the decoders nothing of the runtime', (t) => {
  const wrong = imports.filter(
    ({ from, to }) =>
      (from.startsWith('plugins/') &&
        !to.startsWith(from.split('/').slice(0, 2).join('/')) &&
        /^(runtime|devices|plugins|flows)\//.test(to)) ||
      (from.startsWith('devices/') && /^(runtime|plugins|flows)\//.test(to)),
  )
  t.same(shown(wrong), [])
  t.end()
})

test('only main.ts wires the parts together', (t) => {
  const wide = sources.filter((from) => {
    const reached = new Set(imports.filter((one) => one.from === from).map(({ to }) => folderOf(to)))
    return reached.has('api') && reached.has('flow-engine')
  })
  t.same(wide, ['runtime/main.ts'])
  t.end()
})
