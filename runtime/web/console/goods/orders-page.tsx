import { useState } from 'preact/hooks'
import type { Delivery, Order } from '../../../contract/index.ts'
import { json } from '../../shared/api.ts'
import { dateAndTime, milliseconds } from '../../shared/time.ts'
import { Fault } from '../../shared/ui.tsx'
import { useLiveQuery, useTask } from '../data.ts'
import { Answer, Badge, Dialog, Page, SureButton } from '../parts.tsx'
import { type Field, type Item, ItemForm } from './item-form.tsx'
import { Transfer } from './transfer.tsx'

const when = (moment: string | undefined): string => (moment === undefined ? '' : dateAndTime(milliseconds(moment)))

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** `2 oat-milk` on a line each; without a number it is one. */
const linesOf = (text: unknown): { product: string; count: number }[] =>
  textOf(text)
    .split('\n')
    .map((line) => /^\s*(?:(\d+)\s*[x×]?\s+)?(\S+)\s*$/.exec(line))
    .flatMap((match) => (match?.[2] ? [{ count: Number(match[1] ?? 1), product: match[2] }] : []))

const linesField: Field = {
  at: 'lines',
  label: 'What, a line each',
  kind: 'area',
  required: true,
  hint: 'How many, then the id or bar code: 2 oat-milk',
}
/** A moment of a form is by the clock of the browser; the box wants RFC 3339. */
const momentOf = (given: unknown): object => {
  const time = Date.parse(textOf(given))
  // What is no moment goes as it is: the box says so.
  return given === undefined ? {} : { dueAt: Number.isNaN(time) ? textOf(given) : new Date(time).toISOString() }
}

export function OrdersPage() {
  const orders = useLiveQuery<Order[]>('/orders', ['order.*', 'shop.changed'], 30)
  const deliveries = useLiveQuery<Delivery[]>('/deliveries', ['shop.changed'], 60)
  const [adding, setAdding] = useState<'order' | 'delivery'>()
  const close = () => setAdding(undefined)
  const open = (order: Order) => (order.state ?? 'open') === 'open'
  const addOrder = async ({ id, dueAt, lines }: Item) => {
    await json('POST', '/orders', { body: { id, ...momentOf(dueAt), lines: linesOf(lines) } })
    close()
    orders.reload()
  }
  const addDelivery = async ({ id, supplier, dueAt, lines }: Item) => {
    const delivery = { id, ...(supplier ? { supplier } : {}), ...momentOf(dueAt), lines: linesOf(lines) }
    await json('PUT', '/deliveries', { body: [...(deliveries.data ?? []), delivery] })
    close()
    deliveries.reload()
  }
  return (
    <>
      <Page
        title="Orders"
        lead="What is to be picked for somebody. An order names no customer."
        tools={
          <>
            <Transfer part="orders" done={orders.reload} />
            <button class="button button--main" type="button" onClick={() => setAdding('order')}>
              Open an order
            </button>
          </>
        }
      >
        <Answer
          query={orders}
          empty={<p>No order is to be picked. A web shop can open one by the API, or you here.</p>}
        >
          {(list) => (
            <ul class="cards">
              {list
                .toSorted(
                  (a, b) => Number(open(b)) - Number(open(a)) || (b.placedAt ?? '').localeCompare(a.placedAt ?? ''),
                )
                .slice(0, 60)
                .map((order) => (
                  <OrderCard key={order.id} order={order} reload={orders.reload} />
                ))}
            </ul>
          )}
        </Answer>
      </Page>
      <section class="goods-second" aria-label="Deliveries">
        <Page
          title="Deliveries"
          lead="What comes next, so that an associate can say when."
          tools={
            <>
              <Transfer part="deliveries" done={deliveries.reload} />
              <button class="button" type="button" onClick={() => setAdding('delivery')}>
                Add a delivery
              </button>
            </>
          }
        >
          <Answer query={deliveries} empty={<p>No delivery is known. Import what your supplier has announced.</p>}>
            {(list) => (
              <ul class="cards">
                {list
                  .toSorted((a, b) => milliseconds(a.dueAt) - milliseconds(b.dueAt))
                  .map((delivery) => (
                    <DeliveryCard key={delivery.id} delivery={delivery} list={list} reload={deliveries.reload} />
                  ))}
              </ul>
            )}
          </Answer>
        </Page>
      </section>
      {adding === 'order' && (
        <Dialog title="A new order" close={close}>
          <ItemForm
            item={{}}
            fields={[
              { at: 'id', label: 'Number', required: true, hint: 'Lower-case, without blanks: w-1042' },
              { at: 'dueAt', label: 'Due', hint: '2026-06-12 09:00' },
              linesField,
            ]}
            save={addOrder}
            submit="Open it"
          />
        </Dialog>
      )}
      {adding === 'delivery' && (
        <Dialog title="A new delivery" close={close}>
          <ItemForm
            item={{}}
            fields={[
              { at: 'id', label: 'Number', required: true },
              { at: 'supplier', label: 'Supplier' },
              { at: 'dueAt', label: 'Due', required: true, hint: '2026-06-12 09:00' },
              linesField,
            ]}
            save={addDelivery}
            submit="Add it"
          />
        </Dialog>
      )}
    </>
  )
}

function OrderCard({ order, reload }: { order: Order; reload: () => void }) {
  const task = useTask()
  const state = order.state ?? 'open'
  return (
    <li class="sheet">
      <header class="sheet__head">
        <div>
          <h2>{order.id}</h2>
          <p class="quiet figures">{order.dueAt ? `Due ${when(order.dueAt)}` : when(order.placedAt)}</p>
        </div>
        <Badge tone={state === 'open' ? 'warn' : state === 'done' ? 'good' : 'plain'}>{state}</Badge>
      </header>
      <ul class="goods-lines">
        {order.lines.map(({ product, count, picked = 0 }) => (
          <li key={product} class={picked >= count ? 'quiet' : ''}>
            <span>{product}</span>
            <span class="figures">
              {picked} of {count}
            </span>
          </li>
        ))}
      </ul>
      {task.error && <Fault error={task.error} />}
      {state === 'open' && (
        <div class="sheet__foot">
          <SureButton
            sure="Cancel it"
            disabled={task.busy}
            act={() =>
              void task
                .run(() => json('PATCH', `/orders/${encodeURIComponent(order.id)}`, { body: { state: 'cancelled' } }))
                .then(reload)
            }
          >
            Cancel
          </SureButton>
        </div>
      )}
    </li>
  )
}

function DeliveryCard({
  delivery,
  list,
  reload,
}: {
  delivery: Delivery
  list: readonly Delivery[]
  reload: () => void
}) {
  const task = useTask()
  const { id, supplier, dueAt, lines, received = false } = delivery
  const receive = () => {
    const next = list.map((one) => (one === delivery ? { ...one, received: !received } : one))
    void task.run(() => json('PUT', '/deliveries', { body: next })).then(reload)
  }
  return (
    <li class="sheet">
      <header class="sheet__head">
        <div>
          <h2>{supplier ?? id}</h2>
          <p class="quiet figures">
            {when(dueAt)} <span class="code">{id}</span>
          </p>
        </div>
        {received && <Badge tone="good">received</Badge>}
      </header>
      <ul class="goods-lines">
        {lines.slice(0, 12).map(({ product, count }) => (
          <li key={product}>
            <span>{product}</span>
            <span class="figures">{count}</span>
          </li>
        ))}
        {lines.length > 12 && <li class="quiet">and {lines.length - 12} more</li>}
      </ul>
      {task.error && <Fault error={task.error} />}
      <div class="sheet__foot">
        <button class="button button--small" type="button" disabled={task.busy} onClick={receive}>
          {received ? 'Not received after all' : 'It has come'}
        </button>
      </div>
    </li>
  )
}
