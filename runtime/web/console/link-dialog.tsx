import { useEffect, useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { NewLink } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useTask } from './data.ts'
import { Dialog } from './parts.tsx'

/** Issues a link for one screen or associate, and shows it this once, as an address and as a QR code. */
export function LinkDialog({
  role,
  id,
  name,
  close,
}: {
  role: 'screen' | 'staff'
  id: string
  name: string
  close: () => void
}) {
  const [link, setLink] = useState<NewLink>()
  const [copied, setCopied] = useState(false)
  const task = useTask()
  useEffect(() => {
    void task.run(async () => setLink(await json<NewLink>('POST', '/links', { body: { role, id } })))
  }, [])
  const copy = async () => {
    if (!link) return
    await navigator.clipboard.writeText(link.url)
    setCopied(true)
  }
  return (
    <Dialog title={`Link for ${name}`} close={close}>
      {task.error && <Fault error={task.error} />}
      {link && (
        <div class="newlink">
          <img
            class="newlink__code"
            src={`data:image/svg+xml,${encodeURIComponent(link.qr)}`}
            alt={`QR code of the link for ${name}`}
          />
          <div class="newlink__words">
            <p>
              Open this on the {role === 'screen' ? 'screen' : 'phone or watch'}. It is shown this once and works until
              you revoke it under Access.
            </p>
            <p class="code newlink__url">{link.url}</p>
            {'clipboard' in navigator && (
              <button class="button button--main" type="button" onClick={() => void copy()}>
                {copied ? 'Copied' : 'Copy the link'}
              </button>
            )}
          </div>
        </div>
      )}
    </Dialog>
  )
}
