/** The source behind a run that is looked at, opened once, with images found by name: files may have come or gone. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { ScanRequest } from '../../shared/settings';
import type { ImageSource } from '../dataset/dataset';
import { openJoined } from '../dataset/joined-source';
import type { RunState } from '../pipeline/run-state';
import { KeptOpen } from './kept-open';
import type { MovedFiles } from './moved-files';

interface Opened {
  readonly source: ImageSource;
  readonly places: ReadonlyMap<string, number>;
}

export class ViewedSource {
  /** One source stays open: a panel looks at one folder at a time. */
  readonly #kept = new KeptOpen<Opened>(({ source }) => source.close());

  constructor(private readonly moved: MovedFiles) {}

  /**
   * A picture of the image at `index` of the run, from where it was moved to if it was.
   * @throws UserError when its file is gone or cannot be read
   */
  async render(state: RunState, index: number, longestSide: number): Promise<Uint8Array> {
    try {
      return await this.#renderInPlace(state, index, longestSide);
    } catch (error) {
      const moved = await this.moved.render(state, index, longestSide);
      if (!moved) throw error;
      return moved;
    }
  }

  #renderInPlace(state: RunState, index: number, longestSide: number): Promise<Uint8Array> {
    const { record, workFolder } = state.run;
    const { source, scoreAlso, settings } = record.request;
    // The same array read in another way gives other pictures.
    const key = JSON.stringify([source, scoreAlso, settings.arrayLayout, settings.arrayRange]);
    const open = () => openAndIndex(record.request, workFolder);
    return this.#kept.use(key, open, async ({ source: images, places }) => {
      const name = state.paths[index];
      const place = name === undefined ? undefined : places.get(name);
      if (place === undefined) {
        throw new UserError(
          'source-missing',
          l10n.t('The image {0} is no longer in {1}.', name ?? index, images.location),
        );
      }
      return images.render(place, longestSide, 'webp');
    });
  }

  /** The folder is scanned anew: what was listed may be out of date. */
  forget(): void {
    this.#kept.forget();
  }
}

async function openAndIndex(request: ScanRequest, workFolder: string): Promise<Opened> {
  const source = await openJoined(request, new AbortController().signal, { workFolder, arrays: request.settings });
  return { source, places: new Map(source.paths.map((name, place) => [name, place])) };
}
