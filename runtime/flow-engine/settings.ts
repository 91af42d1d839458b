/** Node-RED's settings: our palette, an allow list of its own nodes, nothing that fetches, installs or phones home. */
import { coreFiles } from './allowed.ts'
import type { Boot, ChildConfig, Endcap } from './types.ts'

export const USER_HEADER = 'x-endcap-user'
export const SECRET_HEADER = 'x-endcap-secret'
export const ADMIN_ROOT = '/flows'

/** Seconds after which a function node's own loop becomes an error that can be caught. */
const FUNCTION_SECONDS = 1

export interface SettingsInput {
  config: ChildConfig
  boot: Boot
  palette: string
  endcap: Endcap
  storage: object
  /** Takes Node-RED's log. */
  log: (entry: LogEntry) => void
}
/** Node-RED's log levels: 10 fatal, 20 error, 30 warn, 40 info, 50 debug, 60 trace. */
export interface LogEntry {
  level: number
  type?: string
  id?: string
  name?: string
  msg: unknown
}

const everything = (username: string) => ({ username, permissions: '*' })

export function nodeRedSettings({
  config,
  boot,
  palette,
  endcap,
  storage,
  log,
}: SettingsInput): Record<string, unknown> {
  return {
    endcap,
    userDir: config.userDir,
    storageModule: storage,
    credentialSecret: boot.credentialSecret,
    contextStorage: { default: { module: 'memory' } },
    safeMode: config.safeMode || undefined,

    // nodesIncludes is an allow list; `palette` is the name of our own folder.
    nodesIncludes: [...coreFiles, 'palette'],
    nodesDir: [palette],
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    functionGlobalContext: {},
    globalFunctionTimeout: FUNCTION_SECONDS,
    functionTimeout: 0,
    debugMaxLength: 1000,

    // The gate believes the secret; Node-RED then believes the header that only the proxy can have set.
    adminAuth: {
      tokens: async (user: string) => (user ? everything(user) : null),
      users: async (user: string) => everything(user),
      tokenHeader: USER_HEADER,
    },
    httpAdminRoot: ADMIN_ROOT,
    httpNodeRoot: false,
    httpAdminMiddleware: plainRefusals,
    apiMaxLength: '4mb',

    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: true, ui: false },
    runtimeState: { enabled: false, ui: false },
    paletteCategories: ['endcap', 'subflows', 'common', 'function', 'sequence', 'parser'],
    editorTheme: {
      page: { title: 'Endcap flows' },
      header: { title: 'Endcap flows', url: '/' },
      projects: { enabled: false },
      palette: { catalogues: [] },
      tours: false,
      userMenu: false,
      multiplayer: { enabled: false },
      menu: { 'menu-item-help': false, 'menu-item-node-red-version': false },
    },
    logging: {
      console: { level: 'off', metrics: false, audit: false },
      host: { level: 'info', metrics: false, audit: false, handler: () => log },
    },
  }
}

interface ExpressResponse {
  statusCode: number
  json(body: unknown): unknown
  type(type: string): { send(body: string): unknown }
}

/** The editor shows the body of a refused deploy as it comes; so it gets a sentence instead of JSON. */
function plainRefusals(request: { method: string; path: string }, response: ExpressResponse, next: () => void): void {
  if (request.method === 'POST' && request.path === '/flows') {
    const json = response.json.bind(response)
    response.json = (body) => {
      const { message, code } = body as { message?: unknown; code?: unknown }
      const ours = response.statusCode >= 400 && typeof code === 'string' && code.startsWith('ENDCAP_')
      return ours ? response.type('text/plain').send(String(message)) : json(body)
    }
  }
  next()
}
