import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { EndcapError } from '../../runtime/contract/index.ts'
import { checkFlows } from '../../runtime/flow-engine/check.ts'

const tab = { id: 't', type: 'tab', label: 'Bakery' }
const node = (id: string, more: object = {}) => ({
  id,
  type: 'function',
  z: 't',
  name: id,
  x: 10,
  y: 10,
  wires: [],
  ...more,
})

const reason = (flows: unknown): string => {
  try {
    checkFlows(flows)
    return 'accepted'
  } catch (error) {
    return error instanceof EndcapError && error.code === 'ENDCAP_FLOWS_INVALID'
      ? String(error.values['reason'])
      : String(error)
  }
}

test('a technician is told which node keeps the flows from being deployed', (t) => {
  t.match(
    reason([tab, node('a', { type: 'exec' })]),
    '“a” in “Bakery” is of the type “exec”, which this box does not have',
  )
  t.match(reason([tab, node('a', { type: 'http request' })]), '“http request”')
  t.match(reason([tab, node('a'), node('a')]), 'the id a stands twice')
  t.match(reason([tab, node('a', { wires: [['gone']] })]), 'a wire of “a” in “Bakery” leads to a node that is missing')
  t.match(reason([tab, node('a', { wires: ['b'] })]), 'broken wires')
  t.match(reason([tab, node('a', { x: undefined })]), '“a” in “Bakery” has no place (x and y)')
  t.match(reason([tab, node('a', { z: 'elsewhere' })]), '“a” lies on no tab')
  t.match(reason([tab, node('a', { libs: [{ var: 'fs', module: 'fs' }] })]), 'cannot load any')
  t.match(reason([tab, node('a', { type: 'subflow:s' })]), 'a subflow that is missing')
  t.match(
    reason([tab, { ...tab, id: 'u', label: 'Other' }, node('a', { wires: [['b']] }), node('b', { z: 'u' })]),
    '“b” on another tab',
  )
  t.match(reason([{ type: 'tab' }]), 'without id or type')
  t.match(reason({}), 'not a list')
  t.end()
})

test('an unknown type is refused even on a disabled tab, where it would still stop every flow', (t) => {
  t.match(reason([{ ...tab, disabled: true }, node('a', { type: 'tcp in' })]), '“tcp in”')
  t.end()
})

test('a type that could not be loaded is refused as well', (t) => {
  t.throws(() => checkFlows([tab, node('a')], new Set(['debug'])), { message: /could not be loaded/ })
  t.end()
})

test('subflows with their ports, groups, links and junctions are accepted', (t) => {
  const flows = [
    tab,
    {
      id: 's',
      type: 'subflow',
      name: 'Twice',
      in: [{ x: 1, y: 1, wires: [{ id: 'inner' }] }],
      out: [
        {
          x: 9,
          y: 1,
          wires: [
            { id: 'inner', port: 0 },
            { id: 's', port: 0 },
          ],
        },
      ],
    },
    node('inner', { z: 's' }),
    { id: 'g', type: 'group', z: 't', nodes: ['a'] },
    node('a', { g: 'g', wires: [['j']] }),
    node('j', { type: 'junction', wires: [['instance']] }),
    node('instance', { type: 'subflow:s' }),
    node('l', { type: 'link in', links: [] }),
    { id: 'c', type: 'global-config', env: [] },
  ]
  t.equal(reason(flows), 'accepted')
  t.end()
})

test('the recipes are accepted', (t) => {
  for (const name of ['arrival', 'zone-sign']) {
    const file = join(import.meta.dirname, '../../flows/recipes', name, 'flow.json')
    t.equal(reason(JSON.parse(readFileSync(file, 'utf8'))), 'accepted', name)
  }
  t.end()
})
