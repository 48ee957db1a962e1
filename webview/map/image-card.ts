/** The picture of the image that is pointed at, with its name and what is known of it. */
import { html, nothing, type TemplateResult } from 'lit';
import { formatScore } from '../../src/shared/format';
import { locale } from '../localization';
import type { PanelModel } from '../model/panel-model';
import { cssProperties } from '../styles/css-properties';
import { sign } from '../styles/signs';
import type { Point } from './camera';

/** Of the card with its border, and how far from the point it stands. */
const cardWidth = 134;
const cardHeight = 176;
const distance = 14;

/** @param at the point, on a stage of this size */
export function imageCard(
  model: PanelModel,
  index: number,
  uri: string | undefined,
  at: Point,
  stage: { readonly width: number; readonly height: number },
): TemplateResult {
  const path = model.snapshot?.paths[index] ?? '';
  const score = model.ranking?.scoreOf(index) ?? NaN;
  const decision = model.decisionOf(index);
  const isRight = at.x + distance + cardWidth <= stage.width;
  const x = isRight ? at.x + distance : Math.max(0, at.x - distance - cardWidth);
  const y = Math.max(0, Math.min(at.y - cardHeight / 2, stage.height - cardHeight));
  return html`<div
    class="card"
    aria-hidden="true"
    ${cssProperties({ '--x': `${Math.round(x)}px`, '--y': `${Math.round(y)}px` })}
  >
    <div class="picture">${uri === undefined ? nothing : html`<img src=${uri} alt="" />`}</div>
    <span class="name">${path.slice(path.lastIndexOf('/') + 1)}</span>
    <span class="facts">
      <span class="number">${Number.isNaN(score) ? '–' : formatScore(score, locale)}</span>
      ${model.isFlagged(index) ? sign('flag') : nothing} ${decision ? sign(decision) : nothing}
    </span>
  </div>`;
}
