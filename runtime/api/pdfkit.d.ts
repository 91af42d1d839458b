/** What of pdfkit 0.20, which brings no types, is used here. Distances are points. */
declare module 'pdfkit' {
  interface TextOptions {
    width?: number
    align?: 'left' | 'right' | 'center'
    lineBreak?: boolean
  }
  export default class PDFDocument {
    constructor(options: { size: 'A4'; margin: number; bufferPages: boolean; info: Record<string, string> })
    x: number
    y: number
    page: { margins: { bottom: number } }
    on(event: 'data', listener: (part: Buffer) => void): this
    on(event: 'end', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    /** By what name `font` gives a font that PDF knows or a file holds. */
    registerFont(name: string, source: string, face?: string): this
    font(name: string): this
    fontSize(points: number): this
    fillColor(colour: string): this
    text(text: string, options?: TextOptions): this
    text(text: string, x: number, y: number, options?: TextOptions): this
    moveDown(lines: number): this
    moveTo(x: number, y: number): this
    lineTo(x: number, y: number): this
    lineWidth(points: number): this
    stroke(colour: string): this
    rect(x: number, y: number, width: number, height: number): this
    fill(colour: string): this
    dash(length: number, options: { space: number }): this
    undash(): this
    addPage(): this
    bufferedPageRange(): { start: number; count: number }
    switchToPage(page: number): this
    end(): void
  }
}
