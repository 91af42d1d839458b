import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'tap'

const root = resolve(import.meta.dirname, '..')
const folders = ['devices', 'docs', 'flows', 'models', 'plugins', 'runtime', 'test']

const inner = folders.flatMap((folder) => [`${folder}/**/*.md`])
const documents = globSync(['*.md', ...inner], { cwd: root, exclude: ['**/node_modules', '**/dist'] })

/** The name that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
const headingsOf = (file: string): Set<string> =>
  new Set(
    [...readFileSync(file, 'utf8').matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) => anchorOf((heading ?? '').trim())),
  )

/** What a document links to and what is not there. */
function brokenLinks(file: string): string[] {
  const from = join(root, file)
  const links = [...withoutCode(readFileSync(from, 'utf8')).matchAll(/\]\(([^()\s]+)\)/g)].map(([, link]) => link ?? '')
  return links.filter((link) => {
    if (/^[a-z][a-z+.-]*:/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const to = path === '' ? from : join(dirname(from), decodeURIComponent(path))
    if (!existsSync(to)) return true
    return anchor !== undefined && to.endsWith('.md') && !headingsOf(to).has(anchor)
  })
}

test('every relative link of every document leads somewhere', (t) => {
  for (const file of documents) t.same(brokenLinks(file), [], file)
  t.ok(documents.includes('README.md') && documents.length > folders.length)
  t.end()
})

test('each top-level folder says what it is', (t) => {
  for (const folder of folders) t.ok(documents.includes(`${folder}/README.md`), folder)
  t.end()
})

test('the index of docs leads to every document of it', (t) => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8')
  for (const file of globSync('*.md', { cwd: join(root, 'docs'), exclude: ['README.md'] }))
    t.ok(index.includes(`](${file})`), file)
  t.end()
})
