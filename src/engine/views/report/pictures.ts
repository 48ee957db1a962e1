/** The pictures of one image, small enough to be inside of a page. */
import * as l10n from '@vscode/l10n';
import sharp from 'sharp';
import { printable } from '../../../shared/printable';
import { toErrorReport } from '../../../shared/errors';
import type { RunState } from '../../pipeline/run-state';
import { errorPng, pixelErrors } from '../error-picture';
import { imagePng } from '../image-png';
import { rebuildImage } from '../rebuilt-image';
import type { ViewedNetwork } from '../viewed-network';
import type { ViewedSource } from '../viewed-source';
import { markup, type Markup } from './markup';

export interface PictureSources {
  readonly source: ViewedSource;
  readonly networks: ViewedNetwork;
}

const longestSide = 240;
const quality = 80;

/** Original, reconstruction and error map in a row, those that there are; why there is none otherwise. */
export async function pictureRow(
  state: RunState,
  index: number,
  { source, networks }: PictureSources,
): Promise<Markup> {
  const original = await source.render(state, index, longestSide).then(
    (picture) => figure(picture, l10n.t('original')),
    (error: unknown) => missing(toErrorReport(error).message),
  );
  try {
    const { shape, reconstruction, errors, ignored } = await rebuildImage(state, index, networks);
    if (!reconstruction || !errors) return row([original]);
    const drawn = await small(await imagePng(reconstruction, shape));
    const scale = state.run.record.errorScale ?? 1;
    const map = await small(await errorPng(pixelErrors(errors, shape), shape, scale, ignored));
    return row([original, figure(drawn, l10n.t('reconstruction')), figure(map, l10n.t('error'))]);
  } catch (error) {
    // The cache of what the network saw may have been removed; the original can be looked at all the same.
    return row([original, missing(toErrorReport(error).message)]);
  }
}

function row(figures: readonly Markup[]): Markup {
  return markup`<div class="pictures">${figures}</div>`;
}

function figure(picture: Uint8Array, caption: string): Markup {
  const data = Buffer.from(picture).toString('base64');
  return markup`<figure><img alt="" src="data:image/webp;base64,${data}"><figcaption>${caption}</figcaption></figure>`;
}

function missing(reason: string): Markup {
  return markup`<figure><figcaption>${printable(reason)}</figcaption></figure>`;
}

async function small(png: Uint8Array): Promise<Uint8Array> {
  return sharp(png)
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality, effort: 4 })
    .toBuffer();
}
