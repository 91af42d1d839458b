import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Content } from '../../contract/index.ts'
import { fit } from './fit.ts'

/** A picture or video that is ready to be shown without a gap. */
export interface Medium {
  url: string
  video: boolean
}

/**
 * What a screen shows, drawn to whatever box it is put into: the player gives it the whole screen, the console a small
 * preview. Sizes come from the container, and long texts are made to fit, never cut.
 */
export function SignFace({ content, medium, still }: { content: Content; medium?: Medium; still?: boolean }) {
  const words = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => (words.current ? fit(words.current) : undefined), [content])
  // In a preview it is no heading of the page.
  const Title = still ? 'p' : 'h1'
  const { layout, title, text, kicker, figure } = content
  const wordy = layout === 'message' || layout === 'split' || title || text || kicker || figure
  return (
    <article class={`face face--${layout} ${figure ? 'face--priced' : ''} tone-${content.tone ?? 'calm'}`}>
      <div class="face__sheet">
        {layout !== 'message' && (
          <div class="face__media">
            {medium && <Picture content={content} medium={medium} still={still ?? false} />}
          </div>
        )}
        {wordy && (
          <div class="face__room" dir="auto">
            <div class="face__words" ref={words}>
              {kicker && <p class="face__kicker">{kicker}</p>}
              {(title || text) && (
                <div class="face__story">
                  {title && <Title class="face__title">{title}</Title>}
                  {text && <p class="face__text">{text}</p>}
                </div>
              )}
              {figure && <p class="face__figure">{figure}</p>}
            </div>
          </div>
        )}
      </div>
      <div class="face__shelf" />
    </article>
  )
}

const Picture = ({ content, medium, still }: { content: Content; medium: Medium; still: boolean }) =>
  medium.video ? (
    <video src={medium.url} autoPlay={!still} muted loop playsInline aria-label={content.alt ?? content.title ?? ''} />
  ) : (
    <img src={medium.url} alt={content.alt ?? ''} />
  )
