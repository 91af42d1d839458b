import { useId } from 'preact/hooks'
import type { ProductFound } from '../../contract/index.ts'
import { useQuery } from './data.ts'
import { useFace } from './product-faces.ts'

/** A product of the catalogue: typed by its id or any words, chosen from what fits, and named below. */
export function ProductField({
  value,
  required,
  change,
}: {
  value: string
  required: boolean
  change: (id: string) => void
}) {
  const list = useId()
  const found = useQuery<ProductFound[]>(`/products?limit=12&query=${encodeURIComponent(value)}`)
  const face = useFace(value)
  return (
    <label class="field">
      <span>Product, by id or name</span>
      <input
        class="input"
        maxLength={64}
        required={required}
        list={list}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <datalist id={list}>
        {(found.data ?? []).map(({ product: { id, name } }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
      {value !== '' && (
        <small class="quiet">
          {face ? [face.brand, face.name, face.price].filter(Boolean).join(', ') : 'Not in the catalogue'}
        </small>
      )}
    </label>
  )
}
