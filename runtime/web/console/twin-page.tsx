import { Fragment } from 'preact'
import { json } from '../shared/api.ts'
import type { VirtualFault } from '../shared/types.ts'
import { Fault } from '../shared/ui.tsx'
import { useQuery, useTask } from './data.ts'
import { Answer, Badge, Page } from './parts.tsx'
import { places } from './route.ts'

/** Somebody else may switch too, on the command line. */
const SECONDS = 5

const nameOf = (page: string): string =>
  places.flatMap((part) => part.places).find(({ id }) => id === page)?.name ?? page

/** Where it is seen, to go there at once. */
const Look = ({ fault: { on, look } }: { fault: VirtualFault }) => (
  <p class="breakage__look">
    {on ? 'Now look at ' : 'Then look at '}
    {look.map((page, at) => (
      <Fragment key={page}>
        {at > 0 && ' and '}
        <a href={`#/${page}`}>{nameOf(page)}</a>
      </Fragment>
    ))}
    .
  </p>
)

/** What can be made to go wrong in the virtual shop, each with what should be seen then. */
export function TwinPage() {
  const faults = useQuery<VirtualFault[]>('/twin/faults', SECONDS)
  const task = useTask()
  const set = (fault: VirtualFault, on: boolean) =>
    void task
      .run(() => json('PUT', `/twin/faults/${encodeURIComponent(fault.id)}`, { body: { on } }))
      .then(faults.reload)
  const mend = (broken: readonly VirtualFault[]) =>
    void task
      .run(async () => {
        for (const { id } of broken)
          await json('PUT', `/twin/faults/${encodeURIComponent(id)}`, { body: { on: false } })
      })
      .then(faults.reload)
  const broken = faults.data?.filter(({ on }) => on) ?? []
  return (
    <Page
      title="Virtual shop"
      lead="Shoppers, shelves, fridges and gateways here are simulated; the box does not know it. Let something go wrong and see what the box makes of it."
      tools={
        <button class="button" type="button" disabled={broken.length === 0 || task.busy} onClick={() => mend(broken)}>
          {broken.length === 0 ? 'Nothing is broken' : `Mend all (${broken.length})`}
        </button>
      }
    >
      {task.error && <Fault error={task.error} />}
      <Answer query={faults}>
        {(list) => (
          <>
            {[...new Set(list.map(({ group }) => group))].map((group) => (
              <section key={group} class="breakages">
                <h2 class="label">{group}</h2>
                <ul class="cards">
                  {list
                    .filter((fault) => fault.group === group)
                    .map((fault) => (
                      <li key={fault.id} class={`sheet breakage ${fault.on ? 'breakage--on' : ''}`}>
                        <header class="sheet__head">
                          <h3>{fault.title}</h3>
                          {fault.on && <Badge tone="bad">Broken</Badge>}
                        </header>
                        <p class="quiet">{fault.expect}</p>
                        <Look fault={fault} />
                        <footer class="sheet__foot">
                          <button
                            class={`button button--small ${fault.on ? 'button--main' : ''}`}
                            type="button"
                            aria-pressed={fault.on}
                            aria-label={`${fault.on ? 'Mend' : 'Break'}: ${fault.title}`}
                            disabled={task.busy}
                            onClick={() => set(fault, !fault.on)}
                          >
                            {fault.on ? 'Mend it' : 'Let it happen'}
                          </button>
                        </footer>
                      </li>
                    ))}
                </ul>
              </section>
            ))}
          </>
        )}
      </Answer>
    </Page>
  )
}
