import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'tap'
import type { Figure } from '../support/figure.ts'
import { scoreTracks } from './tracks.ts'

async function score(data: string) {
  const child = spawn(process.execPath, ['test/score/main.ts', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, words] = await Promise.all([text(child.stdout), text(child.stderr)])
  const lines = out.split('\n').filter((line) => line !== '')
  return { figures: lines.map((line) => JSON.parse(line) as Figure), words }
}

void test('the score names what is missing and goes on with the rest', async (t) => {
  const { figures, words } = await score(t.testdir({ 'ble-tracks-galatasaray': { 'README.md': 'nothing here\n' } }))
  t.match(words, /ble-advert-vectors: not scored, .* is missing/)
  t.match(words, /not scored: no tracks or no receiver positions/)
  t.ok(figures.length > 0, 'what needs no recordings is scored')
  for (const figure of figures) {
    t.match(figure, { name: String, value: Number, unit: String, better: /^(higher|lower)$/, n: Number })
    if (figure.name.startsWith('simulated/'))
      t.ok(figure.value <= (figure.reference ?? Infinity), `${figure.name} holds`)
  }
})

const folder = resolve('../shared/data/ble-tracks-galatasaray')
const skip = existsSync(folder) ? false : `${folder} is missing`

void test('on real walks the engine is ahead of its references', { skip }, async (t) => {
  const figures = scoreTracks(folder).filter(({ reference }) => reference !== undefined)
  t.equal(figures.length, 4)
  for (const { name, value, reference = 0 } of figures)
    t.ok(value < reference, `${name}: ${value} against ${reference}`)
})
