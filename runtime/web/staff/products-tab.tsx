import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProductFound } from '../../contract/index.ts'
import { asApiError, get, mediaUrl, type ApiError } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'
import { ago, dateAndTime, milliseconds } from '../shared/time.ts'
import type { StaffFloor } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { FloorMap } from './floor-map.tsx'
import { type KeptProduct, openProductMemory } from './product-memory.ts'
import { noCamera, scan } from './scanner.ts'
import { ShelfPicture } from './shelf-picture.tsx'

export interface ProductsTabProps {
  now: number
  /** The box is in reach. */
  live: boolean
  /** Zone of the one who looks. */
  mine: string | undefined
  place(zone: string | undefined): string | undefined
}

const floorStore = 'endcap.staff.floor'
/** What stands in the shop, at once, before somebody walks out of reach. */
const ahead = 500

/** The floor and the products, kept for when the box is out of reach. */
function useKept(live: boolean) {
  const [memory] = useState(openProductMemory)
  const [floor, setFloor] = useState(() => recall(floorStore) as StaffFloor | undefined)
  useEffect(() => {
    if (!live) return undefined
    const life = new AbortController()
    const quietly = () => undefined
    get<ProductFound[]>(`/products?limit=${ahead}`, life.signal).then((all) => {
      memory.keep(
        all.filter(({ slots }) => slots.length > 0),
        Date.now(),
      )
    }, quietly)
    get<StaffFloor>('/floor', life.signal).then((drawn) => {
      remember(floorStore, drawn)
      setFloor(drawn)
    }, quietly)
    return () => life.abort()
  }, [live, memory])
  return { memory, floor }
}

/** Scan or type a product: where it belongs, how many stand there, what is known of it, when more comes. */
export function ProductsTab({ now, live, mine, place }: ProductsTabProps) {
  const { memory, floor } = useKept(live)
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<KeptProduct[]>()
  const [away, setAway] = useState(false)
  const [error, setError] = useState<ApiError>()
  const [scanning, setScanning] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const camera = noCamera()

  useEffect(() => {
    const wanted = query.trim()
    if (wanted === '') {
      setFound(undefined)
      return undefined
    }
    const remembered = () => {
      const kept = memory.find(wanted)
      setError(undefined)
      setAway(true)
      setFound(kept)
    }
    if (!live) {
      remembered()
      return undefined
    }
    const life = new AbortController()
    get<ProductFound[]>(`/products?query=${encodeURIComponent(wanted)}&limit=12`, life.signal).then(
      (list) => {
        const at = Date.now()
        memory.keep(list, at)
        setError(undefined)
        setAway(false)
        setFound(list.map((one) => ({ found: one, at })))
      },
      (thrown: unknown) => {
        if (life.signal.aborted) return
        const failed = asApiError(thrown)
        if (failed.status === 0) remembered()
        else setError(failed)
      },
    )
    return () => life.abort()
  }, [query, live, memory])

  return (
    <div class="tab">
      <h1 class="tab__title">Products</h1>
      <form
        class="search"
        onSubmit={(event) => {
          // A scanner that types ends with Enter: the next scan replaces this one.
          event.preventDefault()
          field.current?.select()
        }}
      >
        <label class="label" for="product">
          Name or number
        </label>
        <span class="search__row">
          <input
            id="product"
            ref={field}
            type="search"
            autocomplete="off"
            enterkeyhint="search"
            maxLength={120}
            value={query}
            onInput={({ currentTarget }) => setQuery(currentTarget.value)}
          />
          {!camera && (
            <button type="button" class="job__button" onClick={() => setScanning(!scanning)}>
              {scanning ? 'Stop' : 'Scan'}
            </button>
          )}
        </span>
      </form>
      {camera && <p class="quiet">{camera}</p>}
      {scanning && (
        <Camera
          over={(code, failed) => {
            setScanning(false)
            if (code) setQuery(code)
            if (failed) setError(failed)
          }}
        />
      )}
      {error && <Fault error={error} />}
      {away && found && (
        <p class="said" role="status">
          {found.length > 0
            ? 'The box is out of reach. This is what it said last.'
            : `The box is out of reach, and this device remembers nothing called «${query.trim()}».`}
        </p>
      )}
      {!away && found?.length === 0 && <p role="status">Nothing here is called «{query.trim()}».</p>}
      <ol class="products" aria-live="polite">
        {found?.map(({ found: one, at }) => (
          <Product
            key={one.product.id}
            found={one}
            asOf={away ? at : undefined}
            whole={found.length === 1}
            floor={floor}
            now={now}
            mine={mine}
            place={place}
          />
        ))}
      </ol>
    </div>
  )
}

function Camera({ over }: { over: (code: string | undefined, failed?: ApiError) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const life = new AbortController()
    if (video.current)
      scan(video.current, life.signal).then(
        (code) => !life.signal.aborted && over(code),
        (thrown: unknown) => !life.signal.aborted && over(undefined, asApiError(thrown)),
      )
    return () => life.abort()
  }, [])
  return <video ref={video} class="camera" muted playsinline aria-label="What the camera sees" />
}

const price = ({ amount, currency, per }: NonNullable<ProductFound['product']['price']>): string =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount) + (per ? ` / ${per}` : '')

function Product(props: {
  found: ProductFound
  /** When the box said so (ms since the epoch), where it cannot be asked now. */
  asOf: number | undefined
  whole: boolean
  floor: StaffFloor | undefined
  now: number
  mine: string | undefined
  place(zone: string | undefined): string | undefined
}) {
  const { found, asOf, floor, mine, now, place, whole } = props
  const { product, slots, nextDelivery } = found
  const [first] = slots
  const details = Object.entries(product.details ?? {})
  return (
    <li class="product">
      {product.picture && <img class="product__picture" src={mediaUrl(product.picture)} alt="" />}
      <div class="product__words">
        <h2>{product.name}</h2>
        <p class="quiet">{[product.brand, product.category, product.gtin].filter(Boolean).join(' · ')}</p>
        {product.price && <p class="product__price figures">{price(product.price)}</p>}
        {asOf !== undefined && <p class="product__age">As it was {ago(asOf, now)}</p>}
      </div>
      <ul class="product__slots">
        {slots.map(({ slot, zone, count, countedAt }) => (
          <li key={slot}>
            <ShelfPicture slot={slot} />
            <span>
              <strong>{slot}</strong> {place(zone)}
              <span class="quiet">
                {count === undefined
                  ? 'nobody counts here'
                  : `${count} stand there${countedAt === undefined ? '' : `, ${ago(countedAt, now)}`}`}
              </span>
            </span>
          </li>
        ))}
        {slots.length === 0 && <li class="quiet">It stands nowhere in the planogram.</li>}
      </ul>
      {whole && floor && first && (
        <FloorMap floor={floor} zone={first.zone} fixture={first.slot.split('/')[0]} mine={mine} place={place} />
      )}
      {nextDelivery && (
        <p>
          Next delivery: {nextDelivery.count} on {dateAndTime(milliseconds(nextDelivery.dueAt))}
        </p>
      )}
      {product.description && whole && <p>{product.description}</p>}
      {details.length > 0 && (
        <details open={whole}>
          <summary>Details</summary>
          <dl>
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  )
}
