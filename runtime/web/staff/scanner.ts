/** Reads barcodes with the camera: by the browser where it can, else by a reader that the box itself serves. */

export interface Detector {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type Formats = ('ean_13' | 'ean_8' | 'upc_a' | 'upc_e' | 'code_128' | 'itf')[]
const formats: Formats = ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'code_128', 'itf']

/** Why the camera cannot be used here, in words, or undefined where it can. */
export function noCamera(): string | undefined {
  if (!isSecureContext)
    return 'Browsers let a page use the camera only over HTTPS or on the box itself. Type the number, or use a scanner that types it.'
  if (!navigator.mediaDevices?.getUserMedia) return 'This device has no camera that a page can use. Type the number.'
  return undefined
}

async function createDetector(): Promise<Detector> {
  const own = (globalThis as { BarcodeDetector?: new (options: { formats: Formats }) => Detector }).BarcodeDetector
  if (own) return new own({ formats })
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import('barcode-detector/ponyfill'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ])
  prepareZXingModule({ overrides: { locateFile: () => wasm } })
  return new BarcodeDetector({ formats })
}

/** Shows the camera in a video and resolves with the first code that it sees; ends with the signal. */
export async function scan(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  const stop = () => stream.getTracks().forEach((track) => track.stop())
  try {
    if (signal.aborted) return undefined
    video.srcObject = stream
    await video.play()
    const detector = await createDetector()
    while (!signal.aborted) {
      const [found] = await detector.detect(video)
      if (found) return found.rawValue
      await new Promise((next) => setTimeout(next, 120))
    }
    return undefined
  } finally {
    stop()
    video.srcObject = null
  }
}
