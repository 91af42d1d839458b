/** A net of plain typed arrays as a runner. */
import type { ModelDescription } from '../../contract/child.ts'
import type { DenseNet } from './dense.ts'
import type { Runner } from './types.ts'
import { sizeOf } from './values.ts'

/** Throws where model.json promises another shape than the net has. */
export function plainRunner({ inputs, outputs }: ModelDescription, net: DenseNet): Runner {
  const [input] = inputs
  const [output] = outputs
  if (!input || !output || inputs.length > 1 || outputs.length > 1)
    throw new RangeError('takes one input and one output alone')
  const size = sizeOf(input.shape)
  const answer = sizeOf(output.shape)
  if (size % net.inputs !== 0) throw new RangeError(`takes rows of ${net.inputs} numbers, model.json promises ${size}`)
  return {
    backend: 'plain',
    version: `node ${process.versions.node}`,
    parameters: net.parameters,
    memoryBytes: () => 4 * net.parameters,
    run([values = new Float32Array()], batch) {
      if (batch === 1) return [net.run(values)]
      const all = new Float32Array(batch * answer)
      for (let row = 0; row < batch; row++)
        all.set(net.run(values.subarray(row * size, (row + 1) * size)), row * answer)
      return [all]
    },
    close: () => undefined,
  }
}
