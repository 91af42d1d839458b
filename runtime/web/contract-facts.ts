import type { Plugin } from 'vite'
import { purposes, vocabulary } from '../contract/index.ts'

const ID = 'virtual:contract'

/**
 * Gives the pages the words of the contract (wordings of consent, meaning of each event type) as plain data,
 * so that a browser does not load the schemas and their compiler.
 */
export const contractFacts = (): Plugin => ({
  name: 'endcap-contract-facts',
  resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
  load(id) {
    if (id !== `\0${ID}`) return undefined
    const meanings = Object.fromEntries([...vocabulary].map(([type, { meaning }]) => [type, meaning]))
    return `export const purposes = ${JSON.stringify(purposes)}\nexport const meanings = ${JSON.stringify(meanings)}\n`
  },
})
