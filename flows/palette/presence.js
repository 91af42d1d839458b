export { default } from './presence.ts'
