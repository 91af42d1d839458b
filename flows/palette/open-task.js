export { default } from './open-task.ts'
