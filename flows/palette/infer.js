export { default } from './infer.ts'
