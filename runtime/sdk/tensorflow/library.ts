/** TensorFlow's C library out of a wheel, checked and laid where the addon of tfjs-node looks. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, globSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { Stopped } from './stopped.ts'

const run = promisify(execFile)

/** The C interface is kept stable; these are the wheels that were tried. The Python in the name does not matter. */
const VERSION = '2.21.0'
const wheels: Record<string, { requirement: string; sha256: string; platforms: string[] }> = {
  x64: {
    requirement: `tensorflow-cpu==${VERSION}`,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    platforms: ['manylinux_2_27_x86_64'],
  },
  arm64: {
    requirement: `tensorflow==${VERSION}`,
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    platforms: ['manylinux_2_27_aarch64'],
  },
}
/** The wheel for this machine by pip. Throws Stopped with pip's last line. */
export async function fetchArchive(folder: string): Promise<string> {
  const wheel = wheels[process.arch]
  if (!wheel) throw new Stopped(`There is no wheel for ${process.arch}.`)
  const options = ['--no-deps', '--only-binary=:all:', '--implementation=cp', '--python-version=3.11', '--quiet']
  for (const platform of wheel.platforms) options.push(`--platform=${platform}`)
  try {
    await run('python3', ['-m', 'pip', 'download', ...options, '--dest', folder, wheel.requirement], {
      timeout: 1_800_000,
    })
  } catch (error) {
    throw new Stopped(
      `pip could not fetch ${wheel.requirement}: ${lastLine(error)}. Fetch it on another machine and give it with --from.`,
    )
  }
  const [file] = globSync('*.whl', { cwd: folder })
  if (file === undefined) throw new Stopped(`pip fetched no wheel of ${wheel.requirement}.`)
  const archive = path.join(folder, file)
  const hash = createHash('sha256')
  await pipeline(createReadStream(archive), hash)
  if (hash.digest('hex') !== wheel.sha256)
    throw new Stopped(`${file} is not the file that was tried: its SHA-256 is another.`)
  return archive
}

/** Unpacks what is needed of the archive into deps/ of the package. Throws Stopped where something is missing. */
export async function layLibrary(archive: string, packageFolder: string, say: (text: string) => void): Promise<void> {
  const deps = path.join(packageFolder, 'deps')
  const fresh = path.join(packageFolder, 'deps.new')
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })
  try {
    await unpack(archive, fresh)
    await checkSymbols(packageFolder, fresh, say)
    // The name with the number keeps the package from downloading; the one without is what the linker looks for.
    for (const [name, target] of [
      ['libtensorflow.so', 'libtensorflow_cc.so.2'],
      ['libtensorflow.so.2.9.1', 'libtensorflow_cc.so.2'],
      ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
    ] as const)
      await symlink(target, path.join(fresh, 'lib', name))
    await rm(deps, { recursive: true, force: true })
    await rename(fresh, deps)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function unpack(archive: string, fresh: string): Promise<void> {
  try {
    await run('python3', ['-c', UNPACK, archive, fresh], { timeout: 600_000 })
  } catch (error) {
    throw new Stopped(`${path.basename(archive)} could not be unpacked: ${lastLine(error)}.`)
  }
}

async function checkSymbols(packageFolder: string, fresh: string, say: (text: string) => void): Promise<void> {
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
    path.join(fresh, 'lib', name),
  )
  const needed = neededSymbols(packageFolder)
  const exported = await exportedSymbols(libraries)
  const lacking = needed.filter((name) => !exported.has(name))
  if (lacking.length > 0)
    throw new Stopped(
      `The library lacks ${lacking.length} functions that the addon calls: ${lacking.slice(0, 5).join(', ')}.`,
    )
  say(`It exports all ${needed.length} functions that the addon calls`)
}

/** A wheel is a zip file. Of a path, what follows the last `include` or the file's name is kept. */
const UNPACK = `
import os, shutil, sys, zipfile
archive, target = sys.argv[1:]
found = set()
with zipfile.ZipFile(archive) as zip:
    for name in zip.namelist():
        parts = name.split('/')
        base = parts[-1]
        if base in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'):
            place = os.path.join(target, 'lib', base)
        elif base.endswith('.h') and 'include' in parts and '..' not in parts and any(part in ('c', 'platform', 'tsl', 'xla') for part in parts):
            place = os.path.join(target, 'include', *parts[parts.index('include') + 1:])
        else:
            continue
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with zip.open(name) as source, open(place, 'wb') as out:
            shutil.copyfileobj(source, out, 1 << 20)
        found.add(base)
for need in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'c_api.h'):
    if need not in found:
        sys.exit('it holds no ' + need)
`

/** What the addon's source calls of TensorFlow's C interface; strings are inline in its headers, TF_Auto… its own. */
function neededSymbols(packageFolder: string): string[] {
  const names = new Set<string>()
  for (const file of globSync('binding/*.{cc,h}', { cwd: packageFolder }))
    for (const [, name = ''] of readFileSync(path.join(packageFolder, file), 'utf8').matchAll(
      /\b(TFE?_[A-Z]\w+)\s*\(/g,
    ))
      names.add(name)
  return [...names].filter((name) => name !== name.toUpperCase() && !/^TFE?_(TString_|Auto)/.test(name))
}

async function exportedSymbols(libraries: string[]): Promise<Set<string>> {
  const names = new Set<string>()
  for (const library of libraries) {
    let symbols: string
    try {
      symbols = (await run('nm', ['-D', '--defined-only', library], { maxBuffer: 1 << 30 })).stdout
    } catch (error) {
      throw new Stopped(`nm could not read ${path.basename(library)} (apt install binutils): ${lastLine(error)}.`)
    }
    for (const [, name = ''] of symbols.matchAll(/ [TWV] (TFE?_\w+)/g)) names.add(name)
  }
  return names
}

export const lastLine = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr?.trim() || message).split('\n').slice(-1)[0] ?? ''
}
