/** How the host starts Node-RED: what it may read and write, which flags it needs, what safe mode changes. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildSpec } from '../host/index.ts'
import type { ChildConfig } from './types.ts'

const ROOT = join(import.meta.dirname, '../..')
/** sun_path of unix(7) holds 108 bytes with its end. */
const MAX_SOCKET_PATH = 107

export interface FlowSpec {
  spec: ChildSpec
  socket: string
  /** Removes what does not lie under `home`. */
  tidy(): void
}

/** Makes the folders that the child needs under `home`, for this user alone. */
export function flowSpec(home: string): FlowSpec {
  const userDir = join(home, 'node-red')
  const usual = join(home, 'run', 'node-red')
  const socketFolder = shortFolder(usual)
  mkdirSync(userDir, { recursive: true, mode: 0o700 })
  // Node-RED reads it at each start and complains where it is missing; nothing is ever installed there.
  const packageFile = join(userDir, 'package.json')
  if (!existsSync(packageFile)) writeFileSync(packageFile, '{ "private": true }\n')
  const socket = join(socketFolder, `${randomBytes(4).toString('hex')}.sock`)
  const config: ChildConfig = { socket, userDir, safeMode: false }
  return {
    socket,
    tidy() {
      if (socketFolder !== usual) rmSync(socketFolder, { recursive: true, force: true })
    },
    spec: {
      name: 'flows',
      version: nodeRedVersion(),
      folder: import.meta.dirname,
      entry: 'child.ts',
      manifest: {
        api: '^1',
        kind: 'device',
        permissions: [],
        produces: [],
        consumes: [{ type: '*' }],
        commands: [],
        // A technician commands whatever stands in the shop, vendors' own commands too.
        gives: ['*'],
        eventsPerSecond: 100_000,
        memoryMegabytes: 384,
        startSeconds: 20,
      },
      config,
      // Listening on a Unix socket counts as network for Node; bubblewrap leaves it no other network.
      flags: ['--allow-net', '--disable-warning=ExperimentalWarning'],
      binds: [
        { path: join(ROOT, 'flows'), mode: 'read' },
        { path: join(ROOT, 'package.json'), mode: 'read' },
        { path: userDir, mode: 'write' },
        { path: socketFolder, mode: 'write' },
      ],
      safe: (given) => ({ ...(given as ChildConfig), safeMode: true }),
    },
  }
}

/** The folder itself, or where its path is too long for a socket, a private one under the system's temporary folder. */
function shortFolder(folder: string): string {
  if (Buffer.byteLength(join(folder, '12345678.sock')) > MAX_SOCKET_PATH) return mkdtempSync(join(tmpdir(), 'endcap-'))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

function nodeRedVersion(): string {
  const file = createRequire(import.meta.url).resolve('node-red/package.json')
  return String((JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }).version)
}
