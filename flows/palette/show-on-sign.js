export { default } from './show-on-sign.ts'
