/** What arrays an .npz archive holds, from its directory alone: nothing of them is unpacked. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as yauzl from 'yauzl';
import { UserError } from '../shared/errors';

export interface ArchivedArray {
  /** As written after the `#` of a source. */
  readonly name: string;
  readonly bytes: number;
}

/** In the archive's order. Throws `source-invalid` when the file is no zip archive or is damaged. */
export function listArrays(file: string): Promise<ArchivedArray[]> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new UserError(
          'source-invalid',
          vscode.l10n.t('{file} cannot be read as an .npz archive ({detail}). Save it again with numpy.savez.', {
            file: basename(file),
            detail: error.message,
          }),
        ),
      );
    yauzl.open(file, { lazyEntries: true }, (error, archive) => {
      if (error) {
        fail(error);
        return;
      }
      const arrays: ArchivedArray[] = [];
      archive.on('error', fail);
      archive.on('end', () => resolve(arrays));
      archive.on('entry', (entry: yauzl.Entry) => {
        if (entry.fileName.endsWith('.npy')) {
          arrays.push({ name: entry.fileName.slice(0, -'.npy'.length), bytes: entry.uncompressedSize });
        }
        archive.readEntry();
      });
      archive.readEntry();
    });
  });
}
