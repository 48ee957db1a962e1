/** Where the files of a run's images lie that were moved away. */
import { stat } from 'node:fs/promises';
import { splitPage } from '../../shared/source-location';
import { expandPages } from '../dataset/expand-pages';
import { FileSource } from '../dataset/file-source';
import type { RunState } from '../pipeline/run-state';
import type { JournaledMove } from '../quarantine/journal';
import { journalFiles, journalsOf, movesBy } from '../quarantine/run-journals';
import { isThere } from '../runs/is-there';

interface Known {
  readonly key: string;
  readonly moves: ReadonlyMap<string, JournaledMove>;
}

export class MovedFiles {
  /** A journal may tell of a hundred thousand files, and every picture of them asks. */
  #known: Known | undefined;

  /** Absolute; undefined when it was not moved, or is no longer where it was moved to. */
  async placeOf(state: RunState, index: number): Promise<string | undefined> {
    const name = state.paths[index];
    if (name === undefined) return undefined;
    const place = (await this.#moves(state)).get(splitPage(name)?.file ?? name)?.to;
    return place !== undefined && (await isThere(place)) ? place : undefined;
  }

  /** The image at its new place, rendered as a source renders it; undefined as for {@link placeOf}. */
  async render(state: RunState, index: number, longestSide: number): Promise<Uint8Array | undefined> {
    const place = await this.placeOf(state, index);
    if (place === undefined) return undefined;
    const page = splitPage(state.paths[index] ?? '')?.page;
    const named = page === undefined ? place : `${place}#${page}`;
    const images = await expandPages([named], () => named, new AbortController().signal);
    return new FileSource({ location: place, name: place, images, notes: [] }).render(0, longestSide, 'webp');
  }

  async #moves({ run }: RunState): Promise<ReadonlyMap<string, JournaledMove>> {
    const files = await journalFiles(run);
    if (files.length === 0) return new Map();
    const stats = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
    const key = JSON.stringify([run.folder, stats.map((info) => [info?.size, info?.mtimeMs])]);
    if (this.#known?.key !== key) this.#known = { key, moves: movesBy(await journalsOf(run)) };
    return this.#known.moves;
  }
}
