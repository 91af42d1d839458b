/** Tare and calibration of a scale: each plate with what it weighs at this moment. */
import { useEffect, useState } from 'preact/hooks'
import { get, json } from '../shared/api.ts'
import type { DeviceForm, DeviceListed } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useStream, useTask } from './data.ts'
import { pathOf } from './device-fields.tsx'
import { titleOf } from './device-words.ts'
import { Badge, Dialog } from './parts.tsx'
import type { Names } from './words.ts'

interface Weight {
  grams?: number
  stable: boolean
  fault?: string
}

const FAULTS: Record<string, string> = {
  overload: 'Too much rests on it',
  disconnected: 'Its load cell does not answer: see the wires',
  stuck: 'It says the very same again and again: unplug the board, plug it in again',
}
const grams = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, minimumFractionDigits: 1 })

export function ScaleDialog({ device, names, close }: { device: DeviceListed; names: Names; close: () => void }) {
  const task = useTask()
  const [slots, setSlots] = useState<string[]>([])
  const [weights, setWeights] = useState<ReadonlyMap<string, Weight>>(new Map())
  useEffect(() => {
    void task.run(async () => {
      const { config } = await get<DeviceForm>(`${pathOf(device)}/form`)
      setSlots(((config['plates'] ?? []) as { slot: string }[]).map(({ slot }) => slot))
    })
  }, [])
  useStream(['shelf.weights'], (events) => {
    const now = new Map(weights)
    for (const { source, data } of events) {
      if (source !== device.source) continue
      const { plates, faults = [] } = data as { plates: ({ slot: string } & Weight)[]; faults?: Fails[] }
      for (const { slot, ...weight } of plates) now.set(slot, weight)
      for (const { slot, fault } of faults) now.set(slot, { stable: false, fault })
    }
    setWeights(now)
  })
  const all = [...new Set([...slots, ...weights.keys()])]
  return (
    <Dialog title={`Weigh with ${titleOf(device)}`} close={close}>
      <div class="plates">
        {task.error && <Fault error={task.error} />}
        {device.state === 'offline' && (
          <p class="fault" role="alert">
            It is not connected. {device.reason}
          </p>
        )}
        {all.map((slot) => (
          <Plate key={slot} device={device} slot={slot} place={names.place(slot)} weight={weights.get(slot)} />
        ))}
        <p class="quiet">
          Both are kept over restarts. Tare again only when the plate itself, its liner or its dividers have changed.
        </p>
      </div>
    </Dialog>
  )
}
interface Fails {
  slot: string
  fault: string
}

function Plate({
  device,
  slot,
  place,
  weight,
}: {
  device: DeviceListed
  slot: string
  place: string
  weight: Weight | undefined
}) {
  const [known, setKnown] = useState('')
  const [said, say] = useState('')
  const task = useTask()
  const give = async (name: 'scale.tare' | 'scale.calibrate', params: object, done: string) => {
    say('')
    const body = { name, to: device.source, params: { slot, ...params } }
    if (await task.run(() => json('POST', '/commands', { body }))) say(done)
  }
  const calibrate = (event: SubmitEvent) => {
    event.preventDefault()
    const value = Number(known.replace(',', '.'))
    void give('scale.calibrate', { grams: value }, `Calibrated with ${grams.format(value)} g. Take the weight off.`)
  }
  return (
    <section class="plate" aria-label={`Plate of ${slot}`}>
      <header class="plate__head">
        <h3>
          {place} <span class="code quiet">{slot}</span>
        </h3>
        {weight?.fault === undefined && weight?.grams !== undefined && (
          <Badge tone={weight.stable ? 'good' : 'plain'}>{weight.stable ? 'At rest' : 'Moves'}</Badge>
        )}
      </header>
      {weight?.fault !== undefined ? (
        <p class="fault">{FAULTS[weight.fault] ?? weight.fault}.</p>
      ) : weight?.grams === undefined ? (
        <p>It does not know grams yet: do both steps.</p>
      ) : (
        <p class="plate__grams" aria-label="Weight now">
          {grams.format(weight.grams)} g
        </p>
      )}
      <div class="plate__steps">
        <div class="plate__step">
          <p>1. Take everything off and wait until it is at rest.</p>
          <button
            class="button"
            type="button"
            disabled={task.busy}
            onClick={() => void give('scale.tare', {}, 'Tared: what lies on it now counts as nothing.')}
          >
            Tare
          </button>
        </div>
        <form class="plate__step" onSubmit={calibrate}>
          <label class="field">
            <span>2. Put a known weight on, in g</span>
            <input
              class="input"
              inputMode="decimal"
              required
              pattern="[0-9]+([.,][0-9]+)?"
              title="Grams, such as 500"
              value={known}
              onInput={({ currentTarget }) => setKnown(currentTarget.value)}
            />
          </label>
          <button class="button button--main" type="submit" disabled={task.busy}>
            Calibrate
          </button>
        </form>
      </div>
      {task.error && <Fault error={task.error} />}
      {said && (
        <p class="note" role="status">
          {said}
        </p>
      )}
    </section>
  )
}
