/**
 * Named float32 tensors in one file: 8 bytes of magic, the length of a JSON header (uint32), the header, padding to 16
 * bytes, then the values, little endian, in the header's order.
 */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

const magic = 'ANRVTNS1';
const alignment = 16;
const headerSchema = v.array(
  v.object({
    name: v.string(),
    shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
);

export function encodeTensors(tensors: StoredTensors): Uint8Array {
  const header = Buffer.from(JSON.stringify([...tensors].map(([name, { shape }]) => ({ name, shape }))));
  const start = dataStart(header.length);
  let values = 0;
  for (const [name, { shape, data }] of tensors) {
    if (elementsOf(shape) !== data.length) throw new Error(`tensor ${name} does not fill its shape`);
    values += data.length;
  }
  const file = Buffer.alloc(start + 4 * values);
  file.write(magic, 'latin1');
  file.writeUInt32LE(header.length, magic.length);
  header.copy(file, magic.length + 4);
  let offset = start;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** The tensors, or what is wrong with the file as the end of a sentence. */
export function decodeTensors(file: Uint8Array): Map<string, StoredTensor> | string {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < magic.length + 4 || bytes.toString('latin1', 0, magic.length) !== magic) {
    return l10n.t('is not a file of tensors');
  }
  const headerLength = bytes.readUInt32LE(magic.length);
  const start = dataStart(headerLength);
  if (start > bytes.length) return l10n.t('ends early');
  const headerText = bytes.toString('utf8', magic.length + 4, magic.length + 4 + headerLength);
  const header = v.safeParse(v.pipe(v.string(), v.parseJson(), headerSchema), headerText);
  if (!header.success) return l10n.t('has a damaged header');
  const expected = start + 4 * header.output.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  if (expected !== bytes.length) return l10n.t('has {0} bytes where its header promises {1}', bytes.length, expected);
  const tensors = new Map<string, StoredTensor>();
  let offset = start;
  for (const { name, shape } of header.output) {
    const data = new Float32Array(elementsOf(shape));
    bytes.copy(new Uint8Array(data.buffer), 0, offset, offset + data.byteLength);
    tensors.set(name, { shape, data });
    offset += data.byteLength;
  }
  return tensors;
}

function dataStart(headerLength: number): number {
  return Math.ceil((magic.length + 4 + headerLength) / alignment) * alignment;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
