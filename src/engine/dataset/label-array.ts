/** Labels that are an array: `y_test` of an archive, IDX label files. */
import * as l10n from '@vscode/l10n';
import { open } from 'node:fs/promises';
import { UserError } from '../../shared/errors';
import { splitLocation } from '../../shared/source-location';
import { openContainer } from './array-container';
import { ArrayFormatError, dataBytesOf, nameOfType } from './array-header';
import { toNumbers } from './array-values';
import { systemErrorCode } from './failure-reason';
import { chooseArray, placeOfRows } from './open-array';
import { readArrayHeader } from './read-array-header';
import { WorkFolder } from './work-folder';

/**
 * @returns 0, 1, or −1 for unknown, one an image in data-set order
 * @param count how many images there are
 * Throws `labels-invalid` when the array is none, of another length, or holds anything else.
 */
export async function readLabelArray(location: string, count: number): Promise<Int8Array> {
  const work = new WorkFolder(undefined);
  try {
    return await read(location, count, work);
  } catch (error) {
    const code = systemErrorCode(error);
    const reason = error instanceof ArrayFormatError ? error.message : code;
    if (reason === undefined) throw error;
    throw new UserError('labels-invalid', l10n.t('“{0}” cannot be used as labels: {1}.', location, reason), {
      cause: error,
    });
  } finally {
    await work.dispose();
  }
}

async function read(location: string, count: number, work: WorkFolder): Promise<Int8Array> {
  const { path: file, array } = splitLocation(location);
  const container = await openContainer(file);
  try {
    const name = chooseArray(container.names, array, file);
    const header = readArrayHeader(await container.start(name));
    const [length = 0, ...rest] = header.shape;
    if (header.shape.length === 0 || rest.some((axis) => axis !== 1)) {
      throw new ArrayFormatError(l10n.t('its shape is {0}; one number an image is needed', header.shape.join('×')));
    }
    if (length !== count) {
      throw new ArrayFormatError(
        l10n.t('its labels and the images of the data set are not equally many ({0} and {1})', length, count),
      );
    }
    container.check(name, header.dataOffset + dataBytesOf(header));
    const { signal } = new AbortController();
    const place = await placeOfRows(container, { name, header, identity: 'labels' }, work, signal);
    const bytes = Buffer.alloc(dataBytesOf(header));
    const handle = await open(place.file, 'r');
    try {
      await handle.read(bytes, 0, bytes.length, place.offset);
    } finally {
      await handle.close();
    }
    return Int8Array.from(toNumbers(bytes, header), (value, index) => {
      if (value === 0 || value === 1 || value === -1) return value;
      throw new ArrayFormatError(
        l10n.t(
          'label {0} is {1} ({2}); 0 for normal, 1 for an anomaly and −1 for unknown are expected',
          index,
          value,
          nameOfType(header),
        ),
      );
    });
  } finally {
    container.close();
  }
}
