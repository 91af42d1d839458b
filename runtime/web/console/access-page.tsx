import { json } from '../shared/api.ts'
import { ago, dateAndTime, milliseconds } from '../shared/time.ts'
import type { Link } from '../shared/types.ts'
import { Fault, useNow } from '../shared/ui.tsx'
import { useQuery, useTask } from './data.ts'
import { Answer, Badge, Page, SureButton } from './parts.tsx'

const roleNames: Record<Link['role'], string> = { manager: 'Manager', screen: 'Screen', staff: 'Staff device' }

export function AccessPage() {
  const links = useQuery<Link[]>('/links', 5)
  const task = useTask()
  const now = useNow(5)
  const revoke = (id: string) => void task.run(() => json('DELETE', `/links/${id}`)).then(links.reload)
  return (
    <Page title="Access" lead="Every link that opens something here. Revoking one ends its pages and streams at once.">
      {task.error && <Fault error={task.error} />}
      <Answer
        query={links}
        empty={<p>No links yet. Screens and Staff issue them; endcap sign-in makes one for a manager.</p>}
      >
        {(list) => (
          <div class="sheet">
            <table class="table table--stack figures">
              <thead>
                <tr>
                  <th scope="col">For</th>
                  <th scope="col">Issued</th>
                  <th scope="col">Last used</th>
                  <th scope="col">Open now</th>
                  <th scope="col">
                    <span class="hidden">Revoke</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((link) => (
                  <tr key={link.id}>
                    <th scope="row">
                      {link.name ?? link.for ?? roleNames[link.role]}
                      <small class="quiet">{link.current ? 'You, on this device' : roleNames[link.role]}</small>
                    </th>
                    <td data-label="Issued">{dateAndTime(milliseconds(link.createdAt))}</td>
                    <td data-label="Used">{link.usedAt ? ago(milliseconds(link.usedAt), now) : 'never'}</td>
                    <td>
                      <Badge tone={link.connected > 0 ? 'good' : 'plain'}>
                        {link.connected > 0 ? 'Open' : 'Closed'}
                      </Badge>
                    </td>
                    <td class="table__number">
                      {!link.current && (
                        <SureButton sure="Revoke now" act={() => revoke(link.id)} disabled={task.busy}>
                          Revoke
                        </SureButton>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
    </Page>
  )
}
