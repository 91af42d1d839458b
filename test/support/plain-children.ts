/**
 * tap hands its module hooks to every process that a test starts, by NODE_OPTIONS (package process-on-spawn). A child
 * of the host gets an empty environment and may not read tap's files, so tests that start such children import this.
 */
interface SpawnHooks {
  listeners: unknown[]
}

const hooks = (globalThis as Record<symbol, SpawnHooks | undefined>)[Symbol.for('process-on-spawn@*:singletonId')]
if (hooks) hooks.listeners = []
delete process.env['NODE_OPTIONS']
