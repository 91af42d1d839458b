/**
 * How `endcap` on the box talks to the runtime that stands there: HTTP on a Unix socket in $ENDCAP_HOME/run, which only
 * the owner of that folder can reach.
 */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { type ErrorBody, errorBody, RemoteError } from '../contract/index.ts'

export interface Control {
  stop(): Promise<void>
}

/** What the runtime does for the command line; text in, text out. */
export type ControlActions = Record<string, (input: string) => Promise<string>>

const socketOf = (home: string) => join(home, 'run', 'control.sock')

/** Listens until stop(). The folder $ENDCAP_HOME/run must be there. */
export async function startControl(home: string, actions: ControlActions): Promise<Control> {
  const path = socketOf(home)
  rmSync(path, { force: true })
  const server = createServer((asked, answer) => {
    const chunks: Buffer[] = []
    asked.on('data', (chunk: Buffer) => chunks.push(chunk))
    asked.on('end', () => {
      const action = actions[(asked.url ?? '').slice(1)]
      const work = action
        ? action(Buffer.concat(chunks).toString('utf8'))
        : Promise.reject(new Error(`no action ${asked.url}`))
      work.then(
        (text) => answer.writeHead(200).end(text),
        (error: unknown) => answer.writeHead(400).end(JSON.stringify(errorBody(error))),
      )
    })
  })
  server.listen(path)
  await once(server, 'listening')
  return {
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/**
 * Asks the runtime that uses this home. Resolves with undefined where none runs; rejects with RemoteError where it refuses.
 */
export function askRuntime(home: string, action: string, input = ''): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socketOf(home), path: `/${action}`, method: 'POST' }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        if (answer.statusCode === 200) resolve(text)
        else reject(new RemoteError(JSON.parse(text) as ErrorBody))
      })
    })
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    )
    asked.end(input)
  })
}
