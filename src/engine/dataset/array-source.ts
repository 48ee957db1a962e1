/** Images that are rows of an array. */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import type { ScanSettings } from '../../shared/settings';
import { toInterleaved } from './array-layout';
import { chooseRange, extremesOf, toLevels, toNumbers, type RangeWish, type ValueRange } from './array-values';
import { describeReading } from './describe-array';
import type { ManifestEntry } from '../../shared/run';
import type { DecodedImage, ImageSource, ImagesInPlace, Preprocessing } from './dataset';
import { decodePixels, isGrey, renderPicture, toPlanes, type RawImage } from './decode-image';
import { failureReason, Unreadable } from './failure-reason';
import { openArray, type OpenArray } from './open-array';
import { evenlySpread, suggestPreprocessing, type LookAt, type PreprocessingWish } from './suggest-preprocessing';

/** How many rows tell the range of values, and how many bytes of them at most. */
const sampleRows = 256;
const sampleBytes = 32 * 2 ** 20;

export interface ArraySourceOptions {
  /** Where compressed or column-ordered arrays are unpacked; absent: a temporary folder. */
  readonly workFolder?: string;
  /** What the user says of the numbers; what is left open is told from them. */
  readonly arrays?: Pick<ScanSettings, 'arrayLayout' | 'arrayRange'>;
}

export class ArraySource implements ImageSource {
  readonly paths: readonly string[];

  private constructor(
    readonly location: string,
    readonly name: string,
    private readonly array: OpenArray,
    private readonly range: ValueRange,
    readonly notes: readonly string[],
  ) {
    const { count } = array.layout;
    const digits = Math.max(6, String(count - 1).length);
    // Joined, not put together from parts, which V8 would keep as well.
    this.paths = Array.from({ length: count }, (_, i) => [array.name, String(i).padStart(digits, '0')].join('/'));
  }

  /** @param name for titles. Throws as {@link openArray} does. */
  static async open(
    location: string,
    name: string,
    { workFolder, arrays }: ArraySourceOptions,
    signal: AbortSignal,
  ): Promise<ArraySource> {
    const array = await openArray(location, { workFolder, layout: arrays?.arrayLayout }, signal);
    try {
      const { range, note } = await rangeOf(array, arrays?.arrayRange, signal);
      const reading = l10n.t('“{0}” was read as {1}.', name, describeReading(array.header, array.layout, range));
      const notes = [reading, array.layout.assumption, note].filter((text) => text !== undefined);
      return new ArraySource(location, name, array, range, notes);
    } catch (error) {
      await array.close();
      throw error;
    }
  }

  filePath(): undefined {
    return undefined;
  }

  suggestPreprocessing(wish: PreprocessingWish, signal: AbortSignal): Promise<Preprocessing> {
    const lookAt: LookAt = async (index, withColour) => {
      try {
        const image = await this.#image(index);
        return { width: image.width, height: image.height, grey: withColour && (await isGrey(image)) };
      } catch (error) {
        return `“${this.paths[index] ?? ''}”: ${failureReason(error, undefined)}`;
      }
    };
    return suggestPreprocessing(this.location, this.paths.length, wish, lookAt, signal);
  }

  async decode(index: number, preprocessing: Preprocessing): Promise<DecodedImage> {
    let sha256 = '';
    try {
      const bytes = await this.array.rows.read(index);
      sha256 = createHash('sha256').update(bytes).digest('hex');
      const image = this.#toImage(bytes);
      const pixels = fitsAsItIs(image, preprocessing)
        ? toPlanes(image.pixels, image.channels, preprocessing.channels)
        : (await decodePixels(image, preprocessing)).pixels;
      return { entry: this.#entry(index, sha256), pixels };
    } catch (error) {
      const entry = { ...this.#entry(index, sha256), width: 0, height: 0, error: failureReason(error, undefined) };
      return { entry };
    }
  }

  inPlace({ channels, height, width, roi }: Preprocessing): ImagesInPlace | undefined {
    const { place, layout, header } = this.array;
    const sameShape = layout.channels === channels && layout.height === height && layout.width === width;
    const isBytes = header.bytesPerElement === 1 && header.kind !== 'int';
    if (place === undefined || roi !== undefined || !sameShape || !isBytes) return undefined;
    const interleaved = !layout.planar && channels > 1;
    return { ...place, ...this.range, interleaved, identify: (index) => this.#identify(index) };
  }

  async #identify(index: number): Promise<ManifestEntry> {
    try {
      const bytes = await this.array.rows.read(index);
      return this.#entry(index, createHash('sha256').update(bytes).digest('hex'));
    } catch (error) {
      return { ...this.#entry(index, ''), width: 0, height: 0, error: failureReason(error, undefined) };
    }
  }

  /** Written out, for there are as many of them as images: copies of objects are larger. */
  #entry(index: number, sha256: string): ManifestEntry {
    const { width, height, bytesPerImage } = this.array.layout;
    return {
      path: this.paths[index] ?? '',
      sha256,
      bytes: bytesPerImage,
      modifiedMs: this.array.modifiedMs,
      width,
      height,
    };
  }

  async render(index: number, longestSide: number, format: 'webp' | 'png'): Promise<Uint8Array> {
    const image = await this.#image(index);
    return renderPicture(image, longestSide, format);
  }

  close(): Promise<void> {
    return this.array.close();
  }

  async #image(index: number): Promise<RawImage> {
    return this.#toImage(await this.array.rows.read(index));
  }

  #toImage(bytes: Buffer): RawImage {
    const { width, height, channels, planar } = this.array.layout;
    const levels = toLevels(toNumbers(bytes, this.array.header), this.range);
    if (levels === undefined) throw new Unreadable(l10n.t('it holds values that are no finite numbers'));
    return { width, height, channels, pixels: planar ? toInterleaved(levels, channels) : levels };
  }
}

/** Whether no resizing, cutting or mixing of channels is needed: the quick way for arrays made for a network. */
function fitsAsItIs(image: RawImage, { channels, height, width, roi }: Preprocessing): boolean {
  const sameChannels = image.channels === channels || image.channels === 1;
  return roi === undefined && image.width === width && image.height === height && sameChannels;
}

async function rangeOf(
  array: OpenArray,
  wish: RangeWish,
  signal: AbortSignal,
): Promise<ReturnType<typeof chooseRange>> {
  const { count, bytesPerImage } = array.layout;
  const rows = Math.max(1, Math.min(sampleRows, Math.floor(sampleBytes / bytesPerImage)));
  let least = Infinity;
  let most = -Infinity;
  for (const index of evenlySpread(count, rows)) {
    signal.throwIfAborted();
    const extremes = extremesOf(toNumbers(await array.rows.read(index), array.header));
    least = Math.min(least, extremes.least);
    most = Math.max(most, extremes.most);
  }
  return chooseRange({ least, most }, array.header, wish);
}
