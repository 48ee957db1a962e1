/** Makes folders where Node's own `recursive` may never come back. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isFolder } from './is-there';

/**
 * Makes the folder and those above it that are missing; one that is there is fine. Throws what the system says.
 * `mkdir` with `recursive` tries for ever where a file system such as /proc, or an automounter, denies new names with
 * ENOENT although the folder above is there.
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') {
      const parent = path.dirname(folder);
      if (parent === folder || (await isFolder(parent))) throw error;
      await makeFolders(parent);
      await mkdir(folder).catch(async (again: unknown) => {
        if (!(await isFolder(folder))) throw again; // another process may have made it meanwhile
      });
      return;
    }
    // The root of a drive and read-only places answer otherwise than EEXIST for a folder that is there.
    if (!(await isFolder(folder))) throw error;
  }
}
