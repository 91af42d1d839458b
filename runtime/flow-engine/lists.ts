/** GET /flows/endcap/lists: what the shop really has, for the pick lists of our nodes, under the editor's own sign-in. */
import type RedModule from 'node-red'
import type { Hub } from './hub.ts'

export function serveLists(RED: Pick<typeof RedModule, 'httpAdmin' | 'auth'>, hub: Pick<Hub, 'freshLists'>): void {
  RED.httpAdmin.get('/endcap/lists', RED.auth.needsPermission('flows.read'), (_request, response) => {
    hub.freshLists().then(
      (lists) => {
        response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        response.end(JSON.stringify(lists))
      },
      (error: unknown) => {
        response.writeHead(503, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }))
      },
    )
  })
}
