/** The test kit of a plugin's vendor: the plugin in its own process, without a box. */
export { type Emitted, type TestedPlugin, type TestOptions, testPlugin } from './testing/harness.ts'
export { conform, type Finding, type Rule, rules } from './testing/rules.ts'
export { type CheckedTrace, checkTrace, type TraceFault } from './testing/check-trace.ts'
