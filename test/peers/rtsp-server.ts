/**
 * A network camera: ffmpeg draws and encodes a moving picture, and this serves it over RTSP 1.0 (RFC 2326) with the RTP
 * packets interleaved in the connection, as cameras do when asked for TCP.
 */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface NetworkCamera {
  url: string
  /** Connections so far. */
  connected(): number
  stop(): Promise<void>
}

export async function startNetworkCamera(port = 0): Promise<NetworkCamera> {
  const packets = createSocket('udp4')
  packets.bind(0, '127.0.0.1')
  await once(packets, 'listening')
  const drawn = ['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=10']
  const encoded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10', '-pix_fmt', 'yuv420p']
  const sent = ['-f', 'rtp', `rtp://127.0.0.1:${packets.address().port}`]
  const encoder = spawn('ffmpeg', [...drawn, ...encoded, ...sent], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(encoder, 'exit')
  let description = ''
  for await (const text of encoder.stdout.setEncoding('utf8')) {
    description += String(text)
    if (description.includes('a=fmtp')) break
  }
  const sdp = `${description
    .replace(/^SDP:\s*/, '')
    .replace(/^m=video \d+/m, 'm=video 0')
    .trim()}\r\na=control:streamid=0\r\n`

  const playing = new Set<Socket>()
  const open = new Set<Socket>()
  let connected = 0
  packets.on('message', (packet) => {
    const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 255])
    for (const socket of playing) socket.write(Buffer.concat([head, packet]))
  })
  const server = createServer((socket) => {
    connected++
    open.add(socket)
    let held = ''
    socket.on('error', () => undefined)
    socket.on('close', () => {
      playing.delete(socket)
      open.delete(socket)
    })
    socket.setEncoding('latin1').on('data', (text: string) => {
      held += text
      for (let end = held.indexOf('\r\n\r\n'); end !== -1; end = held.indexOf('\r\n\r\n')) {
        const request = held.slice(0, end)
        held = held.slice(end + 4)
        const method = /^[A-Z_]+/m.exec(request)?.[0]
        const sequence = /CSeq: *(\d+)/i.exec(request)?.[1] ?? '0'
        const answer = (headers: string[], body = '') =>
          socket.write(['RTSP/1.0 200 OK', `CSeq: ${sequence}`, ...headers, '', body].join('\r\n'))
        if (method === 'OPTIONS') answer(['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN'])
        else if (method === 'DESCRIBE')
          answer(['Content-Type: application/sdp', `Content-Length: ${Buffer.byteLength(sdp)}`], sdp)
        else if (method === 'SETUP') answer(['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1'])
        else answer(['Session: 1'])
        if (method === 'PLAY') playing.add(socket)
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `rtsp://viewer:secret@127.0.0.1:${(server.address() as AddressInfo).port}/stream1`,
    connected: () => connected,
    async stop() {
      for (const socket of open) socket.destroy()
      server.close()
      packets.close()
      encoder.kill('SIGKILL')
      await ended
    },
  }
}
