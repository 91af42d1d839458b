/** Begins a flow when somebody enters, leaves or stays in a zone, or when a zone becomes occupied or empty. */
import type { FlowMessage, FlowNode, NodeApi, NodeConfig } from 'node-red'
import type { Consume, Endcap, ShopLists } from '../../runtime/flow-engine/index.ts'
import { activity, begin, endcapOf, fail, type FlowEvent, lookUp, setting } from './common.ts'

const KINDS = ['customer', 'visitor', 'staff', 'asset']
/** Somebody can vanish without an event: consent withdrawn, a receiver dead. So the count is asked for as well. */
const RECOUNT_MILLISECONDS = 15_000

type Zones = ShopLists['zones']
interface Wish {
  zone: string
  kinds: string[]
}

export default function presence(RED: NodeApi): void {
  const endcap = endcapOf(RED)
  RED.nodes.registerType('endcap-presence', function (this: FlowNode, config: NodeConfig) {
    RED.nodes.createNode(this, config)
    const kinds = KINDS.filter((kind) => Array.isArray(config['who']) && config['who'].includes(kind))
    const wish = { zone: setting(config['zone']) ?? '', kinds }
    if (kinds.length === 0) return this.status({ fill: 'yellow', shape: 'ring', text: 'choose who' })
    const when = setting(config['when']) ?? 'entered'
    if (when === 'occupied') occupied(this, endcap, wish)
    else passages(this, endcap, wish, `presence.${when}`)
  })
}

/** One message for each event. */
function passages(node: FlowNode, endcap: Endcap, wish: Wish, type: string): void {
  const seen = activity(node)
  follow(node, endcap, wish, [type], (event, zones) => {
    seen()
    node.send(withZone(begin(event), String(lookUp(begin(event), 'payload.zone')), zones))
  })
}

/** A message when the first one comes (output 1) and when the last one has gone (output 2), and once at the start. */
function occupied(node: FlowNode, endcap: Endcap, wish: Wish): void {
  const known = new Map<string, boolean>()
  let zones: Zones = []
  const count = async (event?: FlowEvent) => {
    const counts = await endcap.presence(wish.kinds)
    const wanted = wish.zone === '' ? zones.map(({ id }) => id) : chosen(wish.zone, zones)
    for (const zone of wanted) {
      const present = counts[zone] ?? 0
      if (known.get(zone) === present > 0) continue
      known.set(zone, present > 0)
      const payload = { zone, count: present, occupied: present > 0 }
      const begun: FlowMessage = event ? { ...begin(event), payload } : { topic: `zone/${zone}`, payload }
      const message = withZone(begun, zone, zones)
      node.send(present > 0 ? [message, null] : [null, message])
    }
    const full = [...known.values()].filter(Boolean).length
    const text = wanted.length > 1 ? `${full} of ${wanted.length} zones occupied` : full > 0 ? 'occupied' : 'empty'
    node.status({ fill: full > 0 ? 'green' : 'grey', shape: full > 0 ? 'dot' : 'ring', text })
  }
  const recount = (event?: FlowEvent) => {
    count(event).catch((error: unknown) => fail(node, error, (failure) => node.error(String(failure?.message))))
  }
  const types = ['presence.entered', 'presence.left']
  follow(node, endcap, wish, types, recount, (now) => {
    zones = now
    recount()
  })
  const timer = setInterval(recount, RECOUNT_MILLISECONDS)
  node.on('close', (done) => {
    clearInterval(timer)
    done()
  })
}

/** Hears the events of the zones wished for, and follows the shop where it changes. */
function follow(
  node: FlowNode,
  endcap: Endcap,
  wish: Wish,
  types: string[],
  take: (event: FlowEvent, zones: Zones) => void,
  known: (zones: Zones) => void = () => undefined,
): void {
  let zones: Zones = []
  let stop: (() => void) | undefined
  let closed = false
  const listen = () => {
    stop?.()
    stop = endcap.on(wanted(wish, types, zones), (event) => take(event, zones))
  }
  const learn = () => {
    endcap.lists().then(
      (lists) => {
        if (closed) return
        zones = lists.zones
        if (wish.zone === '@entrance') listen()
        known(zones)
      },
      (error: unknown) => fail(node, error, (failure) => node.error(String(failure?.message))),
    )
  }
  if (wish.zone !== '@entrance') listen()
  learn()
  const forget = endcap.onShopChange(learn)
  node.on('close', (done) => {
    closed = true
    stop?.()
    forget()
    done()
  })
}

/** One pattern for each zone and kind; a shop that marks no entrance is all entrance. */
function wanted({ zone, kinds }: Wish, types: string[], zones: Zones): Consume[] {
  const subjects = zone === '' ? [] : chosen(zone, zones).map((id) => ({ subject: `zone/${id}` }))
  const about = subjects.length > 0 ? subjects : [{}]
  const who = kinds.length === KINDS.length ? [{}] : kinds.map((kind) => ({ where: { kind } }))
  return types.flatMap((type) => about.flatMap((subject) => who.map((where) => ({ type, ...subject, ...where }))))
}

const chosen = (zone: string, zones: Zones): string[] => {
  if (zone !== '@entrance') return [zone]
  const entrances = zones.filter(({ entrance }) => entrance)
  return (entrances.length > 0 ? entrances : zones).map(({ id }) => id)
}

const withZone = (message: FlowMessage, id: string, zones: Zones): FlowMessage => ({
  ...message,
  zone: { id, name: zones.find((zone) => zone.id === id)?.name ?? id },
})
