/** What a serial port is called so that the same board is found behind it tomorrow. */
import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { lastingName } from '../../runtime/host/index.ts'

test('a port is named after the serial number of its board, or after its USB socket', (t) => {
  const folder = t.testdir({
    dev: { ttyACM0: '', ttyUSB0: '', ttyUSB1: '', serial: { 'by-id': {}, 'by-path': {} } },
    ports: { ttyACM0: {}, ttyUSB0: {}, ttyUSB1: {} },
    usb: {
      uno: { idVendor: '2341', serial: '75830303934351618212', port: {} },
      ch340: { idVendor: '1a86', port: {} },
      cp2102: { idVendor: '10c4', serial: '0001', port: {} },
    },
  })
  const at = (...parts: string[]) => path.join(folder, ...parts)
  const plug = (port: string, board: string, id: string, socket: string) => {
    symlinkSync(at('usb', board, 'port'), at('ports', port, 'device'))
    symlinkSync(`../../${port}`, at('dev/serial/by-id', id))
    symlinkSync(`../../${port}`, at('dev/serial/by-path', socket))
  }
  plug('ttyACM0', 'uno', 'usb-Arduino_75830303934351618212-if00', 'pci-usb-0:1:1.0')
  plug('ttyUSB0', 'ch340', 'usb-1a86_USB_Serial-if00-port0', 'pci-usb-0:2:1.0-port0')
  plug('ttyUSB1', 'cp2102', 'usb-Silicon_Labs_CP2102_0001-if00-port0', 'pci-usb-0:3:1.0-port0')
  const named = (port: string) => lastingName(at('dev', port), { links: at('dev/serial'), ports: at('ports') })
  t.equal(named('ttyACM0'), at('dev/serial/by-id/usb-Arduino_75830303934351618212-if00'))
  t.equal(named('ttyUSB0'), at('dev/serial/by-path/pci-usb-0:2:1.0-port0'), 'its twins would have the same id')
  t.equal(named('ttyUSB1'), at('dev/serial/by-path/pci-usb-0:3:1.0-port0'), 'the same number on all is none')
  t.equal(named('ttyUSB7'), at('dev/ttyUSB7'), 'one that udev does not know')
  t.end()
})
