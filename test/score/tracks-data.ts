import type { Plan, PlanReceiver, PlanSample } from '../../plugins/presence/plan.ts'
import { readFolder, readTable } from './files.ts'

/** One packet of a walk: who heard it, how loud, and where the tag truly was. */
export interface Packet {
  seconds: number
  receiver: string
  rssi: number
  x: number
  y: number
}

export interface Tracks {
  tracks: { name: string; packets: Packet[] }[]
  receivers: PlanReceiver[]
  samples: PlanSample[]
  floor: Plan['floor']
}

/** Reads Danis et al., Position-Annotated BLE RSSI: tracks, receiver positions, fingerprints. */
export function readTracks(folder: string): Tracks {
  const found: Tracks = { tracks: [], receivers: [], samples: [], floor: { width: 20.66, depth: 17.64 } }
  for (const { name, lines } of readFolder(folder)) {
    const first = lines[0] ?? ''
    if (/^\d+\.\d+,[0-9a-f]{12},[0-9a-f]{12},-\d+,/.test(first))
      found.tracks.push({ name, packets: readPackets(lines) })
    else if (first.includes('rssi_mean')) found.samples = readSamples(lines)
    else if (first.startsWith('Dongles:')) found.receivers = readReceivers(first)
    else if (first.includes('"limits"')) found.floor = readFloor(first)
  }
  return found
}

function readPackets(lines: string[]): Packet[] {
  const packets = lines.map((line) => {
    const [seconds, receiver = '', , rssi, x, y] = line.split(',')
    return { seconds: Number(seconds), receiver, rssi: Number(rssi), x: Number(x), y: Number(y) }
  })
  return packets.toSorted((a, b) => a.seconds - b.seconds)
}

function readReceivers(line: string): PlanReceiver[] {
  const dongles = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, [[number, number, number], ...unknown[]]>
  return Object.entries(dongles).map(([id, [[x, y, heightMetres]]]) => ({ id, x, y, heightMetres }))
}

function readFloor(line: string): Plan['floor'] {
  const { limits } = JSON.parse(line.slice(0, line.indexOf('}') + 1)) as { limits: [number, number, number, number] }
  return { width: limits[2] - limits[0], depth: limits[3] - limits[1] }
}

/** Each point was recorded once for each receiver. */
function readSamples(lines: string[]): PlanSample[] {
  const points = Map.groupBy(readTable(lines), ({ set, x, y }) => `${set} ${x} ${y}`)
  return [...points.values()].map((rows) => ({
    x: Number(rows[0]?.['x']),
    y: Number(rows[0]?.['y']),
    signals: Object.fromEntries(
      rows.map((row) => [
        row['sensor_mac'] ?? '',
        { mean: Number(row['rssi_mean']), deviation: Number(row['rssi_std']), count: Number(row['n']) },
      ]),
    ),
  }))
}
