export { default } from './camera.ts'
