/**
 * /dev/ttyUSB0 is whichever board Linux met first. What stays with a board is what udev calls it: after its serial number in
 * /dev/serial/by-id; where its maker gave it none, after the USB socket that it is in, in /dev/serial/by-path.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { isOwnSerial } from '../contract/index.ts'

interface Folders {
  links: string
  ports: string
}
const standard: Folders = { links: '/dev/serial', ports: '/sys/class/tty' }

/** The name of a serial port that outlives unplugging; itself where the box knows none. */
export function lastingName(device: string, { links, ports }: Folders = standard): string {
  const kinds = isOwnSerial(serialOf(device, ports)) ? ['by-id', 'by-path'] : ['by-path']
  for (const kind of kinds) {
    const folder = path.join(links, kind)
    const name = namesIn(folder)
      .map((one) => path.join(folder, one))
      .find((link) => realOf(link) === realOf(device))
    if (name !== undefined) return name
  }
  return device
}

/** A port lies so many folders below the USB device that it belongs to, at most. */
const LEVELS = 5

function serialOf(device: string, ports: string): string {
  let at = realOf(path.join(ports, path.basename(device), 'device'))
  for (let level = 0; level < LEVELS; level++, at = path.dirname(at))
    if (textOf(path.join(at, 'idVendor')) !== '') return textOf(path.join(at, 'serial'))
  return ''
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

function realOf(place: string): string {
  try {
    return realpathSync(place)
  } catch {
    return place
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
