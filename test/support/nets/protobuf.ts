/** The few pieces of Protocol Buffers' wire format that an ONNX file needs (https://protobuf.dev/programming-guides/encoding). */
export type Field = Uint8Array

const varint = (value: number | bigint): number[] => {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return bytes
}

export const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** An integer field. */
export const integer = (field: number, value: number | bigint): Field =>
  Uint8Array.from([...varint(field << 3), ...varint(value)])

/** A field of bytes, text or an embedded message. */
export function bytes(field: number, content: Uint8Array | string | readonly Field[]): Field {
  const body =
    typeof content === 'string' ? Buffer.from(content) : content instanceof Uint8Array ? content : join(content)
  return join([Uint8Array.from([...varint((field << 3) | 2), ...varint(body.length)]), body])
}
