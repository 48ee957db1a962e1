/** What is remembered of a workspace, in a file on the side of the extension. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The editor's own memento is written by its window some seconds after a change: a window that is reloaded sooner, or a
 * browser's tab that is closed, loses it, and with it which scan was going on.
 */
export class KeptState {
  /** What could not be written is at least known until the editor closes. */
  private unwritten: Readonly<Record<string, unknown>> | undefined;

  /**
   * @param file JSON; made with its folder at the first change
   * @param onProblem told why it could not be written
   */
  constructor(
    private readonly file: string,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  /** Read anew each time: another window on the same workspace may have written it. */
  get(key: string): unknown {
    return this.values()[key];
  }

  /** On disk when it returns: the next thing that happens may be the end of the process. */
  update(key: string, value: unknown): void {
    const values = { ...this.values(), [key]: value };
    const draft = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      writeFileSync(draft, JSON.stringify(values));
      renameSync(draft, this.file);
      this.unwritten = undefined;
    } catch (error) {
      this.unwritten = values;
      this.onProblem(error);
    }
  }

  private values(): Readonly<Record<string, unknown>> {
    if (this.unwritten) return this.unwritten;
    try {
      const kept: unknown = JSON.parse(readFileSync(this.file, 'utf8'));
      return typeof kept === 'object' && kept !== null ? { ...kept } : {};
    } catch {
      return {}; // not written yet, or damaged: then nothing is remembered
    }
  }
}
