/**
 * Spares function nodes that cannot run for ever the watchdog of `globalFunctionTimeout`. Node starts a thread for every
 * timed call of a script: 100 µs here, against 1 µs for the call itself. What has no loop, no function of its own and no
 * regular expression ends by itself; everything else keeps its timeout. Whoever still finds a way to hang is ended by the
 * host, which misses the child's beat.
 */
import vm from 'node:vm'
import { type Node, parse } from 'acorn'

/** Syntax through which code can repeat itself, or run something whose length it does not show. */
const repeating = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassDeclaration',
  'ClassExpression',
  'AwaitExpression',
  'YieldExpression',
  'TaggedTemplateExpression',
  'ImportExpression',
  'WithStatement',
])
/** Built-in functions that take long with a large number, or run text or patterns. */
const unbounded = new Set([
  'eval',
  'Function',
  'RegExp',
  'constructor',
  'repeat',
  'fill',
  'padStart',
  'padEnd',
  'from',
  'match',
  'matchAll',
])

/** True where the text of a function node, as Node-RED wraps it, is certain to end by itself. */
export function endsByItself(code: string): boolean {
  try {
    const program = parse(`async function wrapped() {${code}\n}`, { ecmaVersion: 'latest' })
    const [wrapper] = program.body
    return wrapper?.type === 'FunctionDeclaration' && program.body.length === 1 && isStraight(wrapper.body)
  } catch {
    // Node-RED itself tells what is wrong with the code.
    return false
  }
}

interface Syntax extends Node {
  name?: unknown
  regex?: unknown
  bigint?: unknown
  computed?: unknown
  value?: unknown
  [field: string]: unknown
}

function isStraight(node: Node): boolean {
  const syntax = node as Syntax
  if (repeating.has(syntax.type) || syntax.regex !== undefined || typeof syntax.bigint === 'string') return false
  if (syntax.type === 'Identifier' && unbounded.has(String(syntax.name))) return false
  // x['rep' + 'eat'] is not worth following.
  if (syntax.type === 'Literal' && unbounded.has(String(syntax.value))) return false
  for (const part of Object.values(syntax)) {
    const children = Array.isArray(part) ? part : [part]
    for (const child of children) if (isNode(child) && !isStraight(child)) return false
  }
  return true
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/** How Node-RED 5 wraps the code of a function node; anything else keeps its timeout. */
const head = 'var results = null;results = (async function(msg,__send__,__done__){'
const codeOf = (text: string): string | undefined =>
  text.startsWith(head) ? text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\n')) : undefined

/** From now on, scripts of function nodes that end by themselves run without a watchdog. For the flow engine's child alone. */
export function sparePlainFunctions(): void {
  class BoundedScript extends vm.Script {
    readonly #plain: boolean

    constructor(text: string, options?: vm.ScriptOptions | string) {
      super(text, options)
      const code = codeOf(text)
      this.#plain = code !== undefined && endsByItself(code)
    }

    override runInContext(context: vm.Context, options?: vm.RunningCodeOptions): unknown {
      if (!this.#plain || !options?.timeout) return super.runInContext(context, options)
      return super.runInContext(context, { ...options, timeout: undefined })
    }
  }
  vm.Script = BoundedScript
}
