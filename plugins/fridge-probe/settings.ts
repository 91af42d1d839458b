/** Fits plugin.schema.json. */
export interface PluginConfig {
  folder: string
  everySeconds: number
}

/** Fits device.schema.json. */
export interface ProbeConfig {
  probe: string
  measures: 'temperature' | 'door'
  /** As the kernel names it, `28-0316a2795fb1`; empty: the only one on the bus. */
  rom: string
  /** Serial port of a board; empty: the box's own bus. */
  port: string
  pin: number
  openWhenHigh: boolean
  offsetCelsius: number
}
