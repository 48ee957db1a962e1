/** What arrays a file holds, before any of them is chosen. */
import * as l10n from '@vscode/l10n';
import type { ArrayReport } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { openContainer, type ArrayContainer } from './array-container';
import { ArrayFormatError, dataBytesOf, nameOfType, type ArrayHeader } from './array-header';
import { layoutOf } from './array-layout';
import { chooseRange, extremesOf, rangeText, toNumbers } from './array-values';
import { describeChannels } from './describe-array';
import { readArrayHeader } from './read-array-header';

/** Beyond this many arrays nobody chooses from a list. */
const mostReported = 200;

/**
 * Reads headers only. An array that is no pile of images has a `problem`; a file that holds no arrays at all throws
 * `source-invalid`, or the system's error.
 * @param file an `.npy`, `.npz` or IDX file, without `#array`
 */
export async function listArrays(file: string): Promise<ArrayReport[]> {
  let container: ArrayContainer | undefined;
  try {
    container = await openContainer(file);
    if (container.names.length === 0) throw new ArrayFormatError(l10n.t('it holds no arrays'));
    const reports: ArrayReport[] = [];
    const isOnly = !/\.npz$/i.test(file);
    for (const name of container.names.slice(0, mostReported)) {
      reports.push({ ...(await reportOn(container, name)), name: isOnly ? '' : name });
    }
    return reports;
  } catch (error) {
    if (!(error instanceof ArrayFormatError)) throw error;
    throw new UserError('source-invalid', l10n.t('“{0}” cannot be used: {1}.', file, error.message), { cause: error });
  } finally {
    container?.close();
  }
}

async function reportOn(container: ArrayContainer, name: string): Promise<Omit<ArrayReport, 'name'>> {
  let header: ArrayHeader | undefined;
  try {
    const start = await container.start(name);
    header = readArrayHeader(start);
    const known = { type: nameOfType(header), shape: header.shape };
    const layout = layoutOf(header);
    if (layout.count === 0) return { ...known, problem: l10n.t('it holds no images') };
    container.check(name, header.dataOffset + dataBytesOf(header));
    const size = `${layout.width}×${layout.height}`;
    const images =
      layout.count === 1 ? l10n.t('1 image of {0}', size) : l10n.t('{0} images of {1}', layout.count, size);
    return { ...known, meaning: `${images}, ${describeChannels(layout)}, ${rangeAtStart(header, start)}` };
  } catch (error) {
    if (!(error instanceof ArrayFormatError)) throw error;
    return { type: header ? nameOfType(header) : '', shape: header?.shape ?? [], problem: error.message };
  }
}

/** The range of values as far as the first bytes tell; the scan looks at all of the array. */
function rangeAtStart(header: ArrayHeader, start: Buffer): string {
  const data = start.subarray(header.dataOffset, header.dataOffset + dataBytesOf(header));
  const whole = data.subarray(0, data.length - (data.length % header.bytesPerElement));
  return rangeText(chooseRange(extremesOf(toNumbers(whole, header)), header).range);
}
