/**
 * Packs the SDK as JavaScript with types, since Node strips no types under node_modules:
 *
 *   node runtime/sdk/pack.ts [folder]
 *
 * writes endcap-sdk-<version>.tgz there. It holds what it imports (contract, decoders) and the libraries that these
 * import, so that it installs without a registry.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
const entries = ['index', 'testing', 'child'].map((name) => `runtime/sdk/${name}`)
const libraries = ['msgpackr', 'typebox']

/** Resolves with the path of the tarball. */
export async function packSdk(folder: string): Promise<string> {
  const stage = await mkdtemp(path.join(tmpdir(), 'endcap-sdk-'))
  try {
    await compile(stage)
    await describe(stage)
    await Promise.all(libraries.map((library) => bundle(stage, library)))
    await mkdir(folder, { recursive: true })
    const { stdout } = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', path.resolve(folder)],
      {
        cwd: stage,
      },
    )
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>)
    return path.resolve(folder, packed?.filename ?? '')
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

async function compile(stage: string) {
  const config = path.join(stage, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: stage,
    typeRoots: [path.join(root, 'node_modules/@types')],
  }
  const files = entries.map((entry) => path.join(root, `${entry}.ts`))
  await writeFile(
    config,
    JSON.stringify({ extends: path.join(root, 'tsconfig.json'), compilerOptions, files, include: [] }),
  )
  await run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { cwd: root })
  await rm(config)
}

const face = (entry: string) => ({ types: `./${entry}.d.ts`, default: `./${entry}.js` })

async function describe(stage: string) {
  const read = async (file: string) => JSON.parse(await readFile(path.join(root, file), 'utf8')) as Described
  const own = await read('runtime/sdk/package.json')
  const { dependencies } = await read('package.json')
  const packed = {
    name: own.name,
    version: own.version,
    description: 'What an Endcap plugin imports: definePlugin, decoders, the test kit',
    license: own.license,
    type: 'module',
    exports: { '.': face('runtime/sdk/index'), './testing': face('runtime/sdk/testing') },
    dependencies: Object.fromEntries(libraries.map((library) => [library, dependencies?.[library]])),
    bundleDependencies: libraries,
    engines: { node: '>=26' },
  }
  await writeFile(path.join(stage, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`)
  await cp(path.join(root, 'LICENSE'), path.join(stage, 'LICENSE'))
}

interface Described {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
}

/** Without what it may also use: an optional native helper would have to come from a registry. */
async function bundle(stage: string, library: string) {
  const place = path.join(stage, 'node_modules', library)
  await cp(path.join(root, 'node_modules', library), place, { recursive: true })
  const file = path.join(place, 'package.json')
  const {
    optionalDependencies: _,
    devDependencies: __,
    scripts: ___,
    ...kept
  } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  await writeFile(file, JSON.stringify(kept, null, 2))
}

if (import.meta.main) process.stdout.write(`${await packSdk(process.argv[2] ?? '.')}\n`)
