import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { examineProfiles } from '../../runtime/profiles.ts'

const root = path.join(import.meta.dirname, '../..')
const ours = path.join(root, 'devices')
const page = readFileSync(path.join(root, 'docs/devices.md'), 'utf8')
const [profile = '', trace = ''] = [
  ...page.slice(page.indexOf('## Add a device')).matchAll(/```json\n([^]*?)```/g),
].map((found) => found[1] ?? '')

test('what the page shows is a profile; the command tells what its trace becomes, and holds it against that', async (t) => {
  const folder = t.testdir({ acme: { 'frost-1.json': profile, 'frost-1.trace.jsonl': trace } })
  const [asked, ...more] = await examineProfiles(folder, ours)
  t.same(more, [])
  t.match(asked, {
    state: 'bad',
    text: /frost-1\.trace\.jsonl, line 2: .*It becomes .*"celsius":4\.18.*write it behind/,
  })
  const became = /It becomes (.*): if that is right/.exec(asked?.text ?? '')?.[1] ?? ''
  const file = path.join(folder, 'acme/frost-1.trace.jsonl')
  const whole = trace.trim().replace(/ \}$/, `, "expect": ${became} }`)
  writeFileSync(file, whole)
  t.same(await examineProfiles(folder, ours), [{ state: 'good', text: 'acme/frost-1: 1 frame' }])
  writeFileSync(file, whole.replaceAll('4.18', '4.2').replace('"batteryPercent":75,', ''))
  t.match(
    (await examineProfiles(folder, ours)).map(({ text }) => text),
    [/line 2: celsius is 4\.18, and is to be 4\.2$/, /it also says batteryPercent: 75/, /events are/],
  )
})

test('each usual mistake is told by line, field and what belongs there', async (t) => {
  const change = (from: string, to: string) => profile.replace(from, to)
  const mistakes: [string, RegExp][] = [
    ['', /line 1, \/: is empty/],
    [`\uFEFF${profile}`, /has no trace/],
    [change('"count": 1', '"count": 1,'), /line 14, \/: is not JSON: take the comma away/],
    [change('"kind": "thermometer",', '"kind": "thermometer"'), /line 5, \/: is not JSON: a comma is missing/],
    [change('"key"', '// sealed\n  "key"'), /line 13, \/: is not JSON: JSON has no comments/],
    [change('"optional"', 'optional'), /line 13, \/: is not JSON: Unexpected sign 'o'/],
    [profile.trimEnd().slice(0, -1), /is not JSON: it ends too soon/],
    [change('thermometer', 'thermometr'), /line 5, \/kind: must be one of .*did you mean thermometer\?/],
    [change('"recognise"', '"recognize"'), /line 7, \/recognize: is not a known field; did you mean recognise\?/],
    [change('accuracy', 'acuracy'), /line 10, \/fields\/celsius\/acuracy: .*did you mean accuracy\?/],
    [change('"celsius"', '"celcius"'), /line 10, \/fields\/celcius: .*did you mean celsius\?/],
    [change('"bthome"', '"bt-home"'), /line 8, \/decoder: .*did you mean bthome\?/],
    [change('"unit": "°C", ', ''), /line 10, \/fields\/celsius\/unit: is missing: one of "°C"/],
    [change('"unit": "°C"', '"unit": "%"'), /\/fields\/celsius\/unit: must be °C, as probe\.temperature is/],
    [change('[-40, 60]', '[60, -40]'), /\/fields\/celsius\/range: .*60 is not below -40/],
    [change('acme/frost-1', 'acme/frost-2'), /line 2, \/id: must be acme\/frost-1, as the file is named/],
    [change('"fcd2"', '"0xFCD2"'), /\/recognise\/services\/0: does not fit; .*as fcd2/],
    [change('"names": ["FROST1*"]', '"models": ["1"]'), /\/recognise: needs names: by nothing else/],
    [change('FROST1*', 'ATC_*'), /has no trace/],
  ]
  const folder = t.testdir({ acme: {} })
  for (const [text, told] of mistakes) {
    writeFileSync(path.join(folder, 'acme/frost-1.json'), text)
    const [first] = await examineProfiles(folder, ours)
    t.match(first?.text, told)
  }
  const last = (await examineProfiles(folder, ours)).at(-1)?.text
  t.match(last, /xiaomi\/lywsd03mmc-pvvx and acme\/frost-1 are both recognised by names ATC_\*/)
  mkdirSync(path.join(folder, 'empty'))
  t.match(await examineProfiles(path.join(folder, 'empty'), ours), [
    { text: /there is no profile in .*docs\/devices\.md/ },
  ])
})
