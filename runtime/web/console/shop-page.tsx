import { useEffect, useRef, useState } from 'preact/hooks'
import { request } from '../shared/api.ts'
import { Fault } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useTask } from './data.ts'
import { Page } from './parts.tsx'

const lineOf = (message: string): number | undefined => {
  const found = /line (\d+)/.exec(message)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** shop.yaml out and in. A fault is shown at its line, and the shop stays as it was. */
export function ShopFilePage({ plan, reloadPlan }: PageProps) {
  const [text, setText] = useState<string>()
  const [saved, setSaved] = useState('')
  /** What the shop had when this text was loaded, so that nobody's change in between is overwritten. */
  const tag = useRef<string>(undefined)
  const loading = useTask()
  const saving = useTask()
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLDivElement>(null)

  const load = () =>
    void loading.run(async () => {
      const response = await request('GET', '/shop.yaml')
      const yaml = await response.text()
      tag.current = response.headers.get('etag') ?? undefined
      setText(yaml)
      setSaved(yaml)
    })
  useEffect(load, [])

  const fault = saving.error ? lineOf(saving.error.message) : undefined
  useEffect(() => {
    const element = area.current
    if (!element || fault === undefined) return
    const start =
      element.value
        .split('\n')
        .slice(0, fault - 1)
        .join('\n').length + (fault > 1 ? 1 : 0)
    const end = element.value.indexOf('\n', start)
    element.focus()
    element.setSelectionRange(start, end === -1 ? element.value.length : end)
    const lineHeight = Number.parseFloat(getComputedStyle(element).lineHeight)
    element.scrollTop = Math.max(0, (fault - 6) * lineHeight)
  }, [saving.error])

  const save = async () => {
    const sent = text ?? ''
    const done = await saving.run(async () => {
      const headers: Record<string, string> = tag.current === undefined ? {} : { 'if-match': tag.current }
      const response = await request('PUT', '/shop.yaml', { body: sent, type: 'text/yaml', headers })
      tag.current = response.headers.get('etag') ?? undefined
    })
    if (!done) return
    setSaved(sent)
    reloadPlan()
  }
  const download = () => {
    const url = URL.createObjectURL(new Blob([text ?? ''], { type: 'text/yaml' }))
    const anchor = document.createElement('a')
    anchor.href = url
    anchor.download = 'shop.yaml'
    anchor.click()
    URL.revokeObjectURL(url)
  }
  const lines = (text ?? '').split('\n').length
  return (
    <Page
      title="Shop file"
      lead={`Floor plan, zones, receivers, screens, staff and tags of ${plan.name}, in one file.`}
      tools={
        <>
          <label class="button">
            Open a file
            <input
              class="hidden"
              type="file"
              accept=".yaml,.yml,text/yaml"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0]
                if (file) void file.text().then(setText)
                event.currentTarget.value = ''
              }}
            />
          </label>
          <button class="button" type="button" disabled={text === undefined} onClick={download}>
            Save to a file
          </button>
          <button
            class="button button--main"
            type="button"
            disabled={text === undefined || text === saved || saving.busy}
            onClick={() => void save()}
          >
            Use this
          </button>
        </>
      }
    >
      {loading.error && <Fault error={loading.error} />}
      {saving.error && <Fault error={saving.error} />}
      {text !== undefined && (
        <div class="editor code">
          <div class="editor__lines" ref={gutter} aria-hidden="true">
            {Array.from({ length: lines }, (_, index) => (
              <span key={index} class={index + 1 === fault ? 'editor__fault' : ''}>
                {index + 1}
              </span>
            ))}
          </div>
          <textarea
            ref={area}
            class="editor__text"
            aria-label="shop.yaml"
            aria-invalid={fault !== undefined}
            spellcheck={false}
            wrap="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onScroll={(event) => {
              if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
            }}
          />
        </div>
      )}
      <p class="quiet" role="status">
        {text === undefined ? '' : text === saved ? 'This is what the shop uses now.' : 'Not in use yet.'}
      </p>
    </Page>
  )
}
