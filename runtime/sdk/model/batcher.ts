/** Gathers single calls into batches: a batch runs when it is full, or when its first call has waited long enough. */
export interface Batcher {
  /** The tensors of this row's answer. */
  add(row: Float32Array[]): Promise<Float32Array[]>
  /** Refuses what waits. */
  stop(): void
}

interface Waiting {
  row: Float32Array[]
  resolve(tensors: Float32Array[]): void
  reject(error: unknown): void
}

export function createBatcher(
  { most, withinMilliseconds }: { most: number; withinMilliseconds: number },
  run: (rows: readonly Float32Array[][]) => Promise<Float32Array[][]>,
): Batcher {
  let waiting: Waiting[] = []
  let timer: NodeJS.Timeout | undefined

  const go = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = []
    run(batch.map(({ row }) => row)).then(
      (results) => {
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? [])
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error)
      },
    )
  }

  return {
    add: (row) =>
      new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject })
        if (waiting.length >= most) go()
        else timer ??= setTimeout(go, withinMilliseconds)
      }),
    stop() {
      clearTimeout(timer)
      for (const { reject } of waiting.splice(0)) reject(new Error('the model is closed'))
    },
  }
}
