export { default } from './planogram.ts'
