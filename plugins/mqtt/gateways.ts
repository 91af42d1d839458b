import type { Context } from '@endcap/sdk'

/** More are not believed: their names come from topics, which anybody with the password can make up. */
const maxGateways = 256
/** A gateway that was silent for so long makes room for a new one. */
const forgetMs = 600_000
const kind = 'gateway'
const profiles: Record<string, string> = {
  ESPresense: 'espresense/espresense',
  OpenMQTTGateway: 'openmqttgateway/openmqttgateway',
}

export interface GatewaysOptions {
  /** Name of a gateway, as it stands in its topics, to the id of the receiver that it is. */
  receivers: Record<string, string>
  silenceSeconds: number
  ctx: Pick<Context, 'online' | 'stale' | 'offline' | 'discovered' | 'plan' | 'log'>
  clock?: () => number
}

export type Gateways = ReturnType<typeof createGateways>

interface Gateway {
  receiver: string
  heardAt: number
  state: 'online' | 'stale' | 'offline'
}

/** Who listens where, and whether they still do. Each gateway is one receiver of the floor plan. */
export function createGateways({ silenceSeconds, ctx, clock = () => performance.now(), ...given }: GatewaysOptions) {
  let { receivers } = given
  const gateways = new Map<string, Gateway>()

  const makeRoom = () => {
    if (gateways.size < maxGateways) return true
    for (const [name, { heardAt }] of gateways) if (clock() - heardAt > forgetMs) gateways.delete(name)
    return gateways.size < maxGateways
  }
  const meet = (name: string, family: string): Gateway | undefined => {
    if (!makeRoom()) return undefined
    const gateway: Gateway = { receiver: receiverId(receivers, name), heardAt: clock(), state: 'offline' }
    gateways.set(name, gateway)
    announce(name, family, gateway.receiver)
    return gateway
  }
  /** One that has no place on the floor plan is shown on the console as found. */
  const announce = (name: string, family: string, receiver: string) => {
    ctx
      .plan()
      .then(({ receivers: placed }) => {
        if (placed?.some(({ id }) => id === receiver)) return
        ctx.discovered({
          device: receiver,
          kind,
          name: `${family === 'raw' ? 'Gateway' : family} ${name}`.slice(0, 120),
          detail: 'It listens for tags and sensors, and has no place on the floor plan yet.',
          ...(profiles[family] ? { profile: profiles[family] } : {}),
          adopt: { list: 'receivers', config: { gateway: name.slice(0, 120) } },
        })
      })
      .catch((error: unknown) => ctx.log.debug(`the floor plan could not be read: ${String(error)}`))
  }
  const wake = (gateway: Gateway) => {
    gateway.heardAt = clock()
    if (gateway.state === 'online') return
    gateway.state = 'online'
    ctx.online(gateway.receiver, kind)
  }

  return {
    /** A gateway reports a beacon. The receiver that it is; undefined where no more gateways are believed. */
    heard(name: string, family: string): string | undefined {
      const gateway = gateways.get(name) ?? meet(name, family)
      if (gateway) wake(gateway)
      return gateway?.receiver
    },
    /** A gateway says that it lives; without its family, only one that is known is believed. */
    alive(name: string, family?: string) {
      const gateway = gateways.get(name) ?? (family === undefined ? undefined : meet(name, family))
      if (gateway) wake(gateway)
    },
    /** A gateway says good-bye, or the broker does in its name. */
    offline(name: string) {
      const gateway = gateways.get(name)
      if (!gateway || gateway.state === 'offline') return
      gateway.state = 'offline'
      ctx.offline(gateway.receiver, kind, 'It has left the broker. See whether it has power and Wi-Fi.')
    },
    /** Other receivers belong to these names from now on. */
    rename(next: Record<string, string>) {
      receivers = next
      for (const [name, gateway] of gateways) {
        const receiver = receiverId(receivers, name)
        if (receiver === gateway.receiver) continue
        // Told again under its new name with its next word.
        gateway.receiver = receiver
        gateway.state = 'offline'
      }
    },
    /** For the technician; undefined where it is no gateway of ours. */
    test(receiver: string): { works: boolean; said: string[] } | undefined {
      const named = [...gateways].filter(([, gateway]) => gateway.receiver === receiver)
      const [last] = named.toSorted(([, a], [, b]) => b.heardAt - a.heardAt)
      if (!last) return undefined
      const [name, { heardAt, state }] = last
      const said = [`The gateway ${name} said something ${Math.round((clock() - heardAt) / 1000)} s ago.`]
      if (named.length > 1)
        said.push(`${named.length} gateways go by this name; switch off those that do not hang there.`)
      return { works: state === 'online' && named.length === 1, said }
    },
    /** Every few seconds. */
    tick() {
      for (const gateway of gateways.values()) {
        const silentSeconds = (clock() - gateway.heardAt) / 1000
        if (gateway.state !== 'online' || silentSeconds < silenceSeconds) continue
        gateway.state = 'stale'
        const reason = 'It has said nothing for a while. See whether it has power and Wi-Fi.'
        ctx.stale(gateway.receiver, kind, reason, Math.round(silentSeconds))
      }
    },
  }
}

/** The receiver that the configuration names, else the gateway's name as an id: `Living Room` is `living-room`. */
export function receiverId(receivers: Record<string, string>, name: string): string {
  if (Object.hasOwn(receivers, name) && receivers[name]) return receivers[name]
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 64)
  return slug === '' ? 'gateway' : slug
}
