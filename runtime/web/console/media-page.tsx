import { useState } from 'preact/hooks'
import { json, mediaUrl } from '../shared/api.ts'
import { dateAndTime, milliseconds } from '../shared/time.ts'
import type { MediaFile } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useQuery, useTask } from './data.ts'
import { Answer, Page } from './parts.tsx'

const ACCEPTED = 'image/png,image/jpeg,image/webp,image/avif,image/gif,image/svg+xml,video/mp4,video/webm'
const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

export function MediaPage() {
  const media = useQuery<MediaFile[]>('/media')
  const task = useTask()
  const [over, setOver] = useState(false)
  const upload = (files: readonly File[]) =>
    void task
      .run(async () => {
        for (const file of files) await json('PUT', '/media', { body: file, type: file.type })
      })
      .then(media.reload)
  return (
    <Page title="Media" lead="Pictures and videos for the screens, kept by their hash: the same file is kept once.">
      <label
        class={`drop ${over ? 'drop--over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          upload([...(event.dataTransfer?.files ?? [])])
        }}
      >
        <input
          type="file"
          accept={ACCEPTED}
          multiple
          disabled={task.busy}
          onChange={(event) => {
            upload([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
        <strong>{task.busy ? 'Sending …' : 'Choose files, or drop them here'}</strong>
        <span class="quiet">PNG, JPEG, WebP, AVIF, GIF, SVG, MP4 or WebM</span>
      </label>
      {task.error && <Fault error={task.error} />}
      <Answer query={media} empty={<p>No media yet. What you upload here can be shown on any screen.</p>}>
        {(list) => (
          <ul class="tiles">
            {list.map(({ hash, type, bytes, addedAt }) => (
              <li key={hash} class="tile">
                {type.startsWith('video/') ? (
                  <video
                    src={mediaUrl(hash)}
                    muted
                    controls
                    preload="metadata"
                    aria-label={`Video ${hash.slice(0, 8)}`}
                  />
                ) : (
                  <img src={mediaUrl(hash)} alt={`Picture ${hash.slice(0, 8)}`} loading="lazy" />
                )}
                <p class="figures">
                  <span class="code">{hash.slice(0, 8)}</span>
                  <span class="quiet">
                    {type.split('/')[1]}, {size(bytes)}
                  </span>
                  <span class="quiet">{dateAndTime(milliseconds(addedAt))}</span>
                </p>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Page>
  )
}
