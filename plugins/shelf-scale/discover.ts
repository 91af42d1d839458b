/** Boards on serial ports that nobody has adopted yet, by what USB says of them. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { type DeviceProfile, isOwnSerial } from '@endcap/sdk'

export interface FoundBoard {
  /** `/dev/ttyACM0` */
  port: string
  /** Number of the port's device file, as `stat` has it in `rdev`. */
  rdev: number
  /** vendor:product */
  usb: string
  product: string
  /** Empty where its maker gave it none, or gave all the same. */
  serial: string
  /** Every model that this USB id may be. */
  profiles: DeviceProfile[]
}

/** A serial port lies so many folders below the USB device that it belongs to, at most. */
const LEVELS = 5

/**
 * Serial ports on USB, as the kernel shows them in /sys/class/tty. Not SerialPort.list(): that asks udev, by a program
 * that a sandbox does not have.
 */
export async function findBoards(folder: string, profiles: readonly DeviceProfile[]): Promise<FoundBoard[]> {
  const names = await readdir(folder).catch(() => [])
  const looked = await Promise.all(
    names.filter((name) => /^tty(ACM|USB)\d+$/.test(name)).map((name) => look(path.join(folder, name), name, profiles)),
  )
  const found = looked.filter((board) => board !== undefined)
  const twins = (board: FoundBoard) => found.filter(({ serial }) => serial === board.serial).length > 1
  return found.map((board) => (twins(board) ? { ...board, serial: '' } : board))
}

async function look(place: string, name: string, profiles: readonly DeviceProfile[]): Promise<FoundBoard | undefined> {
  const textOf = (file: string) =>
    readFile(file, 'utf8').then(
      (text) => text.trim(),
      () => '',
    )
  let at = await realpath(path.join(place, 'device')).catch(() => undefined)
  for (let level = 0; at !== undefined && level < LEVELS; level++) {
    const read = (file: string) => textOf(path.join(at ?? '', file))
    const vendor = await read('idVendor')
    if (vendor !== '') {
      const usb = `${vendor}:${await read('idProduct')}`
      const serial = await read('serial')
      return {
        port: `/dev/${name}`,
        rdev: rdevOf(await textOf(path.join(place, 'dev'))),
        usb,
        product: await read('product'),
        serial: isOwnSerial(serial) ? serial : '',
        profiles: profiles.filter(({ recognise }) => recognise.usb?.includes(usb)),
      }
    }
    at = path.dirname(at)
  }
  return undefined
}

/** From `188:0`, as makedev of Linux has it. */
function rdevOf(text: string): number {
  const [major = 0, minor = 0] = text.split(':').map(Number)
  return (major << 8) | (minor & 0xff) | ((minor & ~0xff) << 12)
}

/** Which device files ports are, whatever link names them; of those that are there. */
export async function rdevsOf(ports: readonly string[]): Promise<Set<number>> {
  const stats = await Promise.all(ports.map((port) => stat(port).catch(() => undefined)))
  return new Set(stats.flatMap((one) => (one?.isCharacterDevice() ? [one.rdev] : [])))
}

/** A name for a board that stays with it: the end of its serial number, or its port. */
export const idOf = ({ serial, port }: FoundBoard): string => {
  const end = serial
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(-8)
  return `board-${end || path.basename(port).toLowerCase()}`
}

/** What it may be, in words. */
export function nameOf({ profiles, product, usb }: FoundBoard): string {
  const names = profiles.map(({ vendor, model }) => `${vendor} ${model}`)
  return (names.length > 0 ? names.slice(0, 3).join(' or ') : product || `USB ${usb}`).slice(0, 60)
}

export function detailOf({ port, usb, serial, profiles }: FoundBoard): string {
  const which =
    profiles.length > 1 ? ` ${profiles.length} models have this USB id; its label tells which one it is.` : ''
  const twin =
    serial === '' ? ' It has no serial number of its own: Endcap knows it by its USB socket, so leave it there.' : ''
  return `${port}, USB ${usb}. It must run StandardFirmata.${which}${twin}`
}
