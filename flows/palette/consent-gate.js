export { default } from './consent-gate.ts'
