/** What may stand in a flow. Everything else of Node-RED (exec, file, tcp, udp, http, mqtt) is not even loaded. */

/** Files of Node-RED's core nodes that are loaded. A test holds it against the types that Node-RED then knows. */
export const coreFiles = [
  '05-junction.js',
  '20-inject.js',
  '21-debug.js',
  '24-complete.js',
  '25-catch.js',
  '25-status.js',
  '60-link.js',
  '90-comment.js',
  // The editor keeps environment variables for all tabs in one.
  '91-global-config.js',
  // The editor draws with it what it does not know.
  '98-unknown.js',
  '10-function.js',
  '10-switch.js',
  '15-change.js',
  '16-range.js',
  '80-template.js',
  '89-delay.js',
  '89-trigger.js',
  'rbe.js',
  '17-split.js',
  '18-sort.js',
  '19-batch.js',
  '70-JSON.js',
  '70-CSV.js',
] as const

export const coreTypes = [
  'junction',
  'inject',
  'debug',
  'complete',
  'catch',
  'status',
  'link in',
  'link out',
  'link call',
  'comment',
  'function',
  'switch',
  'change',
  'range',
  'template',
  'delay',
  'trigger',
  'rbe',
  'split',
  'join',
  'sort',
  'batch',
  'json',
  'csv',
] as const

/** Not nodes that pass messages: they have no place on a tab, or hold others. */
export const structureTypes = ['tab', 'subflow', 'group', 'global-config'] as const

/** Nodes of flows/palette/package.json. */
export const paletteTypes = [
  'endcap-event-in',
  'endcap-presence',
  'endcap-shelf',
  'endcap-cold-chain',
  'endcap-camera',
  'endcap-consent-gate',
  'endcap-staff-on-shift',
  'endcap-product',
  'endcap-planogram',
  'endcap-infer',
  'endcap-show-on-sign',
  'endcap-product-on-sign',
  'endcap-notify-staff',
  'endcap-open-task',
  'endcap-device-command',
] as const

/** Every type that may be deployed, subflow instances (`subflow:<id>`) aside. */
export const allowedTypes: ReadonlySet<string> = new Set([...coreTypes, ...structureTypes, ...paletteTypes])
