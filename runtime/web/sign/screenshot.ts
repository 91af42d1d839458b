/**
 * A picture of what this page draws, without any extension: the page is copied into an SVG with its styles and pictures,
 * and the browser draws that once more onto a canvas. It shows what the player means to show, drawn by the same engine;
 * it cannot tell whether the panel is on, dark or covered.
 */

const LONGEST_PIXELS = 1920
const QUALITY = 0.85

/** Resolves with a JPEG; rejects where the browser does not let the picture be read. */
export async function screenshot(root: HTMLElement): Promise<Blob> {
  const { innerWidth: width, innerHeight: height } = window
  const copy = root.cloneNode(true) as HTMLElement
  const originals = [...root.querySelectorAll<HTMLImageElement | HTMLVideoElement>('img, video')]
  const copies = [...copy.querySelectorAll('img, video')]
  await Promise.all(
    originals.map(async (original, index) => {
      const still = document.createElement('img')
      still.src = frameOf(original)
      copies[index]?.replaceWith(still)
    }),
  )
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asSvg(copy, width, height))}`
  await image.decode()
  const scale = Math.min(1, LONGEST_PIXELS / Math.max(width, height))
  const canvas = canvasOf(width * scale, height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('it could not be drawn'))), 'image/jpeg', QUALITY),
  )
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width))
  canvas.height = Math.max(1, Math.round(height))
  return canvas
}

/** A picture as it is drawn, or the frame at which a video stands, as a data URL: an SVG loads nothing from elsewhere. */
function frameOf(element: HTMLImageElement | HTMLVideoElement): string {
  const video = element instanceof HTMLVideoElement
  const [width, height] = video
    ? [element.videoWidth, element.videoHeight]
    : [element.naturalWidth, element.naturalHeight]
  const scale = Math.min(1, LONGEST_PIXELS / Math.max(width, height, 1))
  const canvas = canvasOf(width * scale, height * scale)
  canvas.getContext('2d')?.drawImage(element, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png')
}

function asSvg(page: HTMLElement, width: number, height: number): string {
  const styles = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText))
  const style = document.createElement('style')
  // What is under way on the screen would begin anew in the copy.
  style.textContent = `${styles.join('\n')}\n*,*::before,*::after{animation:none!important;transition:none!important}`
  const body = document.createElement('div')
  body.setAttribute('style', `position:relative;width:${width}px;height:${height}px;overflow:hidden`)
  body.append(style, page)
  const inner = new XMLSerializer().serializeToString(body)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${inner}</foreignObject></svg>`
}
