import { test } from 'tap'
import { difference, summary } from '../../runtime/flow-engine/difference.ts'

const tab = { id: 't', type: 'tab', label: 'Zone sign' }
const sign = { id: 's', type: 'endcap-show-on-sign', z: 't', name: '', title: 'Bread', x: 1, y: 1, wires: [] }
const start = { id: 'e', type: 'endcap-event-in', z: 't', name: 'Somebody', x: 1, y: 1, wires: [['s']] }

test('a difference reads as a technician would tell it', (t) => {
  const before = [tab, sign, start]
  t.same(difference(before, [tab, { ...sign, title: 'Rolls', text: 'warm' }, start]), [
    'changed “show on sign” in “Zone sign” (title, text)',
  ])
  t.same(difference(before, [tab, { ...sign, name: 'Bread sign' }, start]), [
    'renamed “show on sign” in “Zone sign” to “Bread sign”',
  ])
  t.same(difference(before, [tab, sign]), ['removed “Somebody” in “Zone sign”'])
  t.same(difference([tab, sign], before), ['added “Somebody” in “Zone sign”'])
  t.same(difference(before, [tab, sign, { ...start, wires: [[]] }]), ['rewired “Somebody” in “Zone sign”'])
  t.same(difference(before, [{ ...tab, disabled: true }, sign, start]), ['disabled the tab “Zone sign”'])
  t.same(difference(before, [{ ...tab, label: 'Signs' }, sign, start]), ['renamed the tab “Zone sign” to “Signs”'])
  t.same(difference(before, [tab, { ...sign, x: 2 }, { ...start, y: 9 }]), ['moved 2 nodes on the canvas'])
  t.same(difference(before, before), [])
  t.end()
})

test('a tab that comes or goes is one line, whatever lies on it', (t) => {
  t.same(difference([], [tab, sign, start]), ['added the tab “Zone sign” with 2 nodes'])
  t.same(difference([tab, sign, start], []), ['removed the tab “Zone sign” with 2 nodes'])
  t.end()
})

test('a node can move to another tab, and tabs can change their order', (t) => {
  const other = { id: 'u', type: 'tab', label: 'Other' }
  t.same(difference([tab, other, sign], [tab, other, { ...sign, z: 'u' }]), [
    'moved “show on sign” from “Zone sign” to “Other”',
  ])
  t.same(difference([tab, other], [other, tab]), ['changed the order of the tabs'])
  t.end()
})

test('a summary stays short', (t) => {
  t.equal(summary([]), 'nothing changed')
  const many = Array.from({ length: 100 }, (_, index) => `added “node ${index}” in “Zone sign”`)
  const line = summary(many)
  t.ok(line.length <= 500)
  t.match(line, /and \d+ more$/)
  t.end()
})
