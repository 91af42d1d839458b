import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Content, ProductFace } from './types.ts'
import { fit } from './fit.ts'

/** A picture or video that is ready to be shown without a gap. */
export interface Medium {
  url: string
  video: boolean
}

interface Face {
  content: Content
  /** What the catalogue adds to a product or a tile; what the content says itself goes before it. */
  product?: ProductFace
  medium?: Medium
  /** In a preview nothing moves, and no title is a heading of the page. */
  still?: boolean
}

/**
 * What a screen shows, drawn to whatever box it is put into: the player gives it the whole screen, the console a small
 * preview. Sizes come from the container, and long texts are made to fit, never cut.
 */
export function SignFace({ content, product, medium, still = false }: Face) {
  const words = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => (words.current ? fit(words.current) : undefined), [content, product])
  const { layout, title, text, kicker, figure } = content
  const wordy = layout !== 'picture' && layout !== 'video' ? true : title || text || kicker || figure
  const priced = figure ?? (layout === 'product' ? product?.price : undefined)
  const pictured = layout !== 'message' && (medium !== undefined || (layout !== 'product' && layout !== 'pick'))
  return (
    <article
      class={`face face--${layout} ${priced ? 'face--priced' : ''} ${pictured ? '' : 'face--bare'} ${still ? 'face--still' : ''} tone-${content.tone ?? (layout === 'pick' ? 'warm' : 'calm')}`}
    >
      <div class="face__sheet">
        {pictured && (
          <div class="face__media">
            {medium && <Picture content={content} name={product?.name} medium={medium} still={still} />}
          </div>
        )}
        {wordy && (
          <div class="face__room" dir="auto">
            <div class="face__words" ref={words}>
              {layout === 'product' ? (
                <ProductWords content={content} product={product} still={still} />
              ) : layout === 'pick' ? (
                <PickWords content={content} product={product} still={still} />
              ) : (
                <PlainWords content={content} still={still} />
              )}
            </div>
          </div>
        )}
      </div>
      <div class="face__shelf" />
      {layout === 'pick' && <div class="face__flash" aria-hidden="true" />}
    </article>
  )
}

interface WordsProps {
  content: Content
  product?: ProductFace | undefined
  still: boolean
}

const Title = ({ still, children }: { still: boolean; children: ComponentChildren }) =>
  still ? <p class="face__title">{children}</p> : <h1 class="face__title">{children}</h1>

const PlainWords = ({ content: { kicker, title, text, figure }, still }: WordsProps) => (
  <>
    {kicker && <p class="face__kicker">{kicker}</p>}
    {(title || text) && (
      <div class="face__story">
        {title && <Title still={still}>{title}</Title>}
        {text && <p class="face__text">{text}</p>}
      </div>
    )}
    {figure && <p class="face__figure">{figure}</p>}
  </>
)

/** Brand, name and price of the catalogue; the price before an offer is struck through. */
function ProductWords({ content: { kicker, title, text, figure }, product, still }: WordsProps) {
  const line = kicker ?? product?.brand
  const price = figure ?? product?.price
  return (
    <>
      {line && <p class="face__kicker">{line}</p>}
      <div class="face__story">
        <Title still={still}>{title ?? product?.name}</Title>
        {text && <p class="face__text">{text}</p>}
      </div>
      {price && (
        <p class="face__price">
          <span class="face__figure">{price}</span>
          {figure === undefined && (product?.before !== undefined || product?.per !== undefined) && (
            <span class="face__beside">
              {product.before !== undefined && <s class="face__before">{product.before}</s>}
              {product.per !== undefined && <span class="face__per">/ {product.per}</span>}
            </span>
          )}
        </p>
      )}
    </>
  )
}

/** Where to reach, how many, and what: read from two metres away with a hand already out. */
function PickWords({ content: { kicker, title, text, figure, slot }, product, still }: WordsProps) {
  const name = title ?? product?.name
  return (
    <>
      {kicker && <p class="face__kicker">{kicker}</p>}
      <p class="face__where">
        {slot && <span class="face__slot">{slot}</span>}
        {figure && <span class="face__figure">{/^\d+$/.test(figure) ? `× ${figure}` : figure}</span>}
      </p>
      {(name || text) && (
        <div class="face__story">
          {name && <Title still={still}>{name}</Title>}
          {text && <p class="face__text">{text}</p>}
        </div>
      )}
    </>
  )
}

const Picture = ({
  content,
  name,
  medium,
  still,
}: {
  content: Content
  name: string | undefined
  medium: Medium
  still: boolean
}) =>
  medium.video ? (
    <video src={medium.url} autoPlay={!still} muted loop playsInline aria-label={content.alt ?? content.title ?? ''} />
  ) : (
    <img src={medium.url} alt={content.alt ?? name ?? ''} />
  )
