export { default } from './cold-chain.ts'
