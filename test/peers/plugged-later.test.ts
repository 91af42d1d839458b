/** Hardware that comes and goes while a box runs, seen from inside the real sandbox. */
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Test, test } from 'tap'
import { createBoard, createBus, createNau7802, NAU7802_ADDRESS } from '../../devices/twin/firmata/index.ts'
import type { Event } from '../../runtime/contract/index.ts'
import { type Box, openBox } from '../host/box.ts'
import { findProgram, peer } from '../support/peer.ts'
import { boardOnPty } from './firmata-peer.ts'

const plugins = path.join(import.meta.dirname, '../../plugins')
const COUNTS_PER_GRAM = 400

interface Plate {
  slot: string
  grams: number
}
const weighs = (box: Box, device: string, grams: number) =>
  box.next('shelf.weights', ({ source, data }) => {
    const [plate] = (data as { plates: Plate[] }).plates
    return source === `shelf-scale/${device}` && Math.abs((plate?.grams ?? 0) - grams) < 3
  })
const about = (box: Box, type: string, device: string) =>
  box.next(type, ({ source }) => source === `shelf-scale/${device}`)

/** A port as the kernel shows it in /sys/class/tty, with the number of the device file that it is. */
function shownByKernel(folder: string, name: string, usb: object, file?: string) {
  const port = path.join(folder, 'class/tty', name)
  // Within the folder that the sandbox binds, as /sys/devices is.
  const device = path.join(folder, 'class/tty/usb', name)
  mkdirSync(path.join(device, 'interface'), { recursive: true })
  mkdirSync(port, { recursive: true })
  for (const [key, value] of Object.entries(usb)) writeFileSync(path.join(device, key), `${value}\n`)
  const rdev = file === undefined ? 0 : statSync(file).rdev
  writeFileSync(path.join(port, 'dev'), `${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}\n`)
  symlinkSync(path.join(device, 'interface'), path.join(port, 'device'))
  return () => {
    rmSync(port, { recursive: true })
    rmSync(device, { recursive: true })
  }
}

async function boxIn(t: Test) {
  const box = await openBox(t, {
    folders: [plugins],
    bubblewrap: findProgram('bwrap') ?? '',
    // Tap's folders are hidden ones, which stay shut to plugins otherwise.
    closed: { folder: path.join(t.testdirName, 'home'), except: t.testdirName },
    timing: { sample: 100 },
  })
  const root = path.dirname(box.folders[0])
  for (const name of ['bangle', 'ble', 'camera', 'cold-chain', 'display', 'fridge-probe', 'infer', 'mqtt', 'presence'])
    box.settings[name] = { enabled: false }
  box.settings['stock'] = { enabled: false }
  return { box, root }
}

test('a board that is plugged in after the start weighs, and is the same one behind another port', async (t) => {
  if (!peer(t, 'socat', 'socat') || !peer(t, 'bubblewrap', 'bwrap')) return
  const { box, root } = await boxIn(t)
  const kernel = path.join(root, 'kernel')
  mkdirSync(path.join(kernel, 'class/tty'), { recursive: true })
  const udev = path.join(root, 'by-id')
  mkdirSync(udev)
  const port = path.join(udev, 'usb-Arduino_Uno_5519-if00')
  box.settings['shelf-scale'] = {
    config: { serialFolder: path.join(kernel, 'class/tty') },
    devices: [
      {
        id: 'left',
        config: {
          port,
          ratePerSecond: 20,
          plates: [{ slot: 'A/1/1', input: 'nau7802', gramsPerCount: 1 / COUNTS_PER_GRAM }],
        },
      },
    ],
  }
  const chip = createNau7802()
  let grams = 750
  chip.input = () => COUNTS_PER_GRAM * grams + Math.random() * 60
  const board = createBoard({ i2c: createBus(new Map([[NAU7802_ADDRESS, chip]])) })
  const found: string[] = []
  box.bus.subscribe({
    name: 'found',
    consumes: [{ type: 'device.discovered' }],
    deliver: ({ data }: Event) => {
      found.push((data as { device: string }).device)
      return true
    },
  })

  const absent = about(box, 'device.offline', 'left')
  await box.host.start()
  t.match((await absent).data, { reason: /usb-Arduino_Uno_5519-if00 is not there, or is no serial port/ })

  const first = path.join(root, 'ttyUSB0')
  const usb = { idVendor: '2341', idProduct: '0043', product: 'Arduino Uno', serial: '75830303934351618212' }
  const weighed = weighs(box, 'left', 750)
  const cable = await boardOnPty(t, board, first)
  const unseen = shownByKernel(kernel, 'ttyUSB0', usb, first)
  symlinkSync(first, port)
  await weighed
  t.match(box.host.plugin('shelf-scale'), { state: 'running', restarts: 1 }, 'a restart that is nobody’s fault')

  const gone = about(box, 'device.offline', 'left')
  unlinkSync(port)
  unseen()
  await cable.unplug()
  t.match((await gone).data, { reason: /unplugged|not there/ })

  grams = 1200
  const again = weighs(box, 'left', 1200)
  const second = path.join(root, 'ttyUSB1')
  await boardOnPty(t, board, second)
  shownByKernel(kernel, 'ttyUSB1', usb, second)
  symlinkSync(second, port)
  await again
  const neighbour = about(box, 'device.discovered', 'board-ttyusb7')
  shownByKernel(kernel, 'ttyUSB7', { idVendor: '1a86', idProduct: '7523', product: 'USB Serial' })
  t.match((await neighbour).data, { detail: /ttyUSB7, USB 1a86:7523.*no serial number of its own.*USB socket/ })
  t.same(found, ['board-ttyusb7'], 'what is adopted already is no discovery')
})

test('a converter whose driver is loaded after the start weighs in the sandbox', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const { box, root } = await boxIn(t)
  const iioFolder = path.join(root, 'iio/devices')
  box.settings['shelf-scale'] = {
    config: { discover: false, iioFolder },
    devices: [
      {
        id: 'left',
        config: {
          port: 'iio:hx711',
          ratePerSecond: 40,
          plates: [{ slot: 'A', input: 'voltage0', gramsPerCount: 0.0025 }],
        },
      },
    ],
  }
  const absent = about(box, 'device.offline', 'left')
  await box.host.start()
  t.match((await absent).data, { reason: /there is no converter iio:hx711; Linux knows none. Switch on its driver/ })

  const heard = weighs(box, 'left', 812)
  const place = path.join(iioFolder, 'iio:device0')
  mkdirSync(place, { recursive: true })
  writeFileSync(path.join(place, 'name'), 'hx711\n')
  const write = () => {
    writeFileSync(path.join(place, 'new'), `${400 * 812 + Math.round(Math.random() * 90)}\n`)
    renameSync(path.join(place, 'new'), path.join(place, 'in_voltage0_raw'))
  }
  write()
  const timer = setInterval(write, 20)
  await heard
  clearInterval(timer)
})
