export { default } from './notify-staff.ts'
