/** The picture by which a camera is aimed: shown to the one who asks, and kept nowhere. */
import { useEffect, useState } from 'preact/hooks'
import { json } from '../shared/api.ts'
import type { DeviceListed } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useTask } from './data.ts'
import { titleOf } from './device-words.ts'
import { Dialog } from './parts.tsx'

export function ViewDialog({ device, close }: { device: DeviceListed; close: () => void }) {
  const [picture, setPicture] = useState<{ url: string; accepted: boolean }>()
  const task = useTask()
  const take = (accept: boolean) =>
    void task.run(async () => {
      const body = { name: 'camera.snapshot', to: device.source, params: accept ? { accept } : {} }
      const { jpeg } = await json<{ jpeg: string }>('POST', '/commands', { body })
      const bytes = Uint8Array.from(atob(jpeg), (char) => char.charCodeAt(0))
      setPicture({ url: URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })), accepted: accept })
    })
  useEffect(() => take(false), [])
  useEffect(() => () => picture && URL.revokeObjectURL(picture.url), [picture])
  return (
    <Dialog title={`What ${titleOf(device)} sees`} close={close}>
      <div class="config">
        {picture && <img class="device__view" src={picture.url} alt={`What ${titleOf(device)} sees`} />}
        {!picture && !task.error && <p role="status">Asking the camera …</p>}
        {task.error && <Fault error={task.error} />}
        {picture?.accepted ? (
          <p class="note" role="status">
            This view is the right one from now on. Where the camera shows another, it says that it was moved.
          </p>
        ) : (
          <p class="quiet">Shown to you alone and kept nowhere. Turn the camera, and take another.</p>
        )}
        <footer class="sheet__foot">
          <button class="button button--main" type="button" disabled={task.busy || !picture} onClick={() => take(true)}>
            This view is right
          </button>
          <button class="button" type="button" disabled={task.busy} onClick={() => take(false)}>
            Take another
          </button>
        </footer>
      </div>
    </Dialog>
  )
}
