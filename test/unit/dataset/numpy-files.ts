/** `.npy` and `.npz` files made by hand, honest and otherwise. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface NpyOptions {
  readonly descr?: string;
  readonly fortranOrder?: boolean;
  /** Instead of the honest header. */
  readonly header?: string;
  readonly version?: 1 | 2 | 3;
}

export function npy(shape: readonly number[], data: Uint8Array, options: NpyOptions = {}): Buffer {
  const { descr = '|u1', fortranOrder = false, version = 1 } = options;
  const tuple = shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
  const literal =
    options.header ?? `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const unpadded = 8 + lengthBytes + literal.length + 1;
  const header = Buffer.from(literal.padEnd(literal.length + ((64 - (unpadded % 64)) % 64)) + '\n', 'latin1');
  const start = Buffer.alloc(8 + lengthBytes);
  start.write('\x93NUMPY', 'latin1');
  start.writeUInt8(version, 6);
  if (version === 1) start.writeUInt16LE(header.length, 8);
  else start.writeUInt32LE(header.length, 8);
  return Buffer.concat([start, header, data]);
}

export function bytesOf(values: Float32Array | Float64Array | Uint16Array | Int32Array | BigInt64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

interface Member {
  readonly name: string;
  readonly content: Buffer;
  readonly deflate?: boolean;
  /** The size that the archive says the member has, when it lies. */
  readonly declaredBytes?: number;
  /** The checksum that the archive says the member has, when it lies. */
  readonly crc32?: number;
  readonly isEncrypted?: boolean;
}

/** A ZIP archive (PKWARE APPNOTE): local headers with their data, the central directory, its end. */
export function zip(members: readonly Member[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { name, content, deflate = false, declaredBytes = content.length, isEncrypted = false } = member;
    const packed = deflate ? deflateRawSync(content) : content;
    const fileName = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isEncrypted ? 0x801 : 0x800, 2);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(member.crc32 ?? crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declaredBytes, 18);
    common.writeUInt16LE(fileName.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, fileName, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, fileName);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
