/** A program of 16-bit words from Intel HEX (Intel, Hexadecimal Object File Format Specification, revision A). */
export function programOf(text: string, words: number): Uint16Array {
  const program = new Uint16Array(words)
  const bytes = new Uint8Array(program.buffer)
  for (const line of text.split('\n')) {
    // Length, address, type 00 (data); an Uno's 32 KiB need no extended addresses.
    const record = /^:([0-9A-F]{2})([0-9A-F]{4})00([0-9A-F]*)[0-9A-F]{2}\s*$/i.exec(line)
    if (!record) continue
    const [, , address = '0', data = ''] = record
    bytes.set(Buffer.from(data, 'hex'), Number.parseInt(address, 16))
  }
  return program
}
