import { mediaUrl } from '../shared/api.ts'
import { SignFace } from '../shared/sign-face.tsx'
import type { Content, MediaFile, ProductFace } from '../shared/types.ts'
import { useFace } from './product-faces.ts'

/** The key under which a manager shows things by hand, so that clearing takes away these and nothing else. */
export const HAND_KEY = 'by-hand'

/** A preview of a content, drawn by the same parts as the screen draws it; what the catalogue adds is looked up. */
export function Preview({
  content,
  product,
  media,
  portrait = false,
}: {
  content: Content
  product?: ProductFace | undefined
  media: readonly MediaFile[]
  portrait?: boolean
}) {
  const looked = useFace(product ? undefined : content.product)
  const face = product ?? looked
  const hash = content.media ?? face?.picture
  const file = media.find((one) => one.hash === hash)
  const video = file?.type.startsWith('video/') ?? content.layout === 'video'
  return (
    <div class={`preview ${portrait ? 'preview--portrait' : ''}`}>
      <SignFace
        content={content}
        still
        {...(face ? { product: face } : {})}
        {...(hash ? { medium: { url: mediaUrl(hash), video } } : {})}
      />
    </div>
  )
}
