export { default } from './product.ts'
