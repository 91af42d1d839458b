export { type ClockWatch, watchClock } from './clock.ts'
export {
  type BoxConfig,
  Config,
  configFile,
  type LoadedConfig,
  loadConfig,
  parseConfig,
  previousFile,
  saveConfig,
} from './config.ts'
export { askRuntime, type Control, type ControlActions, startControl } from './control.ts'
export { type Home, openHome } from './home.ts'
export { createLog, readable } from './log.ts'
export { watchPluginFolder } from './plugin-folder.ts'
export { writePluginSettings } from './plugin-settings.ts'
export { type Boot, type BootOptions, type StageName, type StageState, stageNames, startBoot } from './stages.ts'
export { watchConfig } from './watch.ts'
