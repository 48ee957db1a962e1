/** Opens a `.npy` file, or an array of a `.npz` archive, for reading by rows. Nothing of it is trusted. */
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, open, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { splitLocation } from '../../shared/source-location';
import { UserError } from '../../shared/errors';
import { layoutOf, type ArrayLayout } from './array-layout';
import { NpzArchive } from './npz-archive';
import { mostHeaderBytes, NumpyHeaderError, parseNumpyHeader, type NumpyHeader } from './numpy-header';
import { RowFile } from './row-file';
import { rewriteInRowOrder } from './row-order';

export interface OpenArray {
  readonly header: NumpyHeader;
  readonly layout: ArrayLayout;
  readonly rows: RowFile;
  /** The array's name in its archive, or the file's name without extension. */
  readonly name: string;
  /** When the file that the user named was last changed. */
  readonly modifiedMs: number;
  close(): Promise<void>;
}

/** Where the array's elements lie, once they can be read by rows. */
interface Place {
  readonly file: string;
  readonly offset: number;
}

/**
 * Compressed arrays and those in Fortran order are written out once, to `workFolder`, where they are found again; without
 * one, to a temporary folder that is removed on closing.
 * Throws `source-invalid` with what is wrong, `source-empty`, `disk-full`, or a system error.
 */
export async function openArray(
  location: string,
  workFolder: string | undefined,
  signal: AbortSignal,
): Promise<OpenArray> {
  const work = new WorkFolder(workFolder);
  try {
    return await openIn(location, work, signal);
  } catch (error) {
    await work.dispose();
    if (error instanceof NumpyHeaderError) {
      throw new UserError('source-invalid', `“${location}” cannot be used: ${error.message}.`, { cause: error });
    }
    throw error;
  }
}

async function openIn(location: string, work: WorkFolder, signal: AbortSignal): Promise<OpenArray> {
  const { path: file, array } = splitLocation(location);
  const info = await stat(file);
  const identity = createHash('sha256')
    .update(`${path.resolve(file)}|${info.size}|${info.mtimeMs}|${array ?? ''}`)
    .digest('hex');
  const isArchive = path.extname(file).toLowerCase() === '.npz';
  const archive = isArchive ? await NpzArchive.open(file) : undefined;
  try {
    const name = archive ? chooseArray(archive.names, array, file) : path.basename(file, path.extname(file));
    const header = parseNumpyHeader(archive ? await archive.start(name) : await readStart(file));
    const layout = layoutOf(header);
    const dataBytes = layout.count * layout.bytesPerImage;
    checkSize(header.dataOffset + dataBytes, archive ? archive.unpackedBytes(name) : info.size);
    if (layout.count === 0)
      throw new UserError('source-empty', `“${location}” holds no images: its shape is ${header.shape.join('×')}.`);

    let place: Place = { file, offset: header.dataOffset };
    if (archive) {
      const stored = await archive.storedOffset(name);
      const unpacked = () =>
        work.file(`${identity}.npy`, header.dataOffset + dataBytes, (target) => archive.extract(name, target, signal));
      place =
        stored === undefined
          ? { file: await unpacked(), offset: header.dataOffset }
          : { file, offset: stored + header.dataOffset };
    }
    if (header.fortranOrder) {
      const source = place;
      const rewrite = (target: string) => rewriteInRowOrder(source.file, source.offset, header, target, signal);
      place = { file: await work.file(`${identity}.rows`, dataBytes, rewrite), offset: 0 };
    }
    const rows = await RowFile.open(place.file, {
      offset: place.offset,
      count: layout.count,
      bytesPerRow: layout.bytesPerImage,
    });
    const close = async () => {
      await rows.close();
      await work.dispose();
    };
    return { header, layout, rows, name, modifiedMs: Math.round(info.mtimeMs), close };
  } finally {
    archive?.close();
  }
}

function chooseArray(names: readonly string[], wanted: string | undefined, file: string): string {
  const list =
    names
      .slice(0, 20)
      .map((name) => `“${name}”`)
      .join(', ') + (names.length > 20 ? ', …' : '');
  if (names.length === 0) throw new NumpyHeaderError('it holds no arrays');
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new NumpyHeaderError(`it has no array “${wanted}”; there is ${list}`);
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  throw new NumpyHeaderError(
    `it holds several arrays (${list}); name one after a #, such as ${path.basename(file)}#${only ?? ''}`,
  );
}

function checkSize(needed: number, present: number): void {
  if (present < needed)
    throw new NumpyHeaderError(`it ends early: its shape needs ${needed} bytes, but it has ${present}`);
}

async function readStart(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostHeaderBytes), 0, mostHeaderBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Where arrays are written out. */
class WorkFolder {
  #temporary: string | undefined;

  constructor(private readonly given: string | undefined) {}

  /** The file of this name, made by `make` unless it is there already. Throws `disk-full` before anything is written. */
  async file(name: string, bytes: number, make: (file: string) => Promise<void>): Promise<string> {
    const folder = await this.#folder();
    const file = path.join(folder, `array-${name}`);
    if (await exists(file)) return file;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < bytes) {
      throw new UserError(
        'disk-full',
        `Unpacking the array needs ${Math.ceil(bytes / 1e6)} MB in “${folder}”, but only ${Math.floor((bavail * bsize) / 1e6)} MB are free. Make room there and try again.`,
      );
    }
    await make(file);
    return file;
  }

  async #folder(): Promise<string> {
    if (this.given !== undefined) {
      await mkdir(this.given, { recursive: true });
      return this.given;
    }
    this.#temporary ??= await mkdtemp(path.join(tmpdir(), 'anomaly-review-'));
    return this.#temporary;
  }

  async dispose(): Promise<void> {
    if (this.#temporary !== undefined) await rm(this.#temporary, { recursive: true, force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
