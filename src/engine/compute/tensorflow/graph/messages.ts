/** Protocol buffers as far as a graph needs them: https://protobuf.dev/programming-guides/encoding */

/** A message: its fields, one behind the other. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** A message, text or bytes within a message. */
export function nested(field: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([key(field, 2), varint(bytes.length), bytes]);
}

/** @param value whole; also below 0 */
export function whole(field: number, value: number): Uint8Array {
  return Buffer.concat([key(field, 0), varint(value)]);
}

export function wholes(field: number, values: readonly number[]): Uint8Array {
  return nested(field, Buffer.concat(values.map(varint)));
}

/** Float32. */
export function real(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, 5), bytes]);
}

function key(field: number, kind: number): Uint8Array {
  return varint(field * 8 + kind);
}

/** Seven bits a byte, the lowest first; numbers below 0 as 64 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}
