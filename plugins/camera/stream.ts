/** Pictures from a program, which is started again with growing pauses whenever it ends or falls silent. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSplitter } from './jpeg.ts'
import { type CameraConfig, type CommandLine, commandOf, withoutSecret } from './source.ts'

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 60_000
/** How much longer the first picture may take: to connect, and until a stream shows a whole picture. */
const START_MS = 10_000
/** The empty environment of a plugin has no PATH. */
const PATH = '/usr/local/bin:/usr/bin:/bin'

export interface StreamHandlers {
  picture(jpeg: Uint8Array): void
  /** It ended, and will be started again; why, in words. */
  ended(reason: string): void
}

export interface Stream {
  /** Runs it at another rate: the program is started anew. */
  setRate(framesPerSecond: number): void
  /** Resolves when the program has ended for good, after the signal. */
  done: Promise<void>
}

/** Runs until the signal aborts. */
export function runStream(config: CameraConfig, rate: number, handlers: StreamHandlers, signal: AbortSignal): Stream {
  let wantedRate = rate
  let again = new AbortController()
  const done = (async () => {
    let pause = FIRST_RETRY_MS
    while (!signal.aborted) {
      again = new AbortController()
      const life = AbortSignal.any([signal, again.signal])
      let pictures = 0
      const reason = await runOnce(commandOf(config, wantedRate), config.silenceSeconds, wantedRate, life, (jpeg) => {
        pictures++
        handlers.picture(jpeg)
      })
      if (signal.aborted) return
      if (again.signal.aborted) continue
      if (pictures > 0) pause = FIRST_RETRY_MS
      handlers.ended(reason)
      await sleep(pause, undefined, { signal }).catch(() => undefined)
      pause = Math.min(LAST_RETRY_MS, pause * 2)
    }
  })()
  return {
    setRate(next) {
      if (next === wantedRate) return
      wantedRate = next
      again.abort()
    },
    done,
  }
}

/** One life of the program; resolves with why it ended. */
async function runOnce(
  { program, args }: CommandLine,
  silenceSeconds: number,
  rate: number,
  signal: AbortSignal,
  picture: (jpeg: Uint8Array) => void,
): Promise<string> {
  const child: ChildProcess = spawn(program, args, { env: { PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close').then(
    ([code, by]) => `${program} ended${by ? ` by ${by}` : ` with ${code}`}`,
    (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? `${program} is not installed: apt install ${program === 'ffmpeg' ? 'ffmpeg' : 'rpicam-apps'}`
        : String(error),
  )
  let said = ''
  let silent = false
  const quiet = () => {
    silent = true
    child.kill('SIGKILL')
  }
  // At a slow rate the next picture may take longer than the camera may be silent.
  const patience = (silenceSeconds + 2 / rate) * 1000
  let timer = setTimeout(quiet, patience + START_MS)
  child.stdout?.on(
    'data',
    createSplitter((jpeg) => {
      clearTimeout(timer)
      timer = setTimeout(quiet, patience)
      picture(jpeg)
    }),
  )
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-500)
  })
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const reason = await closed
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  if (silent) return `no picture for ${Math.round(silenceSeconds)} s`
  const last = said.trim().split('\n').at(-1) ?? ''
  return withoutSecret(last === '' ? reason : `${reason}: ${last}`).slice(0, 200)
}
