export { createShop } from './shop.ts'
export { readPlan } from './plan.ts'
export type * from './types.ts'
export { readYaml, type YamlFile, type YamlSource } from './yaml-file.ts'
