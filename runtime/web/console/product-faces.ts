/** Products as they stand on a sign, for previews: those that are asked for in one turn are fetched together. */
import { useEffect, useState } from 'preact/hooks'
import { get } from '../shared/api.ts'
import type { ProductFace } from '../shared/types.ts'

/** A price may change while the page is open. */
const FRESH_MILLISECONDS = 30_000
/** Ids in one question; each has 64 characters at most. */
const AT_ONCE = 60

type Faces = Promise<Record<string, ProductFace>>
const known = new Map<string, { since: number; faces: Faces }>()
let next: { ids: Set<string>; faces: Faces } | undefined

function faceOf(id: string): Faces {
  const before = known.get(id)
  if (before && performance.now() - before.since < FRESH_MILLISECONDS) return before.faces
  if (!next || next.ids.size >= AT_ONCE) {
    const ids = new Set<string>()
    const faces = Promise.resolve().then(() => {
      if (next?.ids === ids) next = undefined
      return get<Record<string, ProductFace>>(`/product-faces?ids=${encodeURIComponent([...ids].join(','))}`)
    })
    next = { ids, faces }
  }
  next.ids.add(id)
  known.set(id, { since: performance.now(), faces: next.faces })
  return next.faces
}

/** Undefined until it is known, and where the catalogue has no such product. */
export function useFace(id: string | undefined): ProductFace | undefined {
  const [found, setFound] = useState<{ id: string; face: ProductFace | undefined }>()
  useEffect(() => {
    if (id === undefined || id === '') return undefined
    let wanted = true
    faceOf(id)
      .then((faces) => wanted && setFound({ id, face: faces[id] }))
      .catch(() => known.delete(id))
    return () => {
      wanted = false
    }
  }, [id])
  return found?.id === id ? found?.face : undefined
}
