/** The model runner by itself, for training, evaluation and measurement; a plugin uses `ctx.model`. */
export { backendWorks } from './model/backends.ts'
export {
  type Activation,
  buildDense,
  type DenseLayer,
  type DenseNet,
  packDense,
  readDense,
  type WeightedLayer,
  weightSizes,
} from './model/dense.ts'
export { openModel } from './model/model.ts'
export { describeModel, type Described } from './model/read.ts'
export type * from './model/types.ts'
