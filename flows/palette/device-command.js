export { default } from './device-command.ts'
