/** Finds and imports a plugin's entry, and gives every plugin this copy of the SDK. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from './plugin.ts'

/**
 * `@endcap/sdk` is the host's own copy wherever it is imported, so a plugin need not install it, and one that did
 * cannot bring another protocol.
 */
export function serveSdk(): void {
  const extension = path.extname(import.meta.filename)
  const own = new Map([
    ['@endcap/sdk', new URL(`./index${extension}`, import.meta.url).href],
    ['@endcap/sdk/testing', new URL(`./testing${extension}`, import.meta.url).href],
  ])
  registerHooks({ resolve: (specifier, context, next) => next(own.get(specifier) ?? specifier, context) })
}

/** The default export of a package's `main`. Throws where it is not a plugin. */
export async function loadPlugin(folder: string): Promise<Plugin> {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { main?: string }
  const file = path.resolve(folder, manifest.main ?? 'index.js')
  const module = (await import(pathToFileURL(file).href)) as { default?: Partial<Plugin> }
  if (typeof module.default?.setup !== 'function')
    throw new TypeError(`${file} has no default export made by definePlugin`)
  return module.default as Plugin
}
