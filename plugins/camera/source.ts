/** The programs that take pictures, as command lines. Each writes JPEG pictures, one behind the other, to its output. */

export interface CameraConfig {
  source: 'rtsp' | 'mjpeg' | 'v4l2' | 'rpicam' | 'folder'
  url: string
  device: string
  camera: number
  devices: string[]
  folder: string
  widthPixels: number
  blackSeconds: number
  frozenSeconds: number
  movedSeconds: number
  silenceSeconds: number
}

export interface CommandLine {
  program: 'ffmpeg' | 'rpicam-vid'
  args: string[]
}

/** Quality of mjpeg in ffmpeg: 2 is the best, 31 the worst. */
const QUALITY = '5'

/** What is missing in a configuration, in words for the technician, or undefined. */
export function faultOf({ source, url, folder, devices }: CameraConfig): string | undefined {
  if (source === 'rtsp' && !/^rtsps?:/.test(url)) return 'its address must begin with rtsp://'
  if (source === 'mjpeg' && !/^https?:/.test(url)) return 'its address must begin with http://'
  if (source === 'folder' && folder === '') return 'it needs the folder in which the pictures are'
  if (source === 'rpicam' && devices.length === 0)
    return 'it needs the device files of the camera; `ls /dev/media* /dev/video* /dev/dma_heap/*` shows them'
  return undefined
}

/** How pictures of a camera are had at so many a second. Options of ffmpeg 5.1 and later, and of rpicam-apps 1.5. */
export function commandOf(config: CameraConfig, framesPerSecond: number): CommandLine {
  const { source, url, device, camera, widthPixels, silenceSeconds } = config
  if (source === 'rpicam') {
    // rpicam-vid takes no fraction of a picture a second; what is too many is left out when it comes in.
    const args = ['--nopreview', '--timeout', '0', '--codec', 'mjpeg', '--camera', String(camera), '--flush']
    const height = Math.round((widthPixels * 9) / 32) * 2
    args.push('--width', String(widthPixels), '--height', String(height))
    return { program: 'rpicam-vid', args: [...args, '--framerate', String(Math.max(1, framesPerSecond)), '-o', '-'] }
  }
  const silence = String(Math.round(silenceSeconds * 1_000_000))
  const input = {
    rtsp: ['-rtsp_transport', 'tcp', '-timeout', silence, '-i', url],
    mjpeg: ['-rw_timeout', silence, '-f', 'mpjpeg', '-i', url],
    v4l2: ['-f', 'v4l2', '-i', device],
    folder: [],
  }[source]
  // Its own five seconds of looking at the stream before the first picture are more than a camera needs.
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-fflags', 'nobuffer', '-analyzeduration', '500000']
  // The filter `fps` would give the first picture of a slow rate after seconds only; this one gives it at once.
  const every = `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${(0.95 / framesPerSecond).toFixed(3)})`
  const filter = `${every},scale=${widthPixels}:-2`
  const pictures = ['-an', '-vf', filter, '-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', QUALITY]
  const output = ['-f', 'image2pipe', '-flush_packets', '1', 'pipe:1']
  return { program: 'ffmpeg', args: [...quiet, ...input, ...pictures, ...output] }
}

/** Credentials of an address do not belong into a log or onto a page. */
export const withoutSecret = (text: string): string => text.replaceAll(/\/\/[^/\s@]*@/g, '//')
