import { useState } from 'preact/hooks'
import type { Cabinet } from '../../../contract/index.ts'
import { degrees, profileLimits, type TemperatureUnit, temperatureUnit } from '../../../contract/units.ts'
import { json } from '../../shared/api.ts'
import { Fault } from '../../shared/ui.tsx'
import type { PageProps } from '../app.tsx'
import type { DeviceListed } from '../../shared/types.ts'
import { useLiveQuery, useQuery, useTask } from '../data.ts'
import { href } from '../route.ts'
import { Answer, Badge, Dialog, Page, SureButton } from '../parts.tsx'
import { type Field, type Item, ItemForm } from './item-form.tsx'
import { Transfer } from './transfer.tsx'

const profilesIn = (unit: TemperatureUnit) => [
  { id: 'chilled', name: `Chilled, up to ${degrees(profileLimits.chilled, unit)}` },
  { id: 'poultry', name: `Poultry, up to ${degrees(profileLimits.poultry, unit)}` },
  { id: 'frozen', name: `Frozen, up to ${degrees(profileLimits.frozen, unit)}` },
  { id: 'custom', name: 'Custom: the limit below' },
]

const MEASURE = ['thermometer', 'one-wire', 'probe', 'air']

/** As GET /probes answers. */
interface Probe {
  probe: string
  celsius?: number
  open?: boolean
  stale: boolean
}

/**
 * What may look after a cabinet: whatever was heard to measure so, of any plugin, with what it says now; devices of the
 * right kind that have not spoken yet; and what the cabinet already names, though nothing is heard of it.
 */
function choices(
  heard: readonly { id: string; says: string }[],
  devices: readonly DeviceListed[],
  kinds: readonly string[],
  named: readonly string[],
) {
  const nameOf = (id: string) => {
    const name = devices.find((device) => device.id === id && !device.found)?.name
    return name === undefined ? id : `${name} (${id})`
  }
  const silent = devices.flatMap(({ found, kind = '', id }) => (!found && kinds.includes(kind) ? [id] : []))
  const says = new Map([
    ...named.map((id) => [id, 'nothing heard'] as const),
    ...silent.map((id) => [id, 'nothing heard yet'] as const),
    ...heard.map(({ id, says: words }) => [id, words] as const),
  ])
  return [...says]
    .map(([id, words]) => ({ id, name: `${nameOf(id)}: ${words}` }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/** What a cabinet names and nobody has heard of, such as a probe with a slip of the pen. */
const silentOf = ({ air, product, door }: Cabinet, heard: readonly Probe[] | undefined): string[] =>
  heard
    ? [...air, product, door].filter((id): id is string => id !== undefined && !heard.some(({ probe }) => probe === id))
    : []

export function CabinetsPage({ plan, names, item }: PageProps) {
  const devices = useQuery<DeviceListed[]>('/devices', 15).data ?? []
  const heard = useQuery<Probe[]>('/probes', 15)
  const cabinets = useLiveQuery<Cabinet[]>('/cabinets', ['shop.changed'], 60)
  const unit = temperatureUnit(plan.locale)
  const [chosen, setOpen] = useState<Cabinet | 'new'>()
  /** Named by the link that leads here. */
  const open = chosen ?? cabinets.data?.find(({ id }) => id === item)
  const close = () => {
    setOpen(undefined)
    if (item !== undefined) location.replace(href('cabinets'))
  }
  const put = async (next: Cabinet[]) => {
    await json('PUT', '/cabinets', { body: next })
    close()
    cabinets.reload()
  }
  return (
    <Page
      title="Cabinets"
      lead="Fridges and freezers: how cold each must be, which probes look after it, and who is called."
      tools={
        <>
          <Transfer part="cabinets" done={cabinets.reload} />
          <button class="button button--main" type="button" onClick={() => setOpen('new')}>
            Add a cabinet
          </button>
        </>
      }
    >
      <Answer
        query={cabinets}
        empty={<p>No cabinet is known yet. Add the first with the probe in its air, or import a list of them.</p>}
      >
        {(list) => (
          <ul class="cards">
            {list.map((cabinet) => {
              const unheard = silentOf(cabinet, heard.data)
              const limit = cabinet.limitCelsius ?? profileLimits[cabinet.profile]
              return (
                <li key={cabinet.id} class="sheet">
                  <header class="sheet__head">
                    <div>
                      <h2>{cabinet.name}</h2>
                      <p class="quiet">
                        {plan.zones.find(({ id }) => id === cabinet.zone)?.name ?? ''}{' '}
                        <span class="code">{cabinet.id}</span>
                      </p>
                    </div>
                    <Badge tone="plain">{degrees(limit, unit)}</Badge>
                  </header>
                  <dl class="facts">
                    <div>
                      <dt>Air</dt>
                      <dd>{cabinet.air.map(names.device).join(', ')}</dd>
                    </div>
                    <div>
                      <dt>Product</dt>
                      <dd>{cabinet.product === undefined ? 'reckoned from the air' : names.device(cabinet.product)}</dd>
                    </div>
                    <div>
                      <dt>Door</dt>
                      <dd>{cabinet.door === undefined ? 'no contact' : names.device(cabinet.door)}</dd>
                    </div>
                  </dl>
                  {unheard.length > 0 && (
                    <p class="goods-warning">
                      Nothing is heard of {unheard.join(', ')}: see under <a href={href('devices')}>Devices</a> whether
                      it is there, or name another here.
                    </p>
                  )}
                  <div class="sheet__foot">
                    <button class="button button--small" type="button" onClick={() => setOpen(cabinet)}>
                      Edit
                    </button>
                  </div>
                </li>
              )
            })}
          </ul>
        )}
      </Answer>
      {open && cabinets.data && (
        <CabinetDialog
          open={open}
          list={cabinets.data}
          devices={devices}
          heard={heard.data ?? []}
          unit={unit}
          zones={plan.zones}
          put={put}
          close={close}
        />
      )}
    </Page>
  )
}

function CabinetDialog({
  open,
  list,
  devices,
  heard,
  unit,
  zones,
  put,
  close,
}: {
  open: Cabinet | 'new'
  devices: readonly DeviceListed[]
  heard: readonly Probe[]
  unit: TemperatureUnit
  list: readonly Cabinet[]
  zones: PageProps['plan']['zones']
  put: (next: Cabinet[]) => Promise<void>
  close: () => void
}) {
  const task = useTask()
  const before = open === 'new' ? undefined : open
  const others = list.filter((one) => one !== before)
  const thermometers = heard.flatMap(({ probe: id, celsius, stale }) =>
    celsius === undefined ? [] : [{ id, says: stale ? 'silent now' : degrees(celsius, unit) }],
  )
  const doors = heard.flatMap(({ probe: id, open: isOpen, stale }) =>
    isOpen === undefined ? [] : [{ id, says: `${isOpen ? 'open' : 'closed'}${stale ? ' when last heard' : ''}` }],
  )
  const measuring = before ? [...before.air, ...(before.product === undefined ? [] : [before.product])] : []
  const probes = choices(thermometers, devices, MEASURE, measuring)
  const contacts = choices(doors, devices, ['contact'], before?.door === undefined ? [] : [before.door])
  const fields: Field[] = [
    { at: 'name', label: 'Name', required: true },
    { at: 'id', label: 'Id', required: true, fixed: before !== undefined, hint: 'Lower-case, without blanks: dairy-1' },
    { at: 'profile', label: 'How cold', options: profilesIn(unit), required: true },
    { at: 'limitCelsius', label: 'Limit, °C', kind: 'number', hint: 'Only where it is not that of the profile' },
    { at: 'lowestCelsius', label: 'Never below, °C', kind: 'number', hint: 'Lettuce freezes' },
    { at: 'zone', label: 'Zone', options: zones },
    {
      at: 'air',
      label: 'Probes in its air',
      kind: 'many',
      options: probes,
      required: true,
      hint:
        probes.length > 0
          ? 'Of several the warmest counts.'
          : 'There is none yet: adopt a thermometer under Devices, then come back.',
    },
    { at: 'product', label: 'Probe in a product', options: probes },
    { at: 'door', label: 'Contact on its door', options: contacts },
    { at: 'delayMinutes', label: 'Minutes before somebody is called', kind: 'number' },
    { at: 'deadbandCelsius', label: 'Recovered when so far below, °C', kind: 'number' },
    { at: 'productMinutes', label: 'How slowly its goods follow, minutes', kind: 'number' },
    { at: 'doorOpenMinutes', label: 'Door open too long, minutes', kind: 'number' },
    { at: 'defrostMinutes', label: 'Longest defrost, minutes', kind: 'number' },
    { at: 'roles', label: 'Who is called, in turn', kind: 'list', hint: 'Roles; everybody on shift where it is empty' },
  ]
  return (
    <Dialog title={before ? before.name : 'A new cabinet'} close={close}>
      <ItemForm
        item={{ profile: 'chilled', ...before }}
        fields={fields}
        save={(item: Item) => put([...others, item as Cabinet])}
        tools={
          before && (
            <SureButton sure="Remove it" disabled={task.busy} act={() => void task.run(() => put(others))}>
              Remove
            </SureButton>
          )
        }
      >
        {task.error && <Fault error={task.error} />}
      </ItemForm>
    </Dialog>
  )
}
