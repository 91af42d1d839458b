import { useEffect, useState } from 'preact/hooks'
import { request } from '../shared/api.ts'
import { Fault } from '../shared/ui.tsx'
import { useTask } from './data.ts'
import { Dialog } from './parts.tsx'

/** What a player draws at this moment; the picture lives as long as the dialog. */
export function ScreenshotDialog({ screen, name, close }: { screen: string; name: string; close: () => void }) {
  const [picture, setPicture] = useState<{ url: string; time: Date }>()
  const task = useTask()
  const take = () =>
    void task.run(async () => {
      const answer = await request('GET', `/screens/${encodeURIComponent(screen)}/screenshot`)
      setPicture({ url: URL.createObjectURL(await answer.blob()), time: new Date() })
    })
  useEffect(take, [])
  useEffect(() => () => picture && URL.revokeObjectURL(picture.url), [picture])
  return (
    <Dialog title={`What ${name} draws`} close={close}>
      <div class="show__fields">
        {picture && <img class="screenshot" src={picture.url} alt={`What ${name} draws`} />}
        {!picture && !task.error && <p role="status">Asking the player …</p>}
        {task.error && <Fault error={task.error} />}
        <p class="quiet">
          {picture && `Taken at ${picture.time.toLocaleTimeString()}. `}
          Drawn by the player itself and kept nowhere. It cannot tell whether the panel is on or covered.
        </p>
        <footer class="sheet__foot">
          <button class="button" type="button" disabled={task.busy} onClick={take}>
            Take another
          </button>
        </footer>
      </div>
    </Dialog>
  )
}
