/** What colours and shapes of the map mean. */
import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { formatScore } from '../../src/shared/format';
import { locale } from '../localization';
import type { PanelModel } from '../model/panel-model';
import { cssProperties } from '../styles/css-properties';
import { cssColor, type Palette } from './palette';
import { colorOf, legendOf } from './point-looks';
import { shapePaths } from './shapes';

export function legend(model: PanelModel, palette: Palette): TemplateResult {
  return html`<div class="legend" role="group" aria-label=${l10n.t('Legend')}>
    ${colorOf(model) === 'score' ? scoreRamp(model, palette) : nothing}
    ${legendOf(model, palette).map(
      ({ shape, color, text }) =>
        html`<span class="entry"
          ><svg
            viewBox="0 0 16 16"
            aria-hidden="true"
            ${cssProperties({ '--color': color ? cssColor(color) : 'currentColor' })}
          >
            ${svg`<path d=${shapePaths[shape]} />`}</svg
          ><span>${text}</span></span
        >`,
    )}
  </div>`;
}

function scoreRamp(model: PanelModel, palette: Palette): TemplateResult {
  const { min, max } = model.epochs.ranking ? model.epochs.axis : model.axis;
  return html`<span class="entry">
    <span>${l10n.t('score')}</span>
    <span class="number">${formatScore(min, locale)}</span>
    <span
      class="ramp"
      aria-hidden="true"
      ${cssProperties({ '--ramp': `linear-gradient(to right, ${palette.ramp.map((step) => cssColor(step)).join(', ')})` })}
    ></span>
    <span class="number">${formatScore(max, locale)}</span>
  </span>`;
}
