/** Boards on serial ports that nobody has adopted yet, by what USB says of them. */
import { readdir, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { DeviceProfile } from '@endcap/sdk'

export interface FoundBoard {
  /** `/dev/ttyACM0` */
  port: string
  /** vendor:product */
  usb: string
  product: string
  serial: string
  profile?: DeviceProfile
}

/** A serial port lies so many folders below the USB device that it belongs to, at most. */
const LEVELS = 5

/**
 * Serial ports on USB, as the kernel shows them in /sys/class/tty. Not SerialPort.list(): that asks udev, by a program
 * that a sandbox does not have.
 */
export async function findBoards(folder: string, profiles: readonly DeviceProfile[]): Promise<FoundBoard[]> {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names.filter((name) => /^tty(ACM|USB)\d+$/.test(name)).map((name) => look(path.join(folder, name), name, profiles)),
  )
  return found.filter((board) => board !== undefined)
}

async function look(place: string, name: string, profiles: readonly DeviceProfile[]): Promise<FoundBoard | undefined> {
  let at = await realpath(path.join(place, 'device')).catch(() => undefined)
  const read = (file: string) =>
    readFile(path.join(at ?? '', file), 'utf8').then(
      (text) => text.trim(),
      () => '',
    )
  for (let level = 0; at !== undefined && level < LEVELS; level++) {
    const vendor = await read('idVendor')
    if (vendor !== '') {
      const usb = `${vendor}:${await read('idProduct')}`
      const profile = profiles.find(({ recognise }) => recognise.usb?.includes(usb))
      const known = profile ? { profile } : {}
      return { port: `/dev/${name}`, usb, product: await read('product'), serial: await read('serial'), ...known }
    }
    at = path.dirname(at)
  }
  return undefined
}

/** A name for a board that stays with it: the end of its serial number, or its port. */
export const idOf = ({ serial, port }: FoundBoard): string => {
  const end = serial
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(-8)
  return `board-${end || path.basename(port).toLowerCase()}`
}
