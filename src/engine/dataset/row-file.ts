/** The images of an array, read from its file by range: never the whole file. */
import * as l10n from '@vscode/l10n';
import { open, type FileHandle } from 'node:fs/promises';
import { Unreadable } from './failure-reason';

export interface RowLayout {
  /** Where the first row begins, in bytes. */
  readonly offset: number;
  readonly count: number;
  readonly bytesPerRow: number;
}

/** Rows asked for one after the other come from one read of about this size. */
const blockBytes = 2 ** 20;

export class RowFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly layout: RowLayout,
    /** When the file was last changed, milliseconds since 1970. */
    readonly modifiedMs: number,
  ) {}

  #block: { readonly first: number; readonly rows: number; readonly bytes: Promise<Buffer> } | undefined;

  static async open(file: string, layout: RowLayout): Promise<RowFile> {
    const handle = await open(file, 'r');
    const { mtimeMs } = await handle.stat();
    return new RowFile(handle, layout, Math.round(mtimeMs));
  }

  /** One row's bytes; valid for as long as the caller holds them. Throws when the file ends early. */
  async read(index: number): Promise<Buffer> {
    const { count, bytesPerRow } = this.layout;
    let block = this.#block;
    if (block === undefined || index < block.first || index >= block.first + block.rows) {
      const rows = Math.min(count - index, Math.max(1, Math.floor(blockBytes / bytesPerRow)));
      block = { first: index, rows, bytes: this.#readRows(index, rows) };
      this.#block = block;
    }
    const bytes = await block.bytes;
    const start = (index - block.first) * bytesPerRow;
    if (start + bytesPerRow > bytes.length) throw new Unreadable(l10n.t('the array ends early'));
    return bytes.subarray(start, start + bytesPerRow);
  }

  async #readRows(first: number, rows: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(rows * this.layout.bytesPerRow);
    const position = this.layout.offset + first * this.layout.bytesPerRow;
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.handle.read(bytes, filled, bytes.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
