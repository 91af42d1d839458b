import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import { ago, clock, milliseconds } from '../shared/time.ts'
import type { Plugin } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import { ConfigDialog } from './config-form.tsx'
import { useLiveQuery, useTask } from './data.ts'
import { Answer, Badge, Page } from './parts.tsx'

const STATES: Record<Plugin['state'], { tone: 'good' | 'warn' | 'bad' | 'plain'; words: string }> = {
  running: { tone: 'good', words: 'Runs' },
  starting: { tone: 'plain', words: 'Starting' },
  restarting: { tone: 'warn', words: 'Restarting' },
  quarantined: { tone: 'bad', words: 'In quarantine' },
  invalid: { tone: 'bad', words: 'Cannot start' },
  stopped: { tone: 'plain', words: 'Stopped' },
  disabled: { tone: 'plain', words: 'Switched off' },
}

const sandboxWords: Record<Plugin['sandbox'], string> = {
  bubblewrap: 'Kept apart by bubblewrap: it reaches its own folder and what is listed here, nothing else.',
  node: 'Held only by Node’s permissions, a seat belt and no boundary. Install bubblewrap to keep it apart.',
}

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '–' : `${Math.round(bytes / 1e6)} MB`)
const number = new Intl.NumberFormat()

export function PluginsPage() {
  const plugins = useLiveQuery<Plugin[]>('/plugins', ['plugin.*', 'device.*'], 3)
  const now = useNow(5)
  const loose = plugins.data?.some(({ sandbox, state }) => sandbox === 'node' && state === 'running')
  return (
    <Page title="What runs" lead="Each plugin is a process of its own: one that fails takes nothing else with it.">
      {loose && (
        <p class="note note--warn">
          Some plugins run without a sandbox. On Debian, <code class="code">apt install bubblewrap</code> and restart
          the box.
        </p>
      )}
      <Answer
        query={plugins}
        empty={<p>No plugin was found. Put its folder into plugins/ in the folder of this box.</p>}
      >
        {(list) => (
          <ul class="cards">
            {list.map((plugin) => (
              <PluginCard key={plugin.name} plugin={plugin} now={now} reload={plugins.reload} />
            ))}
          </ul>
        )}
      </Answer>
    </Page>
  )
}

function PluginCard({ plugin, now, reload }: { plugin: Plugin; now: number; reload: () => void }) {
  const task = useTask()
  const [editing, edit] = useState(false)
  const act = (what: 'restart' | 'enable' | 'disable') =>
    void task.run(() => json('POST', `/plugins/${encodeURIComponent(plugin.name)}/${what}`)).then(reload)
  const { tone, words } = STATES[plugin.state]
  const off = plugin.state === 'disabled'
  return (
    <li class={`sheet plugin plugin--${tone}`}>
      <header class="sheet__head">
        <div>
          <h2>{plugin.name}</h2>
          <p class="quiet code">
            {plugin.package} {plugin.version}
          </p>
        </div>
        <Badge tone={tone}>{words}</Badge>
      </header>
      {plugin.reason && (
        <div class={tone === 'bad' ? 'fault' : 'note note--warn'}>
          <strong>{plugin.reason}</strong>
          {plugin.remedy && <span>{plugin.remedy}</span>}
        </div>
      )}
      <dl class="facts figures">
        <div>
          <dt>Memory</dt>
          <dd>{megabytes(plugin.memoryBytes)}</dd>
        </div>
        <div>
          <dt>CPU</dt>
          <dd>{plugin.cpu === undefined ? '–' : `${(plugin.cpu * 100).toFixed(1)} %`}</dd>
        </div>
        <div>
          <dt>Queue</dt>
          <dd>
            {number.format(plugin.waiting)}
            {plugin.dropped > 0 && <small> {number.format(plugin.dropped)} dropped</small>}
          </dd>
        </div>
        <div>
          <dt>Sent</dt>
          <dd>
            {number.format(plugin.emitted)}
            {plugin.refused > 0 && <small> {number.format(plugin.refused)} refused</small>}
          </dd>
        </div>
        <div>
          <dt>Last event</dt>
          <dd>{plugin.lastEventAt ? ago(milliseconds(plugin.lastEventAt), now) : '–'}</dd>
        </div>
        <div>
          <dt>Restarts</dt>
          <dd>{plugin.restarts}</dd>
        </div>
      </dl>
      <details>
        <summary>What it may do</summary>
        <ul class="sentences">
          {plugin.permissions.map(({ name, sentence }) => (
            <li key={name}>{sentence}</li>
          ))}
          {plugin.permissions.length === 0 && <li>It asks for nothing beyond its own folder.</li>}
          <li class={plugin.sandbox === 'node' ? 'sentences--warn' : ''}>{sandboxWords[plugin.sandbox]}</li>
        </ul>
      </details>
      <details open={tone === 'bad'}>
        <summary>Last lines</summary>
        {plugin.lines.length === 0 ? (
          <p class="quiet">It has said nothing yet.</p>
        ) : (
          <ol class="log figures" tabIndex={0} aria-label={`Last lines of ${plugin.name}`}>
            {plugin.lines.map(({ time, level, text }, index) => (
              <li key={`${time}/${index}`} class={`log--${level}`}>
                <time>{clock(milliseconds(time))}</time> {text}
              </li>
            ))}
          </ol>
        )}
      </details>
      <Config config={plugin.config} />
      {task.error && <Fault error={task.error} />}
      {editing && (
        <ConfigDialog
          plugin={plugin}
          close={() => edit(false)}
          saved={() => {
            edit(false)
            reload()
          }}
        />
      )}
      <footer class="sheet__foot">
        {!off && (
          <button class="button button--small" type="button" disabled={task.busy} onClick={() => act('restart')}>
            Restart
          </button>
        )}
        {plugin.kind !== 'flows' && (
          <button class="button button--small" type="button" onClick={() => edit(true)}>
            Configure
          </button>
        )}
        {plugin.kind !== 'flows' && (
          <button
            class="button button--small"
            type="button"
            disabled={task.busy}
            onClick={() => act(off ? 'enable' : 'disable')}
          >
            {off ? 'Switch on' : 'Switch off'}
          </button>
        )}
      </footer>
    </li>
  )
}

/** What it was started with; the box covers the secrets. */
function Config({ config }: { config: unknown }) {
  const entries = Object.entries((config ?? {}) as Record<string, unknown>)
  if (entries.length === 0) return null
  return (
    <details>
      <summary>Configuration</summary>
      <dl class="config__list">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="code">{typeof value === 'string' ? value || '–' : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
