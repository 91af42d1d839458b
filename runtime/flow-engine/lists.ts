/** What the forms of our nodes choose from, under the editor's own sign-in: GET /flows/endcap/lists and /endcap/products. */
import type { ServerResponse } from 'node:http'
import type RedModule from 'node-red'
import type { ProductFound } from '../contract/index.ts'
import type { Hub } from './hub.ts'

/** Products that are offered for some letters of a name. */
const MOST = 20
/** The longest query that product.find takes: contract/commands/. */
const LETTERS = 120

export function serveLists(
  RED: Pick<typeof RedModule, 'httpAdmin' | 'auth'>,
  hub: Pick<Hub, 'freshLists' | 'call'>,
): void {
  const mayRead = RED.auth.needsPermission('flows.read')
  RED.httpAdmin.get('/endcap/lists', mayRead, (_request, response) => answer(response, hub.freshLists()))
  RED.httpAdmin.get('/endcap/products', mayRead, (request, response) => {
    const words = new URL(request.originalUrl, 'http://box').searchParams.get('query') ?? ''
    answer(response, products(hub, words.slice(0, LETTERS)))
  })
}

/** Id and name of products that fit some words best. Words that fit none are no error. */
async function products(hub: Pick<Hub, 'call'>, query: string): Promise<{ id: string; name: string }[]> {
  const given = await hub.call('product.find', 'shop/catalogue', { query, limit: MOST }, [])
  const { found } = given as { found: ProductFound[] }
  return found.map(({ product: { id, name } }) => ({ id, name }))
}

function answer(response: ServerResponse, asked: Promise<unknown>): void {
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify(body))
  }
  asked.then(
    (found) => send(200, found),
    (error: unknown) => send(503, { message: error instanceof Error ? error.message : String(error) }),
  )
}
