/**
 * One image in the grid: what it shows and what it says to a screen reader. Its figures and name are drawn from
 * attributes, because the accessible name says all of them already.
 */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { formatCount, formatScore } from '../../src/shared/format';
import type { ThumbnailState } from '../host/thumbnail-store';
import { locale } from '../localization';
import { labelDisagrees } from '../model/label-counts';
import type { PanelModel } from '../model/panel-model';
import type { RankedScores } from '../../src/shared/ranked-scores';
import type { ScoreAxis } from '../model/score-axis';
import { cssProperties } from '../styles/css-properties';
import { sign } from '../styles/signs';

/** Characters of a name's end that stay when it is too long for its tile: numbers and the kind of file stand there. */
const tailLength = 9;

export interface TileContext {
  readonly model: PanelModel;
  /** Whose scores and ranks the tiles say: the review's, or those after an epoch. */
  readonly ranking: RankedScores | undefined;
  readonly axis: ScoreAxis;
  /** NaN where the scores have no threshold. */
  readonly threshold: number;
  /** The epoch after which it ranked so; absent for the review's scores. */
  readonly epoch: number | undefined;
  readonly compact: boolean;
}

export function tileContext(model: PanelModel, compact: boolean): TileContext {
  const { epochs } = model;
  return epochs.ranking
    ? { model, ranking: epochs.ranking, axis: epochs.axis, threshold: NaN, epoch: epochs.epoch, compact }
    : { model, ranking: model.ranking, axis: model.axis, threshold: model.threshold, epoch: undefined, compact };
}

export function tile(context: TileContext, index: number, column: number, thumbnail: ThumbnailState): TemplateResult {
  const { model } = context;
  const path = model.snapshot?.paths[index] ?? '';
  const score = context.ranking?.scoreOf(index) ?? NaN;
  const flagged = model.isFlagged(index);
  const decision = model.decisionOf(index);
  const focused = model.view.focused === index;
  const selected = model.selection.has(index);
  const classes = { tile: true, flagged, selected, [decision ?? 'undecided']: true, focused };
  return html`<div
    class=${classMap(classes)}
    role="gridcell"
    id=${`image-${index}`}
    data-index=${index}
    tabindex=${focused ? 0 : -1}
    aria-colindex=${column + 1}
    aria-selected=${selected ? 'true' : 'false'}
    aria-label=${describe(context, index)}
    title=${tooltip(model, index)}
  >
    <div class="picture">${picture(thumbnail, model.snapshot?.unreadable[index])}</div>
    <button
      class="flag-button"
      type="button"
      tabindex="-1"
      aria-label=${flagged ? l10n.t('Take the flag off') : l10n.t('Flag this image')}
      title=${flagged ? l10n.t('Take the flag off (Space)') : l10n.t('Flag this image (Space)')}
    >
      ${sign('flag')}
    </button>
    <div class="bar" aria-hidden="true" ${cssProperties(barProperties(context, score))}></div>
    <div class="facts" aria-hidden="true">
      <span class="number score" data-text=${Number.isNaN(score) ? '–' : formatScore(score, locale)}></span>
      ${decision ? html`<span class="decision">${sign(decision)}</span>` : nothing}
      ${labelMark(model.labels?.[index], flagged)} ${rank(context, index)}
    </div>
    ${context.compact ? nothing : name(path)}
  </div>`;
}

function picture(thumbnail: ThumbnailState, unreadable: string | undefined): TemplateResult {
  const error = unreadable ?? (thumbnail !== 'loading' && 'error' in thumbnail ? thumbnail.error : undefined);
  if (error !== undefined) {
    return html`<div class="unreadable" aria-hidden="true">${sign('broken')}<span class="reason">${error}</span></div>`;
  }
  if (thumbnail === 'loading' || !('uri' in thumbnail)) return html`<div class="skeleton" aria-hidden="true"></div>`;
  return html`<img src=${thumbnail.uri} alt="" draggable="false" decoding="async" />`;
}

/** All labelled bad, and of those labelled good the ones that are flagged: the others are as one expects. */
function labelMark(label: number | undefined, flagged: boolean): TemplateResult | typeof nothing {
  const disagrees = labelDisagrees(label, flagged);
  if (label !== 1 && !disagrees) return nothing;
  return html`<span class=${classMap({ label: true, disagrees })}
    >${sign(label === 1 ? 'labelBad' : 'labelGood')}</span
  >`;
}

function barProperties({ axis, threshold }: TileContext, score: number): Record<string, string> {
  return {
    '--share': Number.isNaN(score) ? '0' : axis.shareOf(score).toFixed(4),
    '--line-at': Number.isNaN(threshold) ? '-1' : axis.shareOf(threshold).toFixed(4),
  };
}

function rank({ ranking, compact }: TileContext, index: number): TemplateResult | typeof nothing {
  const place = ranking?.rank[index] ?? 0;
  if (compact || place === 0) return nothing;
  return html`<span class="number rank" data-text=${l10n.t('#{0}', formatCount(place, locale))}></span>`;
}

function name(path: string): TemplateResult {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const cut = Math.max(0, base.length - tailLength);
  return html`<div class="name" aria-hidden="true">
    <span class="head" data-text=${base.slice(0, cut)}></span><span class="tail" data-text=${base.slice(cut)}></span>
  </div>`;
}

/** What is read aloud of an image. */
export function describe({ model, ranking, epoch }: TileContext, index: number): string {
  const words = [model.snapshot?.paths[index] ?? ''];
  const place = ranking?.rank[index] ?? 0;
  if (place > 0) {
    words.push(
      epoch === undefined ? l10n.t('rank {0}', place) : l10n.t('rank {0} after epoch {1}', place, epoch),
      l10n.t('score {0}', formatScore(ranking?.scoreOf(index) ?? NaN, locale)),
    );
  }
  const unreadable = model.snapshot?.unreadable[index];
  if (unreadable !== undefined) words.push(l10n.t('cannot be read: {0}', unreadable));
  words.push(model.isFlagged(index) ? l10n.t('flagged') : l10n.t('not flagged'));
  const decision = model.decisionOf(index);
  if (decision) words.push(decision === 'bad' ? l10n.t('marked bad') : l10n.t('marked good'));
  const label = labelText(model, index);
  if (label !== undefined) words.push(label);
  return words.join(', ');
}

/** Undefined for an image without a label. */
export function labelText(model: PanelModel, index: number): string | undefined {
  const label = model.labels?.[index];
  if (label !== 0 && label !== 1) return undefined;
  if (labelDisagrees(label, model.isFlagged(index))) {
    return label === 1 ? l10n.t('labelled bad, but not flagged') : l10n.t('labelled good, but flagged');
  }
  return label === 1 ? l10n.t('labelled bad') : l10n.t('labelled good');
}

function tooltip(model: PanelModel, index: number): string {
  const path = model.snapshot?.paths[index] ?? '';
  const unreadable = model.snapshot?.unreadable[index];
  return [path, unreadable, labelText(model, index)].filter((line) => line !== undefined).join('\n');
}
