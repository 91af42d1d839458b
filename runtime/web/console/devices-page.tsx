import { useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import { ago, milliseconds } from '../shared/time.ts'
import type { DeviceListed } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import type { PageProps } from './app.tsx'
import { useLiveQuery, useQuery, useTask } from './data.ts'
import { AddDialog } from './add-dialog.tsx'
import { AdoptDialog } from './adopt-dialog.tsx'
import { ReplaceDialog, SettingsDialog, TestDialog } from './device-dialogs.tsx'
import { pathOf } from './device-fields.tsx'
import { kindOf, modelOf, STATES, titleOf } from './device-words.ts'
import { ScaleDialog } from './scale-dialog.tsx'
import { ViewDialog } from './view-dialog.tsx'
import { Answer, Badge, Page, SureButton } from './parts.tsx'
import { sentence } from './words.ts'

type Open = { what: 'adopt' | 'test' | 'replace' | 'settings' | 'weigh' | 'view'; source: string } | undefined

/** What needs a look comes first. */
const ORDER: Record<DeviceListed['state'], number> = {
  offline: 0,
  suspect: 1,
  stale: 2,
  unknown: 3,
  discovered: 4,
  online: 5,
}

export function DevicesPage({ plan, names }: PageProps) {
  const devices = useLiveQuery<DeviceListed[]>('/devices', ['device.*'], 3)
  const wrong = useQuery<{ message: string; remedy: string }[]>('/devices/profiles/wrong', 10)
  const now = useNow(5)
  const [open, setOpen] = useState<Open>()
  const [adding, add] = useState(false)
  const [hiddenToo, showHidden] = useState(false)
  const all = devices.data ?? []
  const found = all.filter((one) => one.found && (hiddenToo || !one.hidden))
  const hidden = all.filter((one) => one.found && one.hidden).length
  const used = all.filter((one) => !one.found).toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
  const current = all.find(({ source }) => source === open?.source)
  // This list is read anew after a change; the console's own names a while later.
  const called = new Map(all.map(({ id, name }) => [id, name]))
  const fresh = { ...names, device: (id: string) => called.get(id) ?? names.device(id) }
  const close = () => setOpen(undefined)
  const done = () => {
    close()
    add(false)
    devices.reload()
  }
  const card = (device: DeviceListed) => (
    <DeviceCard
      key={device.source}
      device={device}
      now={now}
      zone={device.zone === undefined ? undefined : names.zone(device.zone)}
      said={
        device.last &&
        sentence({ ...device.last, id: '', source: device.source, subject: device.id, privacy: 'none' }, fresh)
      }
      open={(what) => setOpen({ what, source: device.source })}
      reload={devices.reload}
    />
  )
  return (
    <Page
      title="Devices"
      lead="What was found and waits to be adopted, and what is in use."
      tools={
        <button class="button" type="button" onClick={() => add(true)}>
          Add by hand
        </button>
      }
    >
      {wrong.data?.map(({ message, remedy }) => (
        <div key={message} class="fault" role="alert">
          <strong>A profile of this box is left out: {message}</strong>
          <span>{remedy}</span>
        </div>
      ))}
      <section aria-labelledby="found" class="devices">
        <header class="devices__head">
          <h2 id="found">Found</h2>
          {hidden > 0 && (
            <button
              class="button button--small"
              type="button"
              aria-pressed={hiddenToo}
              onClick={() => showHidden(!hiddenToo)}
            >
              {hiddenToo ? 'Leave out what is hidden' : `Show ${hidden} hidden`}
            </button>
          )}
        </header>
        <Answer query={devices}>
          {() =>
            found.length === 0 ? (
              <div class="empty">
                <p>
                  Nothing new. Put the battery into a sensor, plug in a scale, or bring up a gateway: it shows here
                  within seconds. A camera or a board on the network does not: add it by hand.
                </p>
              </div>
            ) : (
              <ul class="cards">{found.map(card)}</ul>
            )
          }
        </Answer>
      </section>
      {used.length > 0 && (
        <section aria-labelledby="used" class="devices">
          <h2 id="used">In use</h2>
          <ul class="cards">{used.map(card)}</ul>
        </section>
      )}
      {current && open?.what === 'adopt' && <AdoptDialog device={current} plan={plan} close={close} done={done} />}
      {current && open?.what === 'settings' && (
        <SettingsDialog device={current} plan={plan} close={close} done={done} />
      )}
      {current && open?.what === 'replace' && (
        <ReplaceDialog device={current} devices={all} close={close} done={done} />
      )}
      {adding && <AddDialog plan={plan} close={() => add(false)} done={done} />}
      {current && open?.what === 'weigh' && <ScaleDialog device={current} names={names} close={close} />}
      {current && open?.what === 'view' && <ViewDialog device={current} close={close} />}
      {current && open?.what === 'test' && <TestDialog device={current} close={close} />}
    </Page>
  )
}

function DeviceCard({
  device,
  now,
  zone,
  said,
  open,
  reload,
}: {
  device: DeviceListed
  now: number
  zone: string | undefined
  said: string | undefined
  open: (what: NonNullable<Open>['what']) => void
  reload: () => void
}) {
  const task = useTask()
  const { state, reason, since, lastEventAt, found, adopted, battery, can, hidden, documentation } = device
  const { tone, words } = STATES[state]
  const model = modelOf(device)
  const post = (what: string) => void task.run(() => json('POST', `${pathOf(device)}/${what}`)).then(reload)
  const button = (label: string, act: () => void, main = false) => (
    <button
      class={`button button--small ${main ? 'button--main' : ''}`}
      type="button"
      disabled={task.busy}
      onClick={act}
    >
      {label}
    </button>
  )
  const placed = device.kind === 'gateway' || device.kind === 'adapter'
  return (
    <li class="sheet device">
      <header class="sheet__head">
        <div>
          <h3>{titleOf(device)}</h3>
          <p class="quiet">{[kindOf(device), model, zone].filter(Boolean).join(' · ')}</p>
        </div>
        <Badge tone={found ? 'plain' : tone}>{found ? 'Found' : words}</Badge>
      </header>
      {reason && <p class={tone === 'bad' ? 'fault' : 'note note--warn'}>{reason}</p>}
      {found?.detail && <p>{found.detail}</p>}
      {!found && said && <p class="device__said">{said}</p>}
      <p class="quiet device__small">
        <span class="code">{device.source}</span>
        {found ? (
          <span>found {ago(milliseconds(found.at), now)}</span>
        ) : (
          lastEventAt && <span>last word {ago(milliseconds(lastEventAt), now)}</span>
        )}
        {!found && since && state !== 'online' && (
          <span>so for {ago(milliseconds(since), now).replace(' ago', '')}</span>
        )}
        {battery && (
          <span>
            {battery.count} × {battery.type}
          </span>
        )}
        {documentation && (
          <a href={documentation} target="_blank" rel="noopener noreferrer">
            Data sheet
          </a>
        )}
      </p>
      {task.error && <Fault error={task.error} />}
      <footer class="sheet__foot">
        {found && button('Adopt', () => open('adopt'), true)}
        {can.weigh && !found && button('Tare and calibrate', () => open('weigh'))}
        {can.see && !found && button('Show picture', () => open('view'))}
        {button('Test', () => open('test'))}
        {can.identify && !found && button('Identify', () => post('identify'))}
        {found && (hidden ? button('Show again', () => post('show')) : button('Hide', () => post('hide')))}
        {adopted && button('Settings', () => open('settings'))}
        {adopted && button('Replace', () => open('replace'))}
        {!adopted && !found && placed && button('Settings', () => open('settings'))}
        {!adopted && !found && device.kind === 'gateway' && button('Replace', () => open('replace'))}
        {(adopted || (!found && device.kind === 'gateway')) && (
          <SureButton
            sure="Forget it"
            disabled={task.busy}
            act={() => void task.run(() => json('DELETE', pathOf(device))).then(reload)}
          >
            Forget
          </SureButton>
        )}
      </footer>
      {!can.identify && adopted && (
        <p class="quiet device__small">
          It cannot show itself: there is nothing in it that could blink or beep when asked.
        </p>
      )}
    </li>
  )
}
