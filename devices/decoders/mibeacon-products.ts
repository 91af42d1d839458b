/** How a product tells which of its buttons was pressed; see mibeacon-objects.ts. */
export type Buttons =
  | 'single'
  | 'presses'
  | 'cube'
  | 'dimmer'
  | { remote: readonly string[] }
  /** Keys of a wall switch; which of them, each alone and then together. */
  | { keys: readonly (readonly string[])[] }
  /** A byte that says how it was pressed. */
  | { how: Readonly<Record<number, string>> }
  /** A byte that counts from 0, or from 1. */
  | { from: 0 | 1; names: readonly string[] }
  /** A byte with a bit for each. */
  | { bits: readonly string[] }

export interface MiProduct {
  model: string
  vendor?: string
  buttons?: Buttons
  /** It speaks only when something happens. */
  sleepy?: true
  /** What the object 0x0003, 0x000f or 0x1007 says of light: from 100 on it is light, or the lux themselves. */
  light?: 'from-100' | 'lux'
  /** A water leak sensor that tells splashes from above from standing water. */
  leaks?: true
  /** 0x6e16 are the measurements of a body composition scale; a frame without any says that nobody stands on it. */
  scale?: true
  /** Decimals of its humidity are noise that climbs in steps (so do ESPHome and ble_monitor say): whole percent count. */
  wholeHumidity?: true
  /** Its occupancy says 2 for somebody who has just left. */
  leaves?: true
  /** Any lock message also arms. */
  handle?: true
}

const linptech = 'Linptech'
const sleepy = true
const two = ['left', 'right'] as const
const four = ['left', 'middle-left', 'middle-right', 'right'] as const

const threeKeys = 'left middle right left+middle middle+right left+right left+middle+right'
  .split(' ')
  .map((keys) => keys.split('+'))
const fanKeys = ['fan', 'light', 'wind_speed', 'color_temperature', 'wind_mode', 'brightness']
const ventilatorKeys = 'swing power timer_60_minutes increase_wind_speed timer_30_minutes decrease_wind_speed'.split(
  ' ',
)
const bathroomKeys = 'stop air_exchange fan increase_speed decrease_speed dry light swing heat'.split(' ')

/** Product numbers in MiBeacon frames (registered with Xiaomi; gathered by the open decoders, see docs/devices.md). */
export const miProducts: ReadonlyMap<number, MiProduct> = new Map<number, MiProduct>([
  [0x0083, { model: 'YM-K1501' }],
  [0x0098, { model: 'HHCCJCY01', light: 'lux' }],
  [0x00db, { model: 'MMC-T201-1' }],
  [0x0113, { model: 'YM-K1501EU' }],
  [0x0153, { model: 'YLYK01YL', buttons: { remote: ['on', 'off', 'brightness', 'plus', 'M', 'min'] } }],
  [0x015d, { model: 'HHCCPOT002' }],
  [0x01aa, { model: 'LYWSDCGQ' }],
  [0x02df, { model: 'JQJCY01YM' }],
  [0x0347, { model: 'CGG1' }],
  [0x0380, { model: 'DSL-C08', handle: true }],
  [0x0387, { model: 'MHO-C401', wholeHumidity: true }],
  [0x0391, { model: 'MMC-W505', sleepy }],
  [0x03b6, { model: 'YLKG07YL/YLKG08YL', buttons: 'dimmer' }],
  [0x03bc, { model: 'GCLS002', light: 'lux' }],
  [0x03bf, { model: 'YLYB01YL-BHFRC', buttons: { remote: bathroomKeys } }],
  [0x03d6, { model: 'CGH1', sleepy }],
  [0x03dd, { model: 'MUE4094RT' }],
  [0x040a, { model: 'WX08ZM' }],
  [0x045b, { model: 'LYWSD02' }],
  [0x045c, { model: 'V-SK152' }],
  [0x0489, { model: 'M1S-T500' }],
  [0x04e1, { model: 'XMMF01JQD', buttons: 'cube' }],
  [0x04e6, { model: 'YLYK01YL-VENFAN', buttons: { remote: ventilatorKeys } }],
  [0x04e9, { model: 'MJZNMSQ01YD' }],
  [0x055b, { model: 'LYWSD03MMC', wholeHumidity: true }],
  [0x0576, { model: 'CGD1' }],
  [0x0599, { model: 'MJZNMS03LM' }],
  [0x066f, { model: 'CGDK2' }],
  [0x068e, { model: 'YLYK01YL-FANCL', buttons: { remote: fanKeys } }],
  [0x069e, { model: 'ZNMS16LM' }],
  [0x069f, { model: 'ZNMS17LM' }],
  [0x06d3, { model: 'MHO-C303' }],
  [0x0784, { model: 'XMZNMS04LM' }],
  [0x07bf, { model: 'YLAI003', buttons: 'presses' }],
  [0x07f6, { model: 'MJYD02YL', light: 'from-100' }],
  [0x0806, { model: 'T700' }],
  [0x0863, { model: 'SJWS01LM', buttons: 'presses' }],
  [0x098b, { model: 'MCCGQ02HL', sleepy, light: 'from-100' }],
  [0x098c, { model: 'XMZNMST02YD' }],
  [0x0997, { model: 'JTYJGD03MI', sleepy, buttons: 'presses' }],
  [0x0a83, { model: 'CGPR1', light: 'lux' }],
  [0x0a8d, { model: 'RTCGQ02LM', sleepy, light: 'from-100', buttons: 'presses' }],
  [0x0b48, { model: 'CGG1-ENCRYPTED' }],
  [0x0c3c, { model: 'CGC1' }],
  [0x0de7, { model: 'SU001-T' }],
  [0x0dfd, { model: 'K9B-3BTN', buttons: { keys: threeKeys } }],
  [0x0e39, { model: 'XMZNMS08LM' }],
  [0x11c2, { model: 'Lockin-SV40' }],
  [0x1203, { model: 'XMWSDJ04MMC' }],
  [0x1568, { model: 'K9B-1BTN', buttons: { keys: [['']] } }],
  [0x1569, { model: 'K9B-2BTN', buttons: { keys: [['left'], ['right'], ['left', 'right']] } }],
  [0x16e4, { model: 'LYWSD02MMC' }],
  [0x1790, { model: 'T700' }],
  [0x1889, { model: 'MS1BB(MI)', sleepy, buttons: 'single' }],
  [0x1949, { model: 'XMWXKG01YL', buttons: { bits: two } }],
  [0x1c10, { model: 'K9BB-1BTN', buttons: { how: { 1: 'press', 8: 'long-press', 15: 'double-press' } } }],
  [0x2387, { model: 'XMWXKG01LM', buttons: 'single' }],
  [0x2542, { model: 'LYWSD02MMC' }],
  [0x2832, { model: 'MJWSD05MMC' }],
  [0x2aeb, { model: 'HS1BB(MI)', sleepy }],
  [0x30d9, { model: 'MJTZC01YM', sleepy, scale: true }],
  [0x3531, { model: 'XMPIRO2SXS', sleepy }],
  [0x38bb, { model: 'PTX_YK1_QMIMB', buttons: 'single' }],
  [0x3a61, { model: 'KS1', buttons: { from: 1, names: four } }],
  [0x3bd5, { model: 'MJTZC01YM', sleepy, scale: true }],
  [0x3e17, { model: 'KS1BP', buttons: { from: 1, names: four } }],
  [0x3f0f, { model: 'RS1BB(MI)', sleepy }],
  [0x3f4c, { model: 'PS1BB', vendor: linptech, sleepy }],
  [0x45c9, { model: 'MJTZC02YM' }],
  [0x4683, { model: 'XMOSB01XS', sleepy, leaves: true }],
  [0x48cf, { model: 'MJTZC01YM', sleepy, scale: true }],
  [0x4b05, { model: 'MJTZC03YM', sleepy, scale: true }],
  [0x4c04, { model: 'MJTZC02YM' }],
  [0x4c47, { model: 'MJWSD05MMC' }],
  [0x4c60, { model: 'XMPIRO2GSXS', sleepy }],
  [0x4dcb, { model: 'MJTZC02YM' }],
  [0x4f59, { model: 'CGDK3' }],
  [0x50fb, { model: 'ES3', vendor: linptech, sleepy }],
  [0x520b, { model: 'KS2BB', vendor: linptech, buttons: 'single' }],
  [0x55b5, { model: 'MJWSD06MMC' }],
  [0x5968, { model: 'XMWS01XS', buttons: { from: 0, names: two } }],
  [0x59fa, { model: 'M2457B1', sleepy }],
  [0x59fb, { model: 'M2456B1', sleepy }],
  [0x59fc, { model: 'M2456B1', sleepy }],
  [0x5bea, { model: 'MJWSD06MMC' }],
  [0x5db1, { model: 'MBS17' }],
  [0x6188, { model: 'M2456B1', sleepy }],
  [0x6375, { model: 'SJWS02LM', sleepy, leaks: true }],
  [0x6a0f, { model: 'ES5BB', vendor: linptech, sleepy }],
  [0x78d1, { model: 'MC-COMM', sleepy }],
  [0x78db, { model: 'ESM787', vendor: 'Yanmi' }],
])
