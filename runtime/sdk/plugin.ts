import type { Context } from './types.ts'

/** Ends what the plugin started; awaited when the plugin is stopped, at most three seconds. */
export type Cleanup = () => void | Promise<void>

/** `void` is what a plugin that only obeys `ctx.signal` returns. */
export type Setup<D, P> = (ctx: Context<D, P>) => Promise<Cleanup | void> | Cleanup | void

export interface Plugin<D = unknown, P = unknown> {
  readonly endcap: 1
  readonly setup: Setup<D, P>
}

/**
 * Defines a plugin; make it the default export. The plugin counts as ready when `setup` has returned or resolved, so
 * start long loops without awaiting them. Work that never ends listens to `ctx.signal`.
 */
export const definePlugin = <D = unknown, P = unknown>(setup: Setup<D, P>): Plugin<D, P> => ({ endcap: 1, setup })
