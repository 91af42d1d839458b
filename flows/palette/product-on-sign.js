export { default } from './product-on-sign.ts'
