/** Where arrays are written out that cannot be read by rows where they are. */
import * as l10n from '@vscode/l10n';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../shared/errors';

/** Those that are in use when the process ends, on purpose or by a second Ctrl-C. */
const temporaries = new Set<string>();
process.on('exit', () => {
  for (const folder of temporaries) rmSync(folder, { recursive: true, force: true });
});

export class WorkFolder {
  #temporary: string | undefined;

  /** @param given absent: a temporary folder, made when it is needed */
  constructor(private readonly given: string | undefined) {}

  /** Whether its files stay after {@link dispose}. */
  get isKept(): boolean {
    return this.given !== undefined;
  }

  /**
   * The file of this name and size, made by `make` unless it is there already. Throws `disk-full` before anything is
   * written.
   */
  async file(name: string, bytes: number, make: (file: string) => Promise<void>): Promise<string> {
    const folder = await this.#folder();
    const file = path.join(folder, `array-${name}`);
    const present = await stat(file).catch(() => undefined);
    if (present?.size === bytes) return file;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < bytes) {
      throw new UserError(
        'disk-full',
        l10n.t(
          'Unpacking the array needs {0} MB in “{1}”, but only {2} MB are free. Make room there and try again.',
          Math.ceil(bytes / 1e6),
          folder,
          Math.floor((bavail * bsize) / 1e6),
        ),
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
    temporaries.add(this.#temporary);
    return this.#temporary;
  }

  /** Removes what nobody will look for again. */
  async dispose(): Promise<void> {
    if (this.#temporary === undefined) return;
    await rm(this.#temporary, { recursive: true, force: true });
    temporaries.delete(this.#temporary);
  }
}
