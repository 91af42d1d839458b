import { useEffect, useState } from 'preact/hooks'
import type { Product, ProductFound } from '../../../contract/index.ts'
import { gtinFault } from '../../../contract/gtin.ts'
import { json, mediaUrl } from '../../shared/api.ts'
import { dateAndTime, milliseconds } from '../../shared/time.ts'
import type { MediaFile } from '../../shared/types.ts'
import { Fault } from '../../shared/ui.tsx'
import { useLiveQuery, useTask } from '../data.ts'
import { Answer, Dialog, Page, SureButton } from '../parts.tsx'
import { type Field, ItemForm } from './item-form.tsx'
import { Transfer } from './transfer.tsx'

const SHOWN = 100
const PAUSE_MILLISECONDS = 150

/** A text once it has rested. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [text])
  return rested
}

export const money = ({ amount, currency }: NonNullable<Product['price']>): string =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount)

export function ProductsPage() {
  const [typed, setTyped] = useState('')
  const query = useRested(typed)
  const path = `/products?limit=${SHOWN}&query=${encodeURIComponent(query)}`
  const products = useLiveQuery<ProductFound[]>(path, ['shop.changed', 'shelf.counted'], 60)
  const [open, setOpen] = useState<ProductFound | 'new'>()
  const close = () => setOpen(undefined)
  const saved = () => {
    close()
    products.reload()
  }
  return (
    <Page
      title="Products"
      lead="What the shop sells: name, price, bar code, and the weight by which a shelf scale knows it."
      tools={
        <>
          <Transfer part="products" done={products.reload} />
          <button class="button button--main" type="button" onClick={() => setOpen('new')}>
            Add a product
          </button>
        </>
      }
    >
      <label class="field">
        <span>Find</span>
        <input
          class="input"
          type="search"
          value={typed}
          placeholder="Name, brand, category, bar code or id"
          autoComplete="off"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <Answer
        query={products}
        empty={
          query === '' ? (
            <p>There are no products yet. Import your catalogue as a CSV file, or add the first product.</p>
          ) : (
            <p>No product is called “{query}”. Try fewer letters, or the number below the bar code.</p>
          )
        }
      >
        {(list) => (
          <>
            <ul class="sheet goods-list">
              {list.map((found) => (
                <ProductRow key={found.product.id} found={found} open={() => setOpen(found)} />
              ))}
            </ul>
            {list.length === SHOWN && (
              <p class="quiet">These are the first {SHOWN}. Type a part of a name to find the others.</p>
            )}
          </>
        )}
      </Answer>
      {open && <ProductDialog found={open === 'new' ? undefined : open} close={close} saved={saved} />}
    </Page>
  )
}

function ProductRow({ found: { product, slots, nextDelivery }, open }: { found: ProductFound; open: () => void }) {
  const counted = slots.filter(({ count }) => count !== undefined)
  const stock = counted.reduce((sum, { count = 0 }) => sum + count, 0)
  return (
    <li>
      <button class="goods-row" type="button" onClick={open}>
        {product.picture ? (
          <img src={mediaUrl(product.picture)} alt="" loading="lazy" />
        ) : (
          <span class="goods-row__none" aria-hidden="true" />
        )}
        <span class="goods-row__name">
          <strong>{product.name}</strong>
          <small class="quiet">
            {[product.brand, product.category].filter(Boolean).join(' · ')}{' '}
            <span class="code">{product.gtin ?? product.id}</span>
          </small>
        </span>
        <span class="goods-row__place">
          {slots.length > 0 ? (
            slots
              .map(({ slot }) => slot)
              .slice(0, 3)
              .join(', ')
          ) : (
            <span class="quiet">no slot</span>
          )}
          <small class="quiet figures">
            {[
              counted.length > 0 ? `${stock} on the shelf` : '',
              nextDelivery ? `${nextDelivery.count} on ${dateAndTime(milliseconds(nextDelivery.dueAt))}` : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </small>
        </span>
        <strong class="goods-row__price figures">{product.price ? money(product.price) : ''}</strong>
      </button>
    </li>
  )
}

/** `Oat milk 1 l` → `oat-milk-1-l`. */
const idOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64)

function fieldsOf(isNew: boolean): Field[] {
  return [
    { at: 'name', label: 'Name', required: true, wide: true },
    {
      at: 'gtin',
      label: 'Bar code (GTIN)',
      hint: '8, 12, 13 or 14 digits',
      check: (text) => {
        const fault = gtinFault(text)
        return fault && `It ${fault.reason}. ${fault.remedy}`
      },
    },
    { at: 'id', label: 'Id', fixed: !isNew, hint: isNew ? 'Made from the name where it is empty' : 'Stays as it is' },
    { at: 'brand', label: 'Brand' },
    { at: 'category', label: 'Category' },
    { at: 'price/amount', label: 'Price', kind: 'number' },
    { at: 'price/currency', label: 'Currency', hint: 'EUR, GBP, USD …' },
    { at: 'price/per', label: 'Price for', hint: 'Where it is not a piece: 100 g' },
    { at: 'price/before', label: 'Price before an offer', kind: 'number' },
    {
      at: 'weightGrams',
      label: 'Weight of a piece, g',
      kind: 'number',
      hint: 'With its pack, as it stands on the shelf',
    },
    { at: 'toleranceGrams', label: 'Plus or minus, g', kind: 'number', hint: 'How much pieces differ' },
    { at: 'description', label: 'Description', kind: 'area' },
    { at: 'details', label: 'Details, a line each', kind: 'pairs', hint: 'Allergens: oats' },
  ]
}

function ProductDialog({
  found,
  close,
  saved,
}: {
  found: ProductFound | undefined
  close: () => void
  saved: () => void
}) {
  const [picture, setPicture] = useState(found?.product.picture)
  const task = useTask()
  const upload = (file: File | undefined) =>
    file &&
    void task.run(async () => {
      const { hash } = await json<MediaFile>('PUT', '/media', { body: file, type: file.type })
      setPicture(hash)
    })
  const put = async ({ picture: _before, ...item }: Record<string, unknown>) => {
    const id = typeof item['id'] === 'string' ? item['id'] : idOf(String(item['name']))
    const price = item['price'] as { amount?: number } | undefined
    if (price?.amount === undefined) delete item['price']
    await json('PUT', `/products/${encodeURIComponent(id)}`, { body: { ...item, id, ...(picture ? { picture } : {}) } })
    saved()
  }
  const id = found?.product.id
  return (
    <Dialog title={found ? found.product.name : 'A new product'} close={close}>
      <ItemForm
        item={{ ...found?.product }}
        fields={fieldsOf(!found)}
        save={put}
        tools={
          id !== undefined && (
            <SureButton
              sure="Delete for good"
              disabled={task.busy}
              act={() =>
                void task
                  .run(() => json('DELETE', `/products/${encodeURIComponent(id)}`))
                  .then((went) => went && saved())
              }
            >
              Delete
            </SureButton>
          )
        }
      >
        <div class="goods-picture">
          {picture && <img src={mediaUrl(picture)} alt="How it looks" />}
          <label class="button">
            {picture ? 'Another picture' : 'Add a picture'}
            <input
              class="hidden"
              type="file"
              accept="image/*"
              disabled={task.busy}
              onChange={(event) => upload(event.currentTarget.files?.[0])}
            />
          </label>
          {picture && (
            <button class="button" type="button" onClick={() => setPicture(undefined)}>
              Without a picture
            </button>
          )}
        </div>
        {task.error && <Fault error={task.error} />}
      </ItemForm>
    </Dialog>
  )
}
