/**
 * What was moved where, as JSON lines beside the moved files. A line is on the disk before the move that it tells of, so
 * that whatever ends the process, what lies where can be told from the journal and the files themselves.
 */
import { mkdir, open, readdir, readFile, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import { systemCode, writingError } from '../runs/atomic';
import { acquireLock, type Lock } from '../runs/lock';

const headerSchema = v.object({
  anomalyReviewMoves: v.literal(1),
  run: v.string(),
  source: v.string(),
  startedAt: v.string(),
});

const plannedSchema = v.object({
  /** From 0. */
  move: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** As the run names the image. */
  path: v.string(),
  /** Absolute. */
  from: v.pipe(
    v.string(),
    v.check((file) => path.isAbsolute(file)),
  ),
  /** Relative to the journal's folder, with `/`: the folder may be moved as a whole. */
  to: v.pipe(v.string(), v.check(isInside)),
  /** Of the content. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.number(),
  modifiedMs: v.number(),
  /** What a symbolic link says; the link itself is what moves. */
  link: v.exactOptional(v.string()),
});

const lineSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    plannedSchema,
    v.object({ moved: v.number() }),
    v.object({ undone: v.number() }),
    v.object({ part: v.pipe(v.string(), v.check(isPart)) }),
    v.object({ end: v.literal(true) }),
  ]),
);
type Line = v.InferOutput<typeof lineSchema>;
type Planned = v.InferOutput<typeof plannedSchema>;

export interface PlannedMove extends Omit<Planned, 'to' | 'move'> {
  /** Absolute. */
  readonly to: string;
}

export interface JournaledMove extends PlannedMove {
  readonly id: number;
  /** `planned`: it may have been begun. `undone`: or it did not come to it. */
  state: 'planned' | 'moved' | 'undone';
}

export class Journal {
  readonly folder: string;
  /** The last line says that all was done that was to be done. */
  isEnded = false;
  readonly #moves = new Map<number, JournaledMove>();
  readonly #parts: string[] = [];
  #handle: FileHandle | undefined;

  private constructor(
    readonly file: string,
    readonly header: v.InferOutput<typeof headerSchema>,
    private readonly wholeBytes: number,
  ) {
    this.folder = path.dirname(file);
  }

  /** In the order in which they were planned. */
  get moves(): JournaledMove[] {
    return [...this.#moves.values()];
  }

  /** Begins a journal in `folder`, which is made. Throws `not-writable` or `disk-full`. */
  static async create(folder: string, about: { run: string; source: string }, now = new Date()): Promise<Journal> {
    const header = { anomalyReviewMoves: 1 as const, ...about, startedAt: now.toISOString() };
    const stem = path.join(folder, `${namePrefix}${header.startedAt.replace(/\.\d+/, '').replace(/[-:]/g, '')}`);
    for (let number = 1; ; number++) {
      const file = `${stem}${number === 1 ? '' : `-${number}`}.jsonl`;
      try {
        await mkdir(folder, { recursive: true });
        const handle = await open(file, 'ax');
        const journal = new Journal(file, header, 0);
        journal.#handle = handle;
        await journal.#write([JSON.stringify(header)]);
        return journal;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST' || !(await isFile(file))) throw writingError(error, file);
      }
    }
  }

  /** Throws `settings-invalid` for what is no journal. */
  static async read(file: string): Promise<Journal> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new UserError(
        'settings-invalid',
        l10n.t('The journal “{file}” cannot be read ({reason}). It lies in the folder that the files were moved to.', {
          file,
          reason: systemCode(error) ?? String(error),
        }),
        { cause: error },
      );
    });
    // A line that was being written when the process died is cut off.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first = '', ...lines] = whole.split('\n');
    const header = v.safeParse(v.pipe(v.string(), v.parseJson(), headerSchema), first);
    if (!header.success) {
      throw new UserError('settings-invalid', l10n.t('“{0}” is no journal of moved files; nothing was changed.', file));
    }
    const journal = new Journal(path.resolve(file), header.output, Buffer.byteLength(whole));
    for (const [place, line] of lines.entries()) {
      if (line === '') continue;
      const parsed = v.safeParse(lineSchema, line);
      if (!parsed.success) {
        throw new UserError(
          'settings-invalid',
          l10n.t(
            'Line {line} of the journal “{file}” is damaged; nothing was changed. Put it right, or remove the line to do without it.',
            { line: place + 2, file },
          ),
        );
      }
      journal.#apply(parsed.output);
    }
    return journal;
  }

  /** Those in a folder, the newest first; what cannot be understood is passed over. */
  static async inFolder(folder: string): Promise<Journal[]> {
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => name.startsWith(namePrefix) && name.endsWith('.jsonl'));
    const journals = await Promise.allSettled(files.map((name) => Journal.read(path.join(folder, name))));
    return journals
      .flatMap((journal) => (journal.status === 'fulfilled' ? [journal.value] : []))
      .sort((a, b) => (a.header.startedAt < b.header.startedAt ? 1 : -1));
  }

  /** Moves that are about to be made; resolves when they are on the disk. */
  async plan(moves: readonly PlannedMove[]): Promise<JournaledMove[]> {
    const next = Math.max(-1, ...[...this.#moves.keys()].slice(-1)) + 1;
    const lines = moves.map(({ to, ...move }, place): Planned => ({
      move: next + place,
      ...move,
      to: path.relative(this.folder, to).split(path.sep).join('/'),
    }));
    await this.#add(lines);
    return lines.flatMap(({ move }) => this.#moves.get(move) ?? []);
  }

  /** A file of ours that lies somewhere for as long as it is being filled. */
  notePart(part: string): Promise<void> {
    return this.#add([{ part }]);
  }

  note(what: 'moved' | 'undone', moves: readonly JournaledMove[]): Promise<void> {
    return this.#add(moves.map(({ id }) => (what === 'moved' ? { moved: id } : { undone: id })));
  }

  end(): Promise<void> {
    return this.#add([{ end: true }]);
  }

  /** Removes what a process that died had begun to fill. */
  async removeParts(): Promise<void> {
    for (const part of this.#parts) await rm(part, { force: true });
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #add(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#write(lines.map((line) => JSON.stringify(line)));
    for (const line of lines) this.#apply(line);
  }

  async #write(lines: readonly string[]): Promise<void> {
    try {
      if (!this.#handle) {
        await truncate(this.file, this.wholeBytes);
        this.#handle = await open(this.file, 'a');
      }
      await this.#handle.appendFile(lines.map((line) => `${line}\n`).join(''));
      await this.#handle.sync();
    } catch (error) {
      throw writingError(error, this.file);
    }
  }

  #apply(line: Line): void {
    if ('end' in line) {
      this.isEnded = true;
      return;
    }
    this.isEnded = false;
    if ('part' in line) this.#parts.push(line.part);
    else if ('move' in line) {
      const { move, to, ...rest } = line;
      this.#moves.set(move, { ...rest, id: move, to: path.join(this.folder, ...to.split('/')), state: 'planned' });
    } else {
      const [id, state] = 'moved' in line ? ([line.moved, 'moved'] as const) : ([line.undone, 'undone'] as const);
      const move = this.#moves.get(id);
      if (move) move.state = state;
    }
  }
}

/** Who writes into a journal holds its lock. Throws `run-locked`. */
export function lockJournal(file: string): Promise<Lock> {
  return acquireLock(`${file}.lock`, 'moves');
}

const namePrefix = 'anomaly-review-moves-';
const partName = /^\.anomaly-review-[0-9a-f-]{36}\.part$/;

/** The name of a part that nobody else has. */
export function partBeside(file: string): string {
  return path.join(path.dirname(file), `.anomaly-review-${crypto.randomUUID()}.part`);
}

/** A journal that was tampered with must not be able to remove anything else. */
function isPart(file: string): boolean {
  return path.isAbsolute(file) && partName.test(path.basename(file));
}

/** Nothing in a journal may lead out of its folder. */
function isInside(relative: string): boolean {
  const parts = relative.split(path.sep === '\\' ? /[\\/]/ : '/');
  return !relative.includes('\0') && parts.every((part) => !['', '.', '..'].includes(part));
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
}
