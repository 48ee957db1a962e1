/** Images that are files of their own: a folder's, or those of a list. */
import type { ManifestEntry } from '../../shared/run';
import type { DecodedImage, ImageSource, Preprocessing } from './dataset';
import { decodePixels, isGrey, orientedSize, renderPicture } from './decode-image';
import type { ListedImages } from './expand-pages';
import { failureReason } from './failure-reason';
import type { FileContent } from './read-file';
import { suggestPreprocessing, type ImageFacts, type LookAt, type PreprocessingWish } from './suggest-preprocessing';

export interface FileSourceOptions {
  readonly location: string;
  readonly name: string;
  readonly images: ListedImages;
  readonly notes: readonly string[];
}

export class FileSource implements ImageSource {
  readonly location: string;
  readonly name: string;
  readonly paths: readonly string[];
  readonly notes: readonly string[];
  private readonly images: ListedImages;

  constructor({ location, name, images, notes }: FileSourceOptions) {
    this.location = location;
    this.name = name;
    this.paths = images.paths;
    this.notes = notes;
    this.images = images;
  }

  filePath(index: number): string | undefined {
    return index in this.paths ? this.images.file(index) : undefined;
  }

  suggestPreprocessing(wish: PreprocessingWish, signal: AbortSignal): Promise<Preprocessing> {
    const lookAt: LookAt = (index, withColour) => this.lookAt(index, withColour);
    return suggestPreprocessing(this.location, this.paths.length, wish, lookAt, signal);
  }

  async decode(index: number, preprocessing: Preprocessing): Promise<DecodedImage> {
    const path = this.paths[index] ?? '';
    let content: FileContent | undefined;
    try {
      content = await this.images.read(index);
      const { width, height, pixels } = await decodePixels(content.input, preprocessing);
      return { entry: entryOf(path, content, width, height), pixels };
    } catch (error) {
      const reason = failureReason(error, content?.start);
      return { entry: { ...entryOf(path, content, 0, 0), error: reason } };
    }
  }

  /** Throws an error whose message is the reason when the image cannot be read. */
  render(index: number, longestSide: number, format: 'webp' | 'png'): Promise<Uint8Array> {
    return this.withContent(index, ({ input }) => renderPicture(input, longestSide, format));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async lookAt(index: number, withColour: boolean): Promise<ImageFacts | string> {
    try {
      return await this.withContent(index, async ({ input }) => ({
        grey: withColour && (await isGrey(input)),
        ...(await orientedSize(input)),
      }));
    } catch (error) {
      return `“${this.paths[index] ?? ''}”: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  private async withContent<T>(index: number, use: (content: FileContent) => Promise<T>): Promise<T> {
    let content: FileContent | undefined;
    try {
      content = await this.images.read(index);
      return await use(content);
    } catch (error) {
      throw new Error(failureReason(error, content?.start), { cause: error });
    }
  }
}

function entryOf(path: string, content: FileContent | undefined, width: number, height: number): ManifestEntry {
  const { sha256 = '', bytes = 0, modifiedMs = 0 } = content ?? {};
  return { path, sha256, bytes, modifiedMs, width, height };
}
