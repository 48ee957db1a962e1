/** Several sources as one: the images of a scan, and those that are scored after them without being trained on. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { ScanRequest } from '../../shared/settings';
import type { DecodedImage, ImageSource, ImagesInPlace, Preprocessing } from './dataset';
import { openSource, type OpenSourceOptions } from './open-source';
import { ShardSource } from './shard-source';
import type { PreprocessingWish } from './suggest-preprocessing';

interface Part {
  readonly source: ImageSource;
  /** Place of its first image among all. */
  readonly start: number;
}

/** The images of a scan. */
export interface ScoredSource extends ImageSource {
  /** How many images, the first ones, belong to the first source. */
  readonly ownImages: number;
  /** Where only a part is scored: what it is a part of. */
  readonly whole?: { readonly start: number; readonly paths: readonly string[] };
}

export class JoinedSource implements ScoredSource {
  readonly location: string;
  readonly name: string;
  readonly paths: readonly string[];
  readonly notes: readonly string[];
  readonly ownImages: number;

  readonly #first: ImageSource;
  readonly #parts: readonly Part[];

  /** Images keep the order of their sources. Those of `added` are named by their source: `cats/one.png`. */
  constructor(first: ImageSource, added: readonly ImageSource[]) {
    this.#first = first;
    ({ location: this.location, name: this.name } = first);
    this.ownImages = first.paths.length;
    const parts: Part[] = [{ source: first, start: 0 }];
    const paths = [...first.paths];
    // A name is taken when any path begins with it, so that two images never share a path.
    const taken = new Set(first.paths.map(topOf));
    for (const source of added) {
      parts.push({ source, start: paths.length });
      const prefix = unusedName(titleOf(source.name), taken);
      taken.add(prefix);
      for (const name of source.paths) paths.push(`${prefix}/${withoutRoot(name)}`);
    }
    this.#parts = parts;
    this.paths = paths;
    this.notes = [...first.notes, ...added.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`))];
  }

  filePath(index: number): string | undefined {
    const { source, place } = this.#find(index);
    return source.filePath(place);
  }

  /** By the first source's images: the added ones are fitted to what is trained. */
  suggestPreprocessing(wish: PreprocessingWish, signal: AbortSignal): Promise<Preprocessing> {
    return this.#first.suggestPreprocessing(wish, signal);
  }

  async decode(index: number, preprocessing: Preprocessing): Promise<DecodedImage> {
    const { source, place } = this.#find(index);
    const image = await source.decode(place, preprocessing);
    return { ...image, entry: { ...image.entry, path: this.paths[index] ?? '' } };
  }

  /** Only where nothing was added: all rows must lie in one file. */
  inPlace(preprocessing: Preprocessing): ImagesInPlace | undefined {
    return this.#parts.length === 1 ? this.#first.inPlace?.(preprocessing) : undefined;
  }

  render(index: number, longestSide: number, format: 'webp' | 'png'): Promise<Uint8Array> {
    const { source, place } = this.#find(index);
    return source.render(place, longestSide, format);
  }

  async close(): Promise<void> {
    for (const { source } of this.#parts) await source.close();
  }

  #find(index: number): { source: ImageSource; place: number } {
    let found: Part = { source: this.#first, start: 0 };
    for (const part of this.#parts) if (part.start <= index) found = part;
    return { source: found.source, place: index - found.start };
  }
}

/**
 * The images that a request scores: those of its source, then those of `scoreAlso`; of them its part. Throws as
 * {@link openSource}, and `settings-invalid` when a source is named twice or there are more parts than images.
 */
export async function openJoined(
  request: Pick<ScanRequest, 'source' | 'scoreAlso' | 'shard'>,
  signal: AbortSignal,
  options: OpenSourceOptions = {},
): Promise<ScoredSource> {
  refuseTwice(request);
  const opened: ImageSource[] = [];
  try {
    const first = await openSource(request.source, signal, options);
    opened.push(first);
    for (const location of request.scoreAlso ?? []) opened.push(await openSource(location, signal, options));
    const joined = new JoinedSource(first, opened.slice(1));
    return request.shard ? new ShardSource(joined, request.shard) : joined;
  } catch (error) {
    for (const source of opened) await source.close();
    throw error;
  }
}

/** Throws `settings-invalid`. */
export function refuseTwice({ source, scoreAlso = [] }: Pick<ScanRequest, 'source' | 'scoreAlso'>): void {
  const locations = [source, ...scoreAlso];
  const twice = locations.find((location, index) => locations.indexOf(location) < index);
  if (twice === undefined) return;
  throw new UserError(
    'settings-invalid',
    l10n.t('“{0}” is named twice among the images to score. Name it once.', twice),
  );
}

/** A folder's name, or a file's without what says its kind. */
function titleOf(name: string): string {
  return name.replace(/\.(npy|npz(#.*)?|txt|csv)$/is, '') || name;
}

function topOf(name: string): string {
  return withoutRoot(name).split('/')[0] ?? '';
}

/** Lists may name absolute paths, which must not end up as a path with an empty part. */
function withoutRoot(name: string): string {
  return name.replace(/^\/+/, '');
}

function unusedName(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number++) {
    const name = `${wished} (${number})`;
    if (!taken.has(name)) return name;
  }
}
