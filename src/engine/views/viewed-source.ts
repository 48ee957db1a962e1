/** The source behind a run that is looked at, opened once, with images found by name: files may have come or gone. */
import { UserError } from '../../shared/errors';
import type { ImageSource } from '../dataset/dataset';
import { openJoined } from '../dataset/joined-source';
import type { ScanRequest } from '../../shared/settings';
import type { RunState } from '../pipeline/run-state';

interface Opened {
  readonly source: ImageSource;
  readonly places: ReadonlyMap<string, number>;
}

export class ViewedSource {
  #current: { readonly key: string; readonly opened: Promise<Opened> } | undefined;

  /** A picture of the image at `index` of the run. @throws UserError when its file is gone or cannot be read */
  async render(state: RunState, index: number, longestSide: number): Promise<Uint8Array> {
    const { source, places } = await this.#open(state);
    const name = state.paths[index];
    const place = name === undefined ? undefined : places.get(name);
    if (place === undefined) {
      throw new UserError('source-missing', `The image ${name ?? index} is no longer in ${source.location}.`);
    }
    return source.render(place, longestSide, 'webp');
  }

  /** One source stays open: a panel looks at one folder at a time. */
  #open({ run }: RunState): Promise<Opened> {
    const { request } = run.record;
    const key = [request.source, ...(request.scoreAlso ?? [])].join('\n');
    const earlier = this.#current;
    if (earlier?.key === key) return earlier.opened;
    const opened = openAndIndex(request, run.workFolder);
    this.#current = { key, opened };
    // A folder that was missing may be there at the next look.
    opened.catch(() => {
      if (this.#current?.opened === opened) this.#current = undefined;
    });
    void earlier?.opened.then(({ source }) => source.close()).catch(() => undefined);
    return opened;
  }

  /** The folder is scanned anew: what was listed may be out of date. */
  forget(): void {
    const earlier = this.#current;
    this.#current = undefined;
    void earlier?.opened.then(({ source }) => source.close()).catch(() => undefined);
  }
}

async function openAndIndex(request: ScanRequest, workFolder: string): Promise<Opened> {
  const source = await openJoined(request, new AbortController().signal, { workFolder, arrays: request.settings });
  return { source, places: new Map(source.paths.map((name, place) => [name, place])) };
}
