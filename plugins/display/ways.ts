/** The ways in which a box can switch a panel. */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface DisplayConfig {
  way: 'cec' | 'wayland' | 'x11' | 'backlight'
  cec: string
  output: string
  runtimeFolder: string
  socket: string
  x11: string
  authority: string
  backlight: string
  screen: string
  hours: { days?: string[]; from: string; to: string }[]
}

const PATIENCE_MILLISECONDS = 8000
const MOST_WORDS = 2000
/** FB_BLANK_UNBLANK and FB_BLANK_POWERDOWN of the kernel (Documentation/ABI/stable/sysfs-class-backlight, bl_power). */
const POWER = { on: '0', off: '4' } as const

/** Switches a panel. Rejects with what the program said, or with what is missing. */
export async function switchDisplay(config: DisplayConfig, on: boolean): Promise<void> {
  switch (config.way) {
    case 'backlight':
      if (config.backlight === '') throw new Error('its backlight is not named in the configuration')
      return writeFile(join(config.backlight, 'bl_power'), on ? POWER.on : POWER.off)
    case 'cec':
      // One Touch Play and System Standby of HDMI-CEC 1.4b (13.1, 13.3), to the television at address 0.
      return run('cec-ctl', ['-d', config.cec, '--playback', '--to', '0', on ? '--image-view-on' : '--standby'])
    case 'wayland':
      return run('wlr-randr', ['--output', config.output, on ? '--on' : '--off'], {
        XDG_RUNTIME_DIR: config.runtimeFolder,
        WAYLAND_DISPLAY: config.socket,
      })
    case 'x11':
      return run(
        'xset',
        ['-display', config.x11, 'dpms', 'force', on ? 'on' : 'off'],
        config.authority === '' ? {} : { XAUTHORITY: config.authority },
      )
  }
}

const packages: Record<string, string> = { 'cec-ctl': 'v4l-utils', 'wlr-randr': 'wlr-randr', xset: 'x11-xserver-utils' }

function run(program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const path = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { PATH: path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MILLISECONDS,
    })
    let words = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-MOST_WORDS)))
    child.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(
        new Error(
          code === 'ENOENT' ? `${program} is not installed (apt install ${packages[program] ?? program})` : message,
        ),
      ),
    )
    child.once('close', (code, signal) => {
      if (code === 0) return resolve()
      const last = words.trim().split('\n').at(-1) ?? ''
      const why = signal === null ? `ended with ${code}` : 'did not answer'
      reject(new Error(`${program} ${why}${last === '' ? '' : `: ${last}`}`))
    })
  })
}
