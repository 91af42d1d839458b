/** Builds tfjs-node's addon with node-gyp, for the Node that runs this. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { lastLine } from './library.ts'
import { Stopped } from './stopped.ts'

const run = promisify(execFile)
const require = createRequire(import.meta.url)

/**
 * The addon speaks Node-API, which is the same for every Node: the headers of the package node-api-headers do, and
 * nothing is downloaded. node-gyp wants a few defaults beside them, which a full set of headers would bring.
 */
const COMMON_GYPI = `{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': { 'Release': { 'cflags': ['-O2'] } },
    'cflags': ['-fPIC', '-Wno-unused-parameter'],
    'cflags_cc': ['-std=gnu++17'],
    'defines': ['_GLIBCXX_USE_CXX11_ABI=1'],
  },
}
`

/** Throws Stopped with the compiler's last words. The packages' own files are left as they are. */
export async function buildAddon(packageFolder: string, scratch: string): Promise<void> {
  const headers = path.join(scratch, 'headers')
  mkdirSync(path.join(headers, 'include/node'), { recursive: true })
  const source = path.join(path.dirname(require.resolve('node-api-headers/package.json')), 'include')
  cpSync(source, path.join(headers, 'include/node'), { recursive: true })
  writeFileSync(path.join(headers, 'include/node/common.gypi'), COMMON_GYPI)
  writeFileSync(path.join(headers, 'include/node/config.gypi'), `${JSON.stringify(gypConfig(), null, 2)}\n`)

  const { binary } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as {
    binary: { module_name: string; module_path: string; napi_versions: number[] }
  }
  const napi = Math.max(...binary.napi_versions.filter((one) => one <= Number(process.versions.napi)))
  const target = path.join(packageFolder, binary.module_path.replace('{napi_build_version}', String(napi)))
  const variables = {
    module: path.join(target, `${binary.module_name}.node`),
    module_name: binary.module_name,
    module_path: target,
    napi_version: process.versions.napi,
    napi_build_version: String(napi),
    node_napi_label: `napi-v${napi}`,
  }
  const given = Object.entries(variables).map(([name, value]) => `--${name}=${value}`)
  try {
    await run(process.execPath, [nodeGyp(), 'rebuild', `--nodedir=${headers}`, ...given], {
      cwd: packageFolder,
      timeout: 900_000,
      maxBuffer: 1 << 26,
    })
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string }
    const words = `${stdout}\n${stderr}`.split('\n').find((line) => /error|not found|could not/i.test(line))
    throw new Stopped(
      `The addon could not be built: ${words?.trim() ?? lastLine(error)}. It needs a compiler (apt install g++ make python3).`,
    )
  }
  rmSync(path.join(packageFolder, 'build'), { recursive: true, force: true })
  if (!existsSync(variables.module)) throw new Stopped(`node-gyp ended well, but ${variables.module} is not there.`)
}

/** What node-gyp asks of a Node's own configuration; the rest of it is about how that Node itself was built. */
function gypConfig() {
  const { host_arch, target_arch } = process.config.variables
  return {
    target_defaults: { cflags: [], default_configuration: 'Release', defines: [], include_dirs: [], libraries: [] },
    variables: { host_arch, target_arch, napi_build_version: process.versions.napi, node_shared: false },
  }
}

/** npm carries node-gyp; it is a dependency of the flow engine as well. */
function nodeGyp(): string {
  const places = [
    () => require.resolve('node-gyp/bin/node-gyp.js'),
    () => path.join(path.dirname(require.resolve('npm/package.json')), 'node_modules/node-gyp/bin/node-gyp.js'),
    () => path.resolve(process.env['npm_execpath'] ?? '', '../../node_modules/node-gyp/bin/node-gyp.js'),
  ]
  for (const place of places) {
    try {
      const file = place()
      if (existsSync(file)) return file
    } catch {
      // Not there; the next place.
    }
  }
  throw new Stopped('node-gyp was not found; it comes with npm: run this as `npm run setup:tensorflow`.')
}
