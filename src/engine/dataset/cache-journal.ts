/**
 * What of a tensor cache is done, kept beside it as JSON lines, so that reading goes on after a stop or a crash. The
 * first line says what the cache is for; a journal for anything else is begun anew.
 */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { open, readFile, stat, truncate, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import type { ManifestEntry } from '../../shared/run';
import { splitLocation } from '../../shared/source-location';
import { manifestEntrySchema } from '../../shared/manifest-entry';
import type { ImageSource, Preprocessing } from './dataset';

const lineSchema = v.tuple([v.pipe(v.number(), v.integer(), v.minValue(0)), manifestEntrySchema]);

/** Entries are written together, this often or when there are so many. */
const flushIntervalMs = 2000;
const mostWaiting = 2000;

export class CacheJournal {
  #waiting: string[] = [];
  #flushedAt = Date.now();

  private constructor(
    private readonly handle: FileHandle,
    private readonly purpose: string,
    /** What was done before, by index. */
    readonly entries: ReadonlyMap<number, ManifestEntry>,
  ) {}

  /** Goes on with a journal of the same images and preprocessing; begins anew where there is none that fits. */
  static async open(file: string, source: ImageSource, preprocessing: Preprocessing): Promise<CacheJournal> {
    const purpose = await purposeOf(source, preprocessing);
    const text = await readFile(file, 'utf8').catch(() => '');
    const entries = new Map<number, ManifestEntry>();
    // A line that was being written when the process died is cut off.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [header, ...lines] = whole.split('\n');
    if (header === purpose) {
      for (const line of lines) {
        const parsed = v.safeParse(lineSchema, parseJson(line));
        if (!parsed.success) continue;
        const [index, entry] = parsed.output;
        if (source.paths[index] === entry.path) entries.set(index, entry);
      }
      await truncate(file, Buffer.byteLength(whole));
      return new CacheJournal(await open(file, 'a'), purpose, entries);
    }
    const handle = await open(file, 'w');
    await handle.writeFile(`${purpose}\n`);
    return new CacheJournal(handle, purpose, entries);
  }

  /** Notes an image as done; `save` must have its pixels on disk before the journal says so. */
  async add(index: number, entry: ManifestEntry, save: () => Promise<void>): Promise<void> {
    this.#waiting.push(JSON.stringify([index, entry]));
    const isTime = Date.now() - this.#flushedAt >= flushIntervalMs;
    if (isTime || this.#waiting.length >= mostWaiting) await this.flush(save);
  }

  async flush(save: () => Promise<void>): Promise<void> {
    this.#flushedAt = Date.now();
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    await save();
    await this.handle.appendFile(`${lines.join('\n')}\n`);
  }

  /** Whether an array or list is still the one that the journal was begun for. */
  async isStillFor(source: ImageSource, preprocessing: Preprocessing): Promise<boolean> {
    return this.purpose === (await purposeOf(source, preprocessing));
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

async function purposeOf(source: ImageSource, preprocessing: Preprocessing): Promise<string> {
  const names = createHash('sha256');
  for (const name of source.paths) names.update(`${name}\n`);
  const { path } = splitLocation(source.location);
  const info = await stat(path).catch((error: unknown) => {
    throw new UserError(
      'source-unreadable',
      l10n.t('“{0}” went away while it was being read. Bring it back, then resume the run.', source.location),
      { cause: error },
    );
  });
  const { channels, height, width, roi } = preprocessing;
  return JSON.stringify({
    version: 1,
    location: source.location,
    // A folder's time changes with every file put into it; its files are compared one by one instead.
    changed: info.isDirectory() ? 0 : [info.size, info.mtimeMs],
    images: source.paths.length,
    names: names.digest('hex'),
    preprocessing: [channels, height, width, roi ?? []],
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A damaged line: its image is read again.
    return undefined;
  }
}
