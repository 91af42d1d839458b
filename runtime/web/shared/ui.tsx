import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ApiError } from './api.ts'

/** The mark: an end panel and three shelves. */
export const Mark = () => (
  <svg class="mark" viewBox="6 4 20 24" aria-hidden="true">
    <path d="M6 4h5v24H6z" fill="var(--marigold)" />
    <path d="M11 4h15v4H11zM11 14h11v4H11zM11 24h15v4H11z" fill="currentColor" />
  </svg>
)

export const TwinBanner = ({ twin }: { twin: boolean }) =>
  twin ? (
    <p class="twin" role="note">
      <span>
        <strong>Virtual shop</strong>
        <span class="twin__more">: these people are simulated</span>
      </span>
    </p>
  ) : null

/** A sentence of the box; what stands in backticks is something to type. */
export const Prose = ({ text }: { text: string }) => (
  <>
    {text.split('`').map((part, index) =>
      index % 2 === 0 ? (
        part
      ) : (
        <code key={index} class="code">
          {part}
        </code>
      ),
    )}
  </>
)

/** What went wrong and what to do now. */
export const Fault = ({ error, children }: { error: ApiError; children?: ComponentChildren }) => (
  <div class="fault" role="alert">
    <strong>
      <Prose text={error.message} />
    </strong>
    <span>
      <Prose text={error.remedy} />
    </span>
    {error.requestId && <span class="quiet code">Request {error.requestId}</span>}
    {children}
  </div>
)

/** The time, renewed every `everySeconds`, for «3 min ago» and for fading. */
export function useNow(everySeconds: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everySeconds * 1000)
    return () => clearInterval(timer)
  }, [everySeconds])
  return now
}
