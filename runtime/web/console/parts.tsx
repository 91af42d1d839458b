import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Fault } from '../shared/ui.tsx'
import type { Query } from './data.ts'
import { Icon } from './icons.tsx'

export const Page = ({
  title,
  lead,
  tools,
  children,
}: {
  title: string
  lead?: ComponentChildren
  tools?: ComponentChildren
  children: ComponentChildren
}) => (
  <>
    <header class="page__head">
      <div>
        <h1>{title}</h1>
        {lead && <p class="quiet">{lead}</p>}
      </div>
      {tools && <div class="page__tools">{tools}</div>}
    </header>
    {children}
  </>
)

/** A query's answer, or what to say in its place: loading, failed, nothing there. */
export function Answer<T>({
  query,
  empty,
  children,
}: {
  query: Query<T>
  /** What an empty list means and how to fill it. */
  empty?: ComponentChildren
  children: (data: T) => ComponentChildren
}) {
  const { data, error } = query
  return (
    <>
      {error && <Fault error={error} />}
      {data === undefined ? (
        !error && <Loading />
      ) : Array.isArray(data) && data.length === 0 && empty ? (
        <div class="empty">{empty}</div>
      ) : (
        children(data)
      )}
    </>
  )
}

/** Says so only after a moment, since most answers are there before it could be read. */
const Loading = () => (
  <p class="loading quiet" role="status">
    Asking the box …
  </p>
)

export const Badge = ({ tone, children }: { tone: 'good' | 'warn' | 'bad' | 'plain'; children: ComponentChildren }) => (
  <span class={`badge badge--${tone}`}>{children}</span>
)

/** A dialog of the platform: focus stays inside, Escape closes it. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog class="dialog" ref={dialog} aria-label={title} onClose={close}>
      <header class="dialog__head">
        <h2>{title}</h2>
        <button class="button button--small" type="button" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
          <span class="hidden">Close</span>
        </button>
      </header>
      {children}
    </dialog>
  )
}

/** A button that must be pressed twice: the first press says what the second does. */
export function SureButton({
  children,
  sure,
  act,
  disabled,
}: {
  children: ComponentChildren
  sure: string
  act: () => void
  disabled?: boolean
}) {
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    if (!asked) return undefined
    const timer = setTimeout(() => setAsked(false), 5000)
    return () => clearTimeout(timer)
  }, [asked])
  return (
    <button
      class="button button--small button--danger"
      type="button"
      disabled={disabled ?? false}
      onClick={() => {
        if (asked) act()
        setAsked(!asked)
      }}
      onBlur={() => setAsked(false)}
    >
      {asked ? sure : children}
    </button>
  )
}
