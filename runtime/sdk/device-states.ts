/** What a plugin says of the states of its devices, told on a change alone. */

/** A sensor that lies with every second frame must not fill the ledger. */
const suspectPauseMs = 10_000

interface Detail {
  reason?: string
  silentSeconds?: number
}
type Tell = (type: string, device: string, data: { device: string; kind: string } & Detail) => void

interface Told {
  state: string
  /** Milliseconds of a steady clock; when it was last called suspect. */
  suspectAt: number
  /** Says that it is suspect when the pause is over. */
  later: NodeJS.Timeout | undefined
}

export type DeviceStates = ReturnType<typeof createDeviceStates>

export function createDeviceStates(tell: Tell, clock: () => number = () => performance.now()) {
  const devices = new Map<string, Told>()

  const of = (device: string): Told => {
    let told = devices.get(device)
    if (!told) devices.set(device, (told = { state: '', suspectAt: Number.NEGATIVE_INFINITY, later: undefined }))
    return told
  }
  const say = (state: string, device: string, kind: string, detail: Detail) => {
    const told = of(device)
    clearTimeout(told.later)
    told.later = undefined
    const now = `${state} ${detail.reason ?? ''}`
    if (told.state === now) return
    told.state = now
    tell(`device.${state}`, device, { device, kind, ...detail })
  }
  const suspect = (device: string, kind: string, reason: string) => {
    const told = of(device)
    if (told.state === `suspect ${reason}`) return
    const wait = told.suspectAt + suspectPauseMs - clock()
    if (wait <= 0) {
      told.suspectAt = clock()
      return say('suspect', device, kind, { reason })
    }
    clearTimeout(told.later)
    told.later = setTimeout(() => {
      told.suspectAt = clock()
      say('suspect', device, kind, { reason })
    }, wait)
    told.later.unref()
  }

  return {
    online: (device: string, kind: string) => say('online', device, kind, {}),
    stale: (device: string, kind: string, reason?: string, silentSeconds?: number) =>
      say('stale', device, kind, {
        ...(reason === undefined ? {} : { reason }),
        ...(silentSeconds === undefined ? {} : { silentSeconds }),
      }),
    offline: (device: string, kind: string, reason?: string) =>
      say('offline', device, kind, reason === undefined ? {} : { reason }),
    suspect: (device: string, kind: string, reason: string) => suspect(device, kind, reason.slice(0, 300)),
    believed(device: string, kind: string) {
      const told = devices.get(device)
      if (told && (told.later || told.state.startsWith('suspect '))) say('online', device, kind, {})
    },
    stop() {
      for (const { later } of devices.values()) clearTimeout(later)
      devices.clear()
    },
  }
}
