import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test } from 'tap'
import { purposes } from '../../runtime/contract/index.ts'
import { buildPages } from './build.ts'

const PAGES = ['index.html', 'sign.html', 'staff.html', 'sign-in.html']
const MOST_BYTES = 150_000

/** Every file that a browser loads for a page: what the HTML names, and what those import in turn. */
function filesOf(folder: string, page: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  const take = (name: string) => {
    if (files.has(name)) return
    const bytes = readFileSync(join(folder, name))
    files.set(name, bytes)
    for (const [found] of bytes.toString().matchAll(/assets\/[\w.-]+\.(?:js|css|svg)/g)) take(found)
    if (name.endsWith('.js'))
      for (const [, found] of bytes.toString().matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) take(`assets/${found}`)
  }
  take(page)
  return files
}

test('the pages are small, and ask nothing of the network', async (t) => {
  const folder = await buildPages(t.testdir())
  for (const page of PAGES) {
    const files = filesOf(folder, page)
    const bytes = [...files.values()].reduce((sum, one) => sum + gzipSync(one).length, 0)
    t.ok(files.size > 3 && bytes < MOST_BYTES, `${page}: ${bytes} bytes compressed in ${files.size} files`)
    const html = files.get(page)?.toString() ?? ''
    t.notMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/, `${page} has no inline code or style`)
    t.match(html, /<html lang="en">/)
    for (const [name, text] of files)
      t.notMatch(
        text.toString(),
        /(?:url\(|src=|href=|@import\s*)["']?(?:https?:)?\/\/(?!www\.w3\.org)/,
        `${name} names no other host`,
      )
  }
  t.ok(globSync(join(folder, 'sw.js')).length === 1, 'the service worker keeps its address over releases')
})

test('the console carries the wordings of consent as the contract has them', async (t) => {
  const folder = await buildPages(t.testdir())
  const code = [...filesOf(folder, 'index.html').values()].map(String).join('\n')
  for (const text of Object.values(purposes)) t.ok(code.includes(text), text)
})
