import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import { dateAndTime, milliseconds } from '../shared/time.ts'
import type { FlowsVersion } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useLiveQuery, useQuery, useTask } from './data.ts'
import { Answer, Badge, Page, SureButton } from './parts.tsx'

export function FlowsPage() {
  const state = useQuery<{ state: string; reason?: string }>('/flows', 5)
  const versions = useLiveQuery<FlowsVersion[]>('/flows/versions', ['flows.deployed'], 30)
  const [open, setOpen] = useState<number>()
  const task = useTask()
  const restore = (version: number) =>
    void task.run(() => json('POST', `/flows/versions/${version}/restore`)).then(versions.reload)
  const running = state.data?.state === 'running'
  return (
    <Page
      title="Flows"
      lead="What the shop does when something happens, drawn in Node-RED. Every deploy is kept and can be undone."
      tools={
        <a class="button button--main" href="/flows/" target="_blank" rel="noopener">
          Open the editor
        </a>
      }
    >
      {state.data && !running && (
        <div class="fault">
          <strong>The flow engine is not running{state.data.reason ? `: ${state.data.reason}` : ''}</strong>
          <span>
            It is restarted by itself; What runs shows its last lines. Screens and staff pages go on meanwhile.
          </span>
        </div>
      )}
      {task.error && <Fault error={task.error} />}
      <Answer query={versions} empty={<p>No flows have been deployed yet. Open the editor and deploy the first.</p>}>
        {(list) => (
          <ol class="versions">
            {list.map(({ version, time, by, summary }, index) => (
              <li key={version} class="sheet version">
                <header class="sheet__head">
                  <div>
                    <p class="label figures">
                      Version {version} {index === 0 && <Badge tone="good">Runs now</Badge>}
                    </p>
                    <h2>{headline(summary)}</h2>
                    <p class="quiet figures">
                      {dateAndTime(milliseconds(time))}, by {by}
                    </p>
                  </div>
                  <div class="page__tools">
                    <button
                      class="button button--small"
                      type="button"
                      aria-expanded={open === version}
                      onClick={() => setOpen(open === version ? undefined : version)}
                    >
                      What changed
                    </button>
                    {index > 0 && (
                      <SureButton sure="Deploy this version" act={() => restore(version)} disabled={task.busy}>
                        Go back to this
                      </SureButton>
                    )}
                  </div>
                </header>
                {open === version && <Difference version={version} />}
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </Page>
  )
}

function Difference({ version }: { version: number }) {
  const query = useQuery<FlowsVersion>(`/flows/versions/${version}`)
  return (
    <Answer query={query}>
      {({ difference = [] }) =>
        difference.length === 0 ? (
          <p class="quiet">Nothing differs from the version before it.</p>
        ) : (
          <ul class="sentences">
            {difference.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}

/** The first two changes; “What changed” tells them all. */
function headline(summary: string): string {
  const changes = summary.split('; ')
  return changes.length > 3 ? `${changes.slice(0, 2).join('; ')}; and more` : summary
}
