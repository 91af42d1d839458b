/** The models that a plugin has open: opened once, told to the console, closed with the plugin. */
import { EndcapError, type ModelReport, type StartMessage } from '../contract/child.ts'
import type { Log, Model, ModelOptions } from './types.ts'

export interface PluginModels {
  open(name: string, options?: ModelOptions): Promise<Model>
  /** For the heartbeat; undefined where none is open. */
  reports(): ModelReport[] | undefined
}

export function createPluginModels({ plugin, models }: StartMessage, signal: AbortSignal, log: Log): PluginModels {
  const opened = new Map<string, Promise<Model>>()
  const running = new Set<Model>()
  signal.addEventListener('abort', () => {
    for (const model of running) model.close()
  })

  const open = async (name: string, key: string, options?: ModelOptions): Promise<Model> => {
    if (!models) throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin, what: `the model ${name}` })
    // Loaded only now: a plugin without a model must stay small.
    const { openModel } = await import('./model/model.ts')
    const loaded = await openModel(name, models, options)
    const model: Model = {
      ...loaded,
      close() {
        running.delete(model)
        opened.delete(key)
        loaded.close()
      },
    }
    running.add(model)
    if (signal.aborted) model.close()
    const { version, backend, backendVersion, passedOver, warmUpMilliseconds } = model.info()
    const why = passedOver.map((one) => `; not ${one.backend}: ${one.reason}`).join('')
    log.info(
      { warmUpMilliseconds: Math.round(warmUpMilliseconds) },
      `model ${name} ${version} runs on ${backend} ${backendVersion}${why}`,
    )
    return model
  }

  return {
    open(name, options) {
      const key = `${name} ${JSON.stringify(options ?? {})}`
      let model = opened.get(key)
      if (!model) {
        opened.set(key, (model = open(name, key, options)))
        // What could not be opened may be mended: the next call looks again.
        model.catch(() => opened.delete(key))
      }
      return model
    },
    reports: () =>
      running.size === 0
        ? undefined
        : [...running].map((model) => {
            const { name, version, backend, passedOver, calls, failed, latency, memoryBytes } = model.info()
            const why = passedOver.map((one) => `${one.backend}: ${one.reason}`).join('; ')
            return {
              name,
              version,
              backend,
              passedOver: why,
              calls,
              failed,
              p50: latency.p50,
              p99: latency.p99,
              memoryBytes,
            }
          }),
  }
}
