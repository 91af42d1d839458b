import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProductFound } from '../../contract/index.ts'
import { asApiError, get, mediaUrl, type ApiError } from '../shared/api.ts'
import { ago, dateAndTime, milliseconds } from '../shared/time.ts'
import { Fault } from '../shared/ui.tsx'
import { noCamera, scan } from './scanner.ts'
import { ShelfPicture } from './shelf-picture.tsx'

/** Scan or type a product: where it belongs, how many stand there, what is known of it, when more comes. */
export function ProductsTab({ now, place }: { now: number; place(zone: string | undefined): string | undefined }) {
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<ProductFound[]>()
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
    const life = new AbortController()
    get<ProductFound[]>(`/products?query=${encodeURIComponent(wanted)}&limit=12`, life.signal).then(
      (list) => {
        setError(undefined)
        setFound(list)
      },
      (thrown: unknown) => {
        if (!life.signal.aborted) setError(asApiError(thrown))
      },
    )
    return () => life.abort()
  }, [query])

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
      {found?.length === 0 && <p role="status">Nothing here is called «{query.trim()}».</p>}
      <ol class="products" aria-live="polite">
        {found?.map((one) => (
          <Product key={one.product.id} found={one} whole={found.length === 1} now={now} place={place} />
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
  whole: boolean
  now: number
  place(zone: string | undefined): string | undefined
}) {
  const { found, now, place, whole } = props
  const { product, slots, nextDelivery } = found
  const details = Object.entries(product.details ?? {})
  return (
    <li class="product">
      {product.picture && <img class="product__picture" src={mediaUrl(product.picture)} alt="" />}
      <div class="product__words">
        <h2>{product.name}</h2>
        <p class="quiet">{[product.brand, product.category, product.gtin].filter(Boolean).join(' · ')}</p>
        {product.price && <p class="product__price figures">{price(product.price)}</p>}
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
