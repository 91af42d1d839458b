import { useState } from 'preact/hooks'
import type { Fixture, Planogram, PlanogramSlot, SlotFound } from '../../../contract/index.ts'
import { json } from '../../shared/api.ts'
import { Fault } from '../../shared/ui.tsx'
import type { PageProps } from '../app.tsx'
import { useLiveQuery, useTask } from '../data.ts'
import { Answer, Dialog, Page, SureButton } from '../parts.tsx'
import { type Field, type Item, ItemForm } from './item-form.tsx'
import { Transfer } from './transfer.tsx'

type Open = { fixture: Fixture | 'new' } | { slot: PlanogramSlot | 'new'; of: string }

/** At so many pieces a slot is low, as docs/catalogue.md says. */
const lowAt = ({ lowCount, capacity }: PlanogramSlot): number =>
  lowCount ?? (capacity === undefined ? 1 : Math.floor(capacity / 4))

export function ShelvesPage({ plan }: PageProps) {
  const planogram = useLiveQuery<Planogram>('/planogram', ['shop.changed'], 60)
  const slots = useLiveQuery<SlotFound[]>('/slots', ['shop.changed', 'shelf.*'], 30)
  const [open, setOpen] = useState<Open>()
  const found = new Map((slots.data ?? []).map((one) => [one.slot, one]))
  const close = () => setOpen(undefined)
  const put = async (next: Planogram) => {
    await json('PUT', '/planogram', { body: next })
    close()
    planogram.reload()
    slots.reload()
  }
  return (
    <Page
      title="Shelves"
      lead="Which product belongs where, and how many stand there where a scale counts them."
      tools={
        <>
          <Transfer
            part="planogram"
            done={() => {
              planogram.reload()
              slots.reload()
            }}
          />
          <button class="button button--main" type="button" onClick={() => setOpen({ fixture: 'new' })}>
            Add a fixture
          </button>
        </>
      }
    >
      <Answer query={planogram}>
        {(data) =>
          data.fixtures.length === 0 ? (
            <div class="empty">
              <p>No shelf is known yet. Import your planogram as a CSV file, or add the first fixture and its slots.</p>
            </div>
          ) : (
            <div class="shelves">
              {data.fixtures.map((fixture) => (
                <FixtureCard
                  key={fixture.id}
                  fixture={fixture}
                  slots={data.slots.filter(({ slot }) => slot.startsWith(`${fixture.id}/`))}
                  found={found}
                  place={plan.zones.find(({ id }) => id === fixture.zone)?.name}
                  open={setOpen}
                />
              ))}
            </div>
          )
        }
      </Answer>
      {open && planogram.data && 'fixture' in open && (
        <FixtureDialog open={open.fixture} planogram={planogram.data} plan={plan} put={put} close={close} />
      )}
      {open && planogram.data && 'slot' in open && (
        <SlotDialog open={open.slot} fixture={open.of} planogram={planogram.data} put={put} close={close} />
      )}
    </Page>
  )
}

function FixtureCard({
  fixture,
  slots,
  found,
  place,
  open,
}: {
  fixture: Fixture
  slots: PlanogramSlot[]
  found: ReadonlyMap<string, SlotFound>
  place: string | undefined
  open: (what: Open) => void
}) {
  const shelves = Map.groupBy(slots, ({ slot }) => slot.split('/').slice(1, -1).join('/') || '1')
  return (
    <section class="sheet shelf-unit" aria-label={`Fixture ${fixture.name ?? fixture.id}`}>
      <header class="sheet__head">
        <div>
          <h2>{fixture.name ?? `Fixture ${fixture.id}`}</h2>
          <p class="quiet">
            <span class="code">{fixture.id}</span>
            {place && ` in ${place}`}
            {fixture.screen && `, screen ${fixture.screen}`}
          </p>
        </div>
        <div class="page__tools">
          <button class="button button--small" type="button" onClick={() => open({ slot: 'new', of: fixture.id })}>
            Add a slot
          </button>
          <button class="button button--small" type="button" onClick={() => open({ fixture })}>
            Edit
          </button>
        </div>
      </header>
      {slots.length === 0 && <p class="quiet">It has no slots yet.</p>}
      {[...shelves].map(([shelf, on]) => (
        <div class="shelf" key={shelf}>
          <span class="label shelf__name">Shelf {shelf}</span>
          <ul class="shelf__slots">
            {on.map((slot) => (
              <li key={slot.slot} style={{ flexGrow: slot.facings ?? 1 }}>
                <SlotTile slot={slot} found={found.get(slot.slot)} edit={() => open({ slot, of: fixture.id })} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function SlotTile({ slot, found, edit }: { slot: PlanogramSlot; found: SlotFound | undefined; edit: () => void }) {
  const count = found?.count
  const state = count === undefined ? 'unknown' : count === 0 ? 'empty' : count <= lowAt(slot) ? 'low' : 'full'
  const words = {
    unknown: 'not counted',
    empty: 'Empty',
    low: `${count} left`,
    full: `${count} there`,
  }[state]
  return (
    <button class={`slot slot--${state}`} type="button" onClick={edit}>
      <span class="slot__name">{found?.name ?? slot.products[0]}</span>
      <span class="slot__count figures">
        {words}
        {slot.capacity !== undefined && count ? <span> of {slot.capacity}</span> : null}
      </span>
      <span class="slot__path code">{slot.slot}</span>
      {slot.capacity !== undefined && count !== undefined && (
        <meter min={0} max={slot.capacity} value={Math.min(count, slot.capacity)} aria-label={`${slot.slot} filled`} />
      )}
    </button>
  )
}

interface DialogProps {
  planogram: Planogram
  put: (next: Planogram) => Promise<void>
  close: () => void
}

function FixtureDialog({
  open,
  planogram,
  plan,
  put,
  close,
}: DialogProps & { open: Fixture | 'new'; plan: PageProps['plan'] }) {
  const task = useTask()
  const before = open === 'new' ? undefined : open
  const others = planogram.fixtures.filter((one) => one !== before)
  const fields: Field[] = [
    { at: 'id', label: 'Id', required: true, fixed: before !== undefined, hint: 'What its slots begin with: A' },
    { at: 'name', label: 'Name', hint: 'Dairy wall' },
    { at: 'zone', label: 'Zone', options: plan.zones },
    { at: 'screen', label: 'Screen beside it', options: plan.screens },
  ]
  const save = (item: Item) => put({ ...planogram, fixtures: [...others, item as Fixture] })
  const remove = () => {
    const slots = planogram.slots.filter(({ slot }) => !slot.startsWith(`${before?.id ?? ''}/`))
    void task.run(() => put({ fixtures: others, slots }))
  }
  return (
    <Dialog title={before ? (before.name ?? `Fixture ${before.id}`) : 'A new fixture'} close={close}>
      <ItemForm
        item={{ ...before }}
        fields={fields}
        save={save}
        tools={
          before && (
            <SureButton sure="Remove it with its slots" disabled={task.busy} act={remove}>
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

function SlotDialog({
  open,
  fixture,
  planogram,
  put,
  close,
}: DialogProps & { open: PlanogramSlot | 'new'; fixture: string }) {
  const task = useTask()
  const before = open === 'new' ? undefined : open
  const others = planogram.slots.filter((one) => one !== before)
  const fields: Field[] = [
    { at: 'slot', label: 'Slot', required: true, hint: `Fixture, shelf and slot: ${fixture}/3/2` },
    {
      at: 'products',
      label: 'Products',
      kind: 'list',
      required: true,
      hint: 'Ids or bar codes; the first is the one that the slot is for',
    },
    { at: 'facings', label: 'Facings', kind: 'number', hint: 'Pieces side by side' },
    { at: 'capacity', label: 'How many fit', kind: 'number' },
    { at: 'lowCount', label: 'Low at', kind: 'number', hint: 'A quarter of what fits where it is empty' },
  ]
  const save = (item: Item) => put({ ...planogram, slots: [...others, item as PlanogramSlot] })
  return (
    <Dialog title={before ? `Slot ${before.slot}` : 'A new slot'} close={close}>
      <ItemForm
        item={before ? { ...before } : { slot: `${fixture}/` }}
        fields={fields}
        save={save}
        tools={
          before && (
            <SureButton
              sure="Take it out"
              disabled={task.busy}
              act={() => void task.run(() => put({ ...planogram, slots: others }))}
            >
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
