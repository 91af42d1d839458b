/** Sees when somebody edits endcap.yaml while the box runs. */
import { watch } from 'node:fs'
import { basename } from 'node:path'
import { EndcapError } from '../contract/index.ts'
import { complete, configFile, type LoadedConfig, lost, parseConfig, previousFile, readText } from './config.ts'
import { replaceFile, syncPath } from './files.ts'

const settleMilliseconds = 100

/**
 * Tells of each change of endcap.yaml: `onChange` with the new configuration, `onFault` where the file is broken or gone
 * (the box goes on with what it has). The folder is watched, not the file, because editors save by renaming. `loaded` is
 * what loadConfig returned; a change since then is told as well. Returns the way to end it.
 */
export function watchConfig(
  home: string,
  loaded: Pick<LoadedConfig, 'text' | 'fault'>,
  onChange: (loaded: LoadedConfig) => void,
  onFault: (fault: EndcapError) => void,
): () => void {
  const file = configFile(home)
  let good = loaded.text
  // What was seen last, so that touching the file or an event too many tells nothing. A fault at the start is known already.
  let seen: string | undefined = loaded.text === '' ? undefined : loaded.text
  let known = loaded.fault?.message
  let timer: NodeJS.Timeout | undefined
  let ended = false
  let looking = Promise.resolve()

  async function look() {
    try {
      const text = await readText(file)
      if (ended || (text === seen && known === undefined)) return
      if (text === undefined && good === '') return
      seen = text
      if (text === undefined) throw lost(home)
      const config = complete(parseConfig(text, file))
      // An editor does not wait for the disk; this box must find the file after a power cut.
      await syncPath(file)
      if (good !== '' && good !== text) await replaceFile(previousFile(home), good)
      const changed = good !== text || known !== undefined
      good = text
      known = undefined
      if (changed && !ended) onChange({ config, isDefault: false, text })
    } catch (error) {
      const fault = error instanceof EndcapError ? error : unreadable(file, error)
      if (ended || fault.message === known) return
      known = fault.message
      if (good !== '') await replaceFile(previousFile(home), good).catch(() => undefined)
      onFault(fault)
    }
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      looking = looking.then(look)
    }, settleMilliseconds)
  }

  const watcher = watch(home, (_event, name) => {
    if (name === null || name === basename(file)) soon()
  })
  watcher.on('error', (error) => onFault(unreadable(file, error)))
  soon()
  return () => {
    ended = true
    clearTimeout(timer)
    watcher.close()
  }
}

const unreadable = (file: string, error: unknown) =>
  new EndcapError('ENDCAP_CONFIG_UNREADABLE', {
    file,
    reason: error instanceof Error ? error.message : String(error),
    cause: error,
  })
