/** A run on disk. Everything but review.json can be made again; every file is written whole or not at all. */
import * as l10n from '@vscode/l10n';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import type { ReviewHistory } from '../../shared/review-history';
import type { ManifestEntry, Review, RunRecord } from '../../shared/run';
import { compositeScore, taughtScore } from '../../shared/score-names';
import type { ScanRequest } from '../../shared/settings';
import { removeLeftovers, systemCode, writeAtomically } from './atomic';
import { createRunFolder } from './create-folder';
import { readHistoryFile, writeHistoryFile } from './history-file';
import { listRunFolders } from './list-runs';
import { decodeManifest, encodeManifest } from './manifest-file';
import { userStateFolder } from './places';
import { parseRecord, recordFileName, recordVersion } from './record-file';
import { readReviewFile, writeReviewFile } from './review-file';
import { decodeTensors, encodeTensors, type StoredTensors } from './tensor-file';

export class RunFolder {
  #record: RunRecord;
  #lastWrite: Promise<void> = Promise.resolve();
  #nextWrite: Promise<void> | undefined;

  private constructor(
    /** Absolute. */
    readonly folder: string,
    record: RunRecord,
    /** Of a {@link draft}: the folder of its scores; its record is in memory only. */
    private readonly draftScores?: string,
  ) {
    this.#record = record;
  }

  /**
   * Makes the folder of a new run, with the decisions of the source's last review in it. The note says when it is not
   * where it usually is. Throws `source-missing`, `settings-invalid`, `not-writable` or `disk-full`.
   */
  static async create(
    request: ScanRequest,
    createdAt: Date,
    fallbackRoot = userStateFolder(),
  ): Promise<{ run: RunFolder; note?: string }> {
    const earlier = await listRunFolders(request.source, fallbackRoot);
    const { folder, note } = await createRunFolder(request.source, request.out, createdAt, fallbackRoot);
    const run = new RunFolder(folder, {
      version: recordVersion,
      request,
      createdAt: createdAt.toISOString(),
      versions: {},
      status: 'running',
      phase: 'listing',
      images: 0,
      unreadable: 0,
      epochs: [],
      scores: [],
      seconds: {},
      notes: [],
    });
    await run.#save();
    await run.#takeOverDecisions(earlier);
    return { run, ...(note !== undefined && { note }) };
  }

  /** A run that is put together in a folder of its own and is complete once `run.json` is written, last, by `update`. */
  static compose(folder: string, record: RunRecord): RunFolder {
    return new RunFolder(path.resolve(folder), record);
  }

  /** Throws `run-missing` or `run-invalid` with what is wrong. */
  static async open(place: string): Promise<RunFolder> {
    const folder = path.resolve(place);
    const file = path.join(folder, recordFileName);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        throw new UserError(
          'run-missing',
          l10n.t('There is no run in “{0}” (it has no {1}).', folder, recordFileName),
          {
            cause: error,
          },
        );
      }
      throw new UserError('run-invalid', l10n.t('“{0}” cannot be read ({1}).', file, code ?? String(error)), {
        cause: error,
      });
    }
    const record = parseRecord(text);
    if (typeof record === 'string') {
      throw new UserError('run-invalid', l10n.t('“{0}” {1}. Scan again to make a new run.', file, record));
    }
    const run = new RunFolder(folder, record);
    // Only a process that died leaves temporary files behind.
    if (record.status === 'running' || record.status === 'interrupted') await removeLeftovers(folder);
    return run;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /**
   * Changes the record at once and resolves when it is on disk. A new status other than `failed` takes an earlier
   * error away, and `done` what a rescoring was about. Throws `disk-full` or `not-writable`.
   */
  update(changes: Partial<RunRecord>): Promise<void> {
    const { error, rescoring, ...rest } = this.#record;
    const isOver = changes.status !== undefined && changes.status !== 'failed';
    this.#record = {
      ...rest,
      ...(error && !isOver && { error }),
      ...(rescoring && changes.status !== 'done' && { rescoring }),
      ...changes,
    };
    return this.#save();
  }

  /**
   * The same run to be scored anew: its scores lie beside those in force, and what changes in its record stays in
   * memory. What an earlier draft left behind is removed. @param trial one that is never adopted, by a name of its own
   */
  async draft(changes: Partial<RunRecord>, trial?: string): Promise<RunFolder> {
    const rescored = (this.#record.rescored ?? 0) + 1;
    const scores = trial === undefined ? laterScores(rescored) : `scores-${checkName(trial)}`;
    const draft = new RunFolder(this.folder, { ...this.#record, ...changes, rescored }, scores);
    await draft.discard();
    return draft;
  }

  /** Puts a draft in force by one write of the record; after it the former scores are removed. */
  async adopt(draft: RunFolder): Promise<void> {
    const former = this.#path(this.#scores);
    const { status, phase, notes, seconds } = this.#record;
    await this.update({ ...draft.record, status, phase, notes, seconds });
    await rm(former, { recursive: true, force: true });
  }

  /** Removes the scores of a draft. */
  async discard(): Promise<void> {
    if (this.draftScores === undefined) throw new Error('only the scores of a draft can be discarded');
    await rm(this.#path(this.draftScores), { recursive: true, force: true });
  }

  /** Changes that come while one is being written are written together after it. */
  #save(): Promise<void> {
    if (this.draftScores !== undefined) return Promise.resolve();
    this.#nextWrite ??= this.#lastWrite
      // Whoever asked for the earlier write was told of its failure.
      .catch(() => undefined)
      .then(() => {
        this.#nextWrite = undefined;
        return writeAtomically(this.#path(recordFileName), `${JSON.stringify(this.#record, undefined, 2)}\n`);
      });
    this.#lastWrite = this.#nextWrite;
    return this.#nextWrite;
  }

  // ── places of files that others write ──

  /** For preprocessed images: `images`, `train`, … */
  cacheFile(name: string): string {
    return this.#path('cache', `${checkName(name)}.u8`);
  }
  /** For unpacked arrays. */
  get workFolder(): string {
    return this.#path('cache', 'arrays');
  }
  /** Every scored image's code, as {@link writeMatrix} writes it. */
  get latentsFile(): string {
    return this.#path(this.#scores, 'latents.npy');
  }
  /** Likewise where every scored image is odd, and what the encoder sees in it: what marks are learned from. */
  get featuresFile(): string {
    return this.#path(this.#scores, 'features.npy');
  }
  /** As {@link writeScores} writes it. */
  scoresFile(name: string): string {
    return this.#path(...this.#scoresFile(name).split('/'));
  }
  get thumbnails(): string {
    return this.#path('thumbnails');
  }
  get compare(): string {
    return this.#path('compare');
  }
  get model(): string {
    return this.#path('model');
  }

  // ── what is in a run; reading answers `undefined` (or nothing) for what is not there yet ──

  writeManifest(entries: readonly ManifestEntry[]): Promise<void> {
    return writeAtomically(this.#path('manifest.jsonl'), encodeManifest(entries));
  }

  /** Throws `run-invalid`. */
  async readManifest(): Promise<ManifestEntry[]> {
    const bytes = await this.readBlob('manifest.jsonl');
    return bytes ? this.#require(decodeManifest(Buffer.from(bytes).toString('utf8')), 'manifest.jsonl') : [];
  }

  /** One value an image; NaN where there is none. */
  writeScores(name: string, scores: Float32Array): Promise<void> {
    return this.writeBlob(this.#scoresFile(name), bytesOf(scores));
  }

  async readScores(name: string): Promise<Float32Array<ArrayBuffer> | undefined> {
    const bytes = await this.#readWords(this.#scoresFile(name));
    return bytes && new Float32Array(bytes);
  }

  /** What {@link writeScores} writes, of one epoch (from 1). */
  writeEpochScores(epoch: number, scores: Float32Array): Promise<void> {
    return this.writeBlob(epochFile(epoch), bytesOf(scores));
  }

  async readEpochScores(epoch: number): Promise<Float32Array<ArrayBuffer> | undefined> {
    const bytes = await this.#readWords(epochFile(epoch));
    return bytes && new Float32Array(bytes);
  }

  writeIndexes(name: string, indexes: Uint32Array): Promise<void> {
    return this.writeBlob(indexesFile(name), bytesOf(indexes));
  }

  async readIndexes(name: string): Promise<Uint32Array<ArrayBuffer> | undefined> {
    const bytes = await this.#readWords(indexesFile(name));
    return bytes && new Uint32Array(bytes);
  }

  /** By index: 1 bad, 0 good, −1 without a label. */
  writeLabels(labels: Int8Array): Promise<void> {
    return this.writeBlob(labelsFile, new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }

  async readLabels(): Promise<Int8Array | undefined> {
    const bytes = await this.readBlob(labelsFile);
    return bytes && Int8Array.from(bytes, (byte) => (byte === 0 || byte === 1 ? byte : -1));
  }

  writeTensors(name: string, tensors: StoredTensors): Promise<void> {
    return this.writeBlob(tensorsFile(name), encodeTensors(tensors));
  }

  /** Throws `run-invalid`. */
  readTensors(name: string): Promise<StoredTensors | undefined> {
    return this.#readTensorsFile(tensorsFile(name));
  }

  /** What the scores were fitted to. */
  writeStatistics(tensors: StoredTensors): Promise<void> {
    return this.writeBlob(this.#statisticsFile, encodeTensors(tensors));
  }

  /** Throws `run-invalid`. */
  readStatistics(): Promise<StoredTensors | undefined> {
    return this.#readTensorsFile(this.#statisticsFile);
  }

  async #readTensorsFile(file: string): Promise<StoredTensors | undefined> {
    const bytes = await this.readBlob(file);
    return bytes && this.#require(decodeTensors(bytes), file);
  }

  /** @param relative inside the run folder, with `/` */
  writeBlob(relative: string, bytes: Uint8Array): Promise<void> {
    return writeAtomically(this.#inside(relative), bytes);
  }

  async readBlob(relative: string): Promise<Uint8Array | undefined> {
    const file = this.#inside(relative);
    try {
      return await readFile(file);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw new UserError(
        'run-invalid',
        l10n.t('“{0}” cannot be read ({1}).', file, systemCode(error) ?? String(error)),
        {
          cause: error,
        },
      );
    }
  }

  /**
   * The person's review, or what the settings ask for when there is none. A damaged file is moved aside, which the note
   * says. Throws `run-invalid` for a review of a newer version.
   */
  async readReview(): Promise<{ review: Review; note?: string }> {
    const { review = this.#initialReview(), note } = await readReviewFile(this.folder);
    return { review, ...(note !== undefined && { note }) };
  }

  /** What can be taken back of `review`, and done again. */
  readHistory(review: Review): Promise<ReviewHistory | undefined> {
    return readHistoryFile(this.folder, review);
  }

  /** @param history absent: nothing of it can be taken back */
  async writeReview(review: Review, history?: ReviewHistory): Promise<void> {
    await writeReviewFile(this.folder, review);
    if (history) await writeHistoryFile(this.folder, review, history);
  }

  #initialReview(): Review {
    const { score, threshold, unreadable } = this.#record.request.settings;
    return { version: 1, score: score === 'auto' ? compositeScore : score, threshold, unreadable, decisions: {} };
  }

  /** Decisions are about the content of images and outlive a scan; score and threshold are this scan's. */
  async #takeOverDecisions(earlierNewestFirst: readonly string[]): Promise<void> {
    for (const folder of earlierNewestFirst) {
      // A damaged or newer review of another run must not stop this one.
      const { review } = await readReviewFile(folder).catch(() => ({ review: undefined }));
      if (review === undefined) continue;
      const decisions = Object.keys(review.decisions).length;
      if (decisions > 0) {
        await this.writeReview({
          ...this.#initialReview(),
          decisions: review.decisions,
          // Whoever taught goes on where they were.
          ...(review.learn !== undefined && { learn: review.learn }),
          ...(review.score === taughtScore && { score: taughtScore }),
        });
        const note =
          decisions === 1
            ? l10n.t(
                'One decision of the earlier review in “{0}” came along, for images with the same content.',
                folder,
              )
            : l10n.t(
                '{0} decisions of the earlier review in “{1}” came along, for images with the same content.',
                decisions,
                folder,
              );
        await this.update({ notes: [...this.#record.notes, note] });
      }
      return;
    }
  }

  get #scores(): string {
    const { rescored } = this.#record;
    return this.draftScores ?? (rescored === undefined ? 'scores' : laterScores(rescored));
  }

  #scoresFile(name: string): string {
    return `${this.#scores}/${checkName(name)}.f32`;
  }

  /** What the scores were fitted to goes with them. */
  get #statisticsFile(): string {
    return this.#scores === 'scores' ? tensorsFile('statistics') : `${this.#scores}/statistics.tensors`;
  }

  #path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  #inside(relative: string): string {
    const file = this.#path(...relative.split('/'));
    if (file.startsWith(this.folder + path.sep)) return file;
    throw new Error(`${relative} is not inside the run folder`);
  }

  async #readWords(relative: string): Promise<ArrayBuffer | undefined> {
    const bytes = await this.readBlob(relative);
    if (bytes === undefined) return undefined;
    return this.#require(bytes.length % 4 === 0 ? Uint8Array.from(bytes).buffer : 'ends early', relative);
  }

  #require<T extends object>(content: T | string, relative: string): T {
    if (typeof content !== 'string') return content;
    throw new UserError(
      'run-invalid',
      l10n.t('“{0}” {1}. Resume the run or scan again.', this.#inside(relative), content),
    );
  }
}

const laterScores = (rescored: number) => `scores-${rescored}`;
const epochFile = (epoch: number) => `epochs/${String(epoch).padStart(4, '0')}.f32`;
const indexesFile = (name: string) => `indexes/${checkName(name)}.u32`;
const labelsFile = 'labels.i8';
const tensorsFile = (name: string) => `model/${checkName(name)}.tensors`;

function checkName(name: string): string {
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  throw new Error(`“${name}” is no name for a part of a run`);
}

/** The machines this runs on are little endian, as the files are. */
function bytesOf(words: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
