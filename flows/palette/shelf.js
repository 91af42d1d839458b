export { default } from './shelf.ts'
