/** A board on TCP, as boards with StandardFirmataEthernet or StandardFirmataWiFi are reached. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { FirmataBoard } from './board.ts'

export interface ServedBoard {
  port: number
  /** Pulls the plug: connections end, and nobody is let in until it is plugged in again. */
  unplug(): Promise<void>
  plug(): Promise<void>
  stop(): Promise<void>
}

/** Listens on 127.0.0.1, on a free port where none is given. */
export async function serveBoard(board: FirmataBoard, wanted = 0): Promise<ServedBoard> {
  const sockets = new Set<Socket>()
  let port = wanted
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    const wire = board.plug((bytes) => void socket.write(bytes))
    socket.on('data', (bytes: Buffer) => wire.receive(bytes))
    socket.on('error', () => undefined)
    socket.once('close', () => {
      sockets.delete(socket)
      wire.unplug()
    })
  })
  const plug = async () => {
    if (server.listening) return
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address) port = address.port
  }
  const unplug = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await plug()
  return { port, plug, unplug, stop: unplug }
}
