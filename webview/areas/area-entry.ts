/** One area in the list beside the picture: its kind, and its edges or corners in per cent. */
import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { isPolygon } from '../../src/shared/areas';
import type { Area, PolygonArea, RectangleArea } from '../../src/shared/settings';
import '../panel/choice-list';
import type { ChooseEvent } from '../panel/choice-list';
import '../threshold/number-field';
import type { NumberEvent } from '../threshold/number-field';
import { edges, withEdge, type Edge } from './area-edits';
import { areaName } from './area-picture';
import { withCorner } from './polygon-edits';

interface EntryActions {
  readonly isChosen: boolean;
  readonly choose: () => void;
  readonly change: (changed: Area) => void;
  readonly remove: () => void;
}

export function areaEntry(area: Area, index: number, actions: EntryActions): TemplateResult {
  const { isChosen, choose, change, remove } = actions;
  return html`<li class=${isChosen ? 'chosen' : ''} @focusin=${choose}>
    <div class="line">
      <span class="number">${index + 1}</span>
      <choice-list
        label=${areaName(area, index)}
        .choices=${[
          { value: 'ignore', label: l10n.t('Ignore') },
          { value: 'attend', label: l10n.t('Attend to') },
        ]}
        value=${area.kind}
        @choose=${({ value }: ChooseEvent) => change({ ...area, kind: value === 'attend' ? 'attend' : 'ignore' })}
      ></choice-list>
      <button class="quiet remove" type="button" aria-label=${l10n.t('Remove area {0}', index + 1)} @click=${remove}>
        ${l10n.t('Remove')}
      </button>
    </div>
    <div class="edges">
      ${
        isPolygon(area)
          ? area.corners.map((_, corner) => cornerFields(area, index, corner, change))
          : edges.map((edge) => edgeField(area, index, edge, change))
      }
    </div>
  </li>`;
}

type Change = EntryActions['change'];

function edgeField(area: RectangleArea, index: number, edge: Edge, change: Change): TemplateResult {
  const title = edgeTitle(edge);
  return html`<span
    ><span class="muted" aria-hidden="true">${title}</span> ${percentField(
      l10n.t('{0} of area {1} in per cent', title, index + 1),
      area[edge],
      (value) => change(withEdge(area, edge, value)),
    )}</span
  >`;
}

function cornerFields(area: PolygonArea, index: number, corner: number, change: Change): TemplateResult {
  const [x, y] = area.corners[corner] ?? [0, 0];
  return html`<span class="corner"
    ><span class="muted" aria-hidden="true">${l10n.t('Corner {0}', corner + 1)}</span>
    ${percentField(l10n.t('From the left, corner {0} of area {1} in per cent', corner + 1, index + 1), x, (value) =>
      change(withCorner(area, corner, { x: value, y })),
    )}
    ${percentField(l10n.t('From the top, corner {0} of area {1} in per cent', corner + 1, index + 1), y, (value) =>
      change(withCorner(area, corner, { x, y: value })),
    )}
  </span>`;
}

/** @param fraction 0 to 1 */
function percentField(label: string, fraction: number, typed: (fraction: number) => void): TemplateResult {
  return html`<number-field
    label=${label}
    min="0"
    max="100"
    value=${String(Number((100 * fraction).toFixed(1)))}
    @number=${({ value }: NumberEvent) => typed(value / 100)}
  ></number-field>`;
}

function edgeTitle(edge: Edge): string {
  const titles: Readonly<Record<Edge, string>> = {
    x0: l10n.t('Left'),
    y0: l10n.t('Top'),
    x1: l10n.t('Right'),
    y1: l10n.t('Bottom'),
  };
  return titles[edge];
}
