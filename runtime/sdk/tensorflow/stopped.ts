/** What stopped the set-up, and what to do: told without a stack. */
export class Stopped extends Error {}
