/** Files in and out: what an import would change is seen before it happens, and each mistake with its line. */
import { useState } from 'preact/hooks'
import type { ChangeSummary, FilePart } from '../../../shop/index.ts'
import { json } from '../../shared/api.ts'
import { Fault } from '../../shared/ui.tsx'
import { useTask } from '../data.ts'
import { Dialog } from '../parts.tsx'

export function Transfer({ part, done }: { part: FilePart; done: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button class="button" type="button" onClick={() => setOpen(true)}>
        Import
      </button>
      <details class="goods-export">
        <summary class="button">Export</summary>
        <ul>
          {[
            { path: `${part}.csv`, words: 'CSV' },
            { path: `${part}.csv?separator=semicolon`, words: 'CSV with semicolons' },
            { path: `${part}.json`, words: 'JSON' },
          ].map(({ path, words }) => (
            <li key={path}>
              <a href={`/api/v1/${path}`} download>
                {words}
              </a>
            </li>
          ))}
        </ul>
      </details>
      {open && (
        <ImportDialog
          part={part}
          close={() => setOpen(false)}
          done={() => {
            setOpen(false)
            done()
          }}
        />
      )}
    </>
  )
}

function ImportDialog({ part, close, done }: { part: FilePart; close: () => void; done: () => void }) {
  const [file, setFile] = useState<File>()
  const [keep, setKeep] = useState(false)
  const [preview, setPreview] = useState<ChangeSummary>()
  const task = useTask()
  const send = (given: File, keeping: boolean, dry: boolean) => {
    const query = new URLSearchParams({ dry: String(dry), keep: String(keeping), name: given.name.slice(0, 120) })
    const type = given.name.toLowerCase().endsWith('.json') ? 'application/json' : 'text/csv'
    return json<ChangeSummary>('POST', `/${part}/import?${query.toString()}`, { body: given, type })
  }
  const look = (given: File, keeping: boolean) => {
    setFile(given)
    setKeep(keeping)
    setPreview(undefined)
    void task.run(async () => setPreview(await send(given, keeping, true)))
  }
  const nothing = preview !== undefined && preview.added + preview.changed + preview.removed === 0
  return (
    <Dialog title={`Import ${part}`} close={close}>
      <div class="goods-import">
        <label class="drop goods-drop">
          <input
            type="file"
            accept=".csv,.tsv,.txt,.json,text/csv,application/json"
            disabled={task.busy}
            onChange={(event) => {
              const given = event.currentTarget.files?.[0]
              if (given) look(given, keep)
              event.currentTarget.value = ''
            }}
          />
          <strong>{task.busy ? 'Reading …' : (file?.name ?? 'Choose a file')}</strong>
          <span class="quiet">CSV as a spreadsheet writes it, or JSON. Nothing changes before you say so.</span>
        </label>
        {part === 'tasks' ? (
          <p class="quiet">Each new task calls somebody at once. No other task is closed.</p>
        ) : (
          <label class="goods-check">
            <input
              type="checkbox"
              checked={keep}
              onChange={(event) =>
                file ? look(file, event.currentTarget.checked) : setKeep(event.currentTarget.checked)
              }
            />
            <span>Keep what is not in the file</span>
          </label>
        )}
        {task.error?.faults ? (
          <div class="fault" role="alert">
            <strong>
              {task.error.total === 1 ? 'One thing is' : `${task.error.total ?? 0} things are`} wrong with {file?.name};
              nothing was changed
            </strong>
            <ol class="goods-faults">
              {task.error.faults.map(({ line, field, reason, remedy }) => (
                <li key={`${line} ${field} ${reason}`}>
                  <span class="label">
                    Line {line}, {field}
                  </span>
                  <span>
                    {field} {reason}
                  </span>
                  <span class="quiet">{remedy}</span>
                </li>
              ))}
            </ol>
            {(task.error.total ?? 0) > task.error.faults.length && <span>These are the first of them.</span>}
          </div>
        ) : (
          task.error && <Fault error={task.error} />
        )}
        {preview && (
          <div role="status">
            {nothing ? (
              <p>This file changes nothing: all of it is here already.</p>
            ) : (
              <ul class="goods-preview">
                <Share words="added" count={preview.added} examples={preview.examples.added} />
                <Share words="changed" count={preview.changed} examples={preview.examples.changed} />
                {part !== 'tasks' && (
                  <Share words="removed" count={preview.removed} examples={preview.examples.removed} />
                )}
              </ul>
            )}
            {preview.ended !== undefined && (
              <p class="quiet">{preview.ended} of the file ended before or today and will not be opened again.</p>
            )}
          </div>
        )}
        <div class="sheet__foot">
          <button
            class="button button--main"
            type="button"
            disabled={task.busy || !preview || nothing || !file}
            onClick={() => {
              if (!file) return
              void task.run(async () => {
                await send(file, keep, false)
                done()
              })
            }}
          >
            Import now
          </button>
        </div>
      </div>
    </Dialog>
  )
}

const Share = ({ words, count, examples }: { words: string; count: number; examples: readonly string[] }) => (
  <li class={`goods-share goods-share--${count > 0 ? words : 'none'}`}>
    <strong class="figures">{count}</strong>
    <span>{words}</span>
    {count > 0 && (
      <small class="quiet">
        {examples.slice(0, 5).join(', ')}
        {count > 5 && ' …'}
      </small>
    )}
  </li>
)
