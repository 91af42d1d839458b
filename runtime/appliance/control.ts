/**
 * How `endcap` on the box talks to the runtime that stands there: HTTP on a Unix socket in $ENDCAP_HOME/run, which only
 * the owner of that folder can reach.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EndcapError, type ErrorBody, errorBody, RemoteError } from '../contract/index.ts'

export interface Control {
  stop(): Promise<void>
}

/** What the runtime does for the command line; text in, text out. */
export type ControlActions = Record<string, (input: string) => Promise<string>>

/** sun_path of unix(7) holds 108 bytes with its end. */
const MAX_SOCKET_PATH = 107

/** In the home; where that path is too long for a socket, in a folder of this user's under the system's temporary one. */
function socketOf(home: string): string {
  const path = join(home, 'run', 'control.sock')
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  return join(tmpdir(), `endcap-${process.getuid?.() ?? 0}-${name}`, 'control.sock')
}

/** Makes the socket's folder for this user alone; a folder that somebody else made there is not trusted. */
function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(folder)
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new EndcapError('ENDCAP_HOME_UNSAFE', { folder })
}

/** Listens until stop(). Throws ENDCAP_HOME_UNSAFE where other users could reach the socket. */
export async function startControl(home: string, actions: ControlActions): Promise<Control> {
  const path = socketOf(home)
  ownFolder(dirname(path))
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
