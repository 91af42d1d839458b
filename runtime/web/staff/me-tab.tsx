import { useState } from 'preact/hooks'
import { asApiError, json, type ApiError } from '../shared/api.ts'
import { hourAndMinute, milliseconds } from '../shared/time.ts'
import type { StaffMe } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { askPermission, permission } from './notify.ts'
import type { TabProps } from './now-tab.tsx'

const choices = [
  ['available', 'Available', 'Call me'],
  ['busy', 'Busy', 'Others first'],
  ['break', 'Break', 'Only when nobody else is there and it is urgent'],
] as const

/** Whether one may be disturbed, how often one was, and what the box knows. */
export function MeTab({ view, who, place }: TabProps & { who: string }) {
  const [error, setError] = useState<ApiError>()
  const { me } = view
  if (!me) return <p class="tab quiet">The box has not answered yet.</p>
  const set = (change: Partial<Pick<StaffMe, 'availability' | 'quiet'>>) => {
    json('PUT', `/staff/${encodeURIComponent(who)}/availability`, { body: change }).then(
      () => setError(undefined),
      (thrown: unknown) => setError(asApiError(thrown)),
    )
  }
  const { used, alertsPerHour, held, roomAt } = me.attention
  const titles = new Map([...view.tasks, ...view.notices].map(({ id, title }) => [id, title]))
  return (
    <div class="tab">
      <h1 class="tab__title">{me.name}</h1>
      <p class="quiet">
        {me.onShift
          ? `On shift${me.shiftEndsAt ? ` until ${hourAndMinute(milliseconds(me.shiftEndsAt))}` : ''}`
          : 'Off shift: nobody calls you.'}
      </p>
      {error && <Fault error={error} />}
      <fieldset class="choices" disabled={!me.onShift}>
        <legend class="label">I am</legend>
        {choices.map(([value, name, meaning]) => (
          <label key={value} class="choice">
            <input
              type="radio"
              name="availability"
              checked={me.availability === value}
              onChange={() => set({ availability: value })}
            />
            <strong>{name}</strong>
            <span class="quiet">{meaning}</span>
          </label>
        ))}
        <label class="choice">
          <input type="checkbox" checked={me.quiet} onChange={() => set({ quiet: !me.quiet })} />
          <strong>Quiet</strong>
          <span class="quiet">Only what is urgent makes a sound</span>
        </label>
      </fieldset>
      <Notifications />
      <section>
        <h2 class="label">Attention</h2>
        <p>
          {used} of {alertsPerHour} alerts within the last hour.
          {roomAt && ` Room again at ${hourAndMinute(milliseconds(roomAt))}.`}
        </p>
        <meter
          min={0}
          max={alertsPerHour}
          value={Math.min(used, alertsPerHour)}
          aria-label="Alerts within the last hour"
        />
        {held.length > 0 && (
          <ol class="held">
            {held.map(({ id, reason }) => (
              <li key={id}>
                <strong>{titles.get(id) ?? 'Something'}</strong> <span class="quiet">{reason}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section>
        <h2 class="label">What the box knows of me</h2>
        <ul class="facts">
          <li>
            {me.badges === 0
              ? 'No badge is registered for me.'
              : `My badge tells my zone only while I am on shift${me.zone ? `: ${place(me.zone)} now` : ''}. Off shift it is a stranger’s.`}
          </li>
          <li>
            {[...me.roles, ...me.groups, ...me.skills].length > 0
              ? `Asked for as: ${[...me.roles, ...me.groups, ...me.skills].join(', ')}.`
              : 'No roles or skills.'}
          </li>
          <li>How often I was disturbed is kept for an hour. Nobody is scored by it.</li>
        </ul>
      </section>
    </div>
  )
}

/** Leave is asked for by a tap here and nowhere else. */
function Notifications() {
  const [now, setNow] = useState(permission)
  return (
    <section>
      <h2 class="label">While the page is not in view</h2>
      {now === 'ask' ? (
        <button
          type="button"
          class="job__button"
          onClick={() => {
            askPermission().then(setNow, () => setNow(permission()))
          }}
        >
          Notify me on this device
        </button>
      ) : (
        <p>{notificationWords[now]}</p>
      )}
    </section>
  )
}

const notificationWords = {
  granted: 'This device notifies you. A notification never names a customer.',
  never: 'Notifications are off for this page. The settings of the browser switch them on.',
  cannot: 'This device cannot notify you: the browser needs HTTPS for it. Keep the page open.',
}
