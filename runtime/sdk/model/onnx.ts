/** ONNX models as runners, on ONNX Runtime with one thread: a box has other work for its cores. */
import type { ModelDescription } from '../../contract/child.ts'
import type { Runner } from './types.ts'

/** Throws with the reason where the library does not work here or does not take the model. */
export async function loadOnnx(description: ModelDescription, file: Uint8Array): Promise<Runner> {
  const { env, InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  })
  const nameOf = (names: readonly string[], tensor: string | undefined, name: string, count: number) => {
    const wanted = tensor ?? (count === 1 ? names[0] : name)
    if (wanted === undefined || !names.includes(wanted))
      throw new RangeError(`it has no tensor ${wanted ?? name}; there are ${names.join(', ')}`)
    return wanted
  }
  const { inputs, outputs } = description
  const given = inputs.map(({ name, tensor, shape }) => {
    const own = nameOf(session.inputNames, tensor, name, inputs.length)
    const metadata = session.inputMetadata.find((one) => one.name === own)
    const type = metadata?.isTensor ? metadata.type : 'float32'
    /** A file made for one row takes no batch; its first axis is a number then, not a name. */
    const single = metadata?.isTensor ? metadata.shape[0] === 1 : false
    return { own, shape, type, single }
  })
  const asked = outputs.map(({ name, tensor }) => nameOf(session.outputNames, tensor, name, outputs.length))
  const single = given.some((input) => input.single)

  const runOnce = async (values: readonly Float32Array[], batch: number): Promise<Float32Array[]> => {
    const feeds: Record<string, InstanceType<typeof Tensor>> = {}
    for (const [at, { own, shape, type }] of given.entries())
      feeds[own] = tensorOf(values[at] ?? new Float32Array(), [batch, ...shape], type)
    const results = await session.run(feeds, asked)
    return asked.map((name) => floats(results[name]?.data))
  }
  const tensorOf = (values: Float32Array, shape: number[], type: string) => {
    if (type === 'float32') return new Tensor('float32', values, shape)
    if (type === 'int32') return new Tensor('int32', Int32Array.from(values), shape)
    if (type === 'uint8') return new Tensor('uint8', Uint8Array.from(values), shape)
    if (type === 'int64')
      return new Tensor(
        'int64',
        BigInt64Array.from(values, (value) => BigInt(Math.round(value))),
        shape,
      )
    throw new TypeError(`its input is of the type ${type}`)
  }

  return {
    backend: 'onnxruntime',
    version: env.versions.node ?? env.versions.common,
    parameters: Math.round(file.byteLength / 4),
    memoryBytes: () => file.byteLength,
    async run(values, batch) {
      if (batch === 1 || !single) return runOnce(values, batch)
      const rows: Float32Array[][] = []
      for (let row = 0; row < batch; row++)
        rows.push(
          await runOnce(
            values.map((own) => own.subarray((row * own.length) / batch, ((row + 1) * own.length) / batch)),
            1,
          ),
        )
      return asked.map((_, output) => Float32Array.from(rows.flatMap((row) => Array.from(row[output] ?? []))))
    },
    close: () => void session.release().catch(() => undefined),
  }
}

const floats = (data: unknown): Float32Array => {
  if (data instanceof Float32Array) return data
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number)
  if (data instanceof Int32Array || data instanceof Float64Array || data instanceof Uint8Array)
    return Float32Array.from(data)
  throw new TypeError('its output is of a type that holds no numbers')
}

export async function onnxVersion(): Promise<string> {
  const { env } = await import('onnxruntime-node')
  return env.versions.node ?? env.versions.common
}
