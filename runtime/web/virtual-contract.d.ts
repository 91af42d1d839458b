/** Filled in by contract-facts.ts when the pages are built. */
declare module 'virtual:contract' {
  export const purposes: Record<'recognition' | 'arrival-notice' | 'favourite-associate', string>
  /** One sentence for each event type. */
  export const meanings: Record<string, string>
}

/** Vite gives the address of the file beside the page's code. */
declare module '*.wasm?url' {
  const url: string
  export default url
}
