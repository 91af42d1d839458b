export { default } from './staff-on-shift.ts'
