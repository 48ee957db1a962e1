/** How the map is made, coloured and handled. */
import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { mapMethods, type MapMethod } from '../../src/shared/contracts';
import { mapColors, mapTools, type MapColor, type MapTool } from '../model/view-state';
import { steadyChoices, type Choice, type ChooseEvent } from '../panel/choice-list';
import '../panel/choice-list';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { mapStyles } from './map-styles';
import { colorOf, colorsOf } from './point-looks';

@customElement('map-bar')
export class MapBar extends ModelElement {
  static override styles = [base, mapStyles];

  private methodChoices: readonly Choice[] = [];
  private colorChoices: readonly Choice[] = [];

  protected override render(): TemplateResult {
    const { model } = this;
    const { state } = model.mapView;
    this.methodChoices = steadyChoices(
      this.methodChoices,
      mapMethods.map((value) => ({ value, label: methodTitle(value) })),
    );
    this.colorChoices = steadyChoices(
      this.colorChoices,
      colorsOf(model).map((value) => ({ value, label: colorTitle(value) })),
    );
    return html`<div class="bar">
      <span class="pair" title=${methodHelp(state.method)}>
        <span class="words" aria-hidden="true">${l10n.t('Layout')}</span>
        <choice-list
          class="choice method"
          label=${l10n.t('Layout of the map')}
          .choices=${this.methodChoices}
          value=${state.method}
          @choose=${this.onMethod}
        ></choice-list>
      </span>
      <span class="pair">
        <span class="words" aria-hidden="true">${l10n.t('Colour')}</span>
        <choice-list
          class="choice color"
          label=${l10n.t('Colour of the points')}
          .choices=${this.colorChoices}
          value=${colorOf(model)}
          @choose=${this.onColor}
        ></choice-list>
      </span>
      <span class="buttons tools" role="radiogroup" aria-label=${l10n.t('Dragging')} @keydown=${this.onToolKey}>
        ${mapTools.map(
          (tool) =>
            html`<button
              class="quiet"
              type="button"
              role="radio"
              data-tool=${tool}
              tabindex=${state.tool === tool ? 0 : -1}
              aria-checked=${state.tool === tool ? 'true' : 'false'}
              title=${toolHelp(tool)}
              @click=${() => model.mapView.set({ tool })}
            >
              ${toolTitle(tool)}
            </button>`,
        )}
      </span>
      <span class="buttons" role="group" aria-label=${l10n.t('Zoom')}>
        ${this.zoomButton('out', '−', l10n.t('Zoom out'))} ${this.zoomButton('in', '+', l10n.t('Zoom in'))}
        ${this.zoomButton('all', '⤢', l10n.t('Show the whole map'))}
      </span>
    </div>`;
  }

  private zoomButton(how: 'in' | 'out' | 'all', text: string, title: string): TemplateResult {
    return html`<button
      class="quiet"
      type="button"
      title=${title}
      aria-label=${title}
      @click=${() => this.dispatchEvent(new CustomEvent('zoom', { detail: how }))}
    >
      ${text}
    </button>`;
  }

  private readonly onMethod = (event: ChooseEvent): void => {
    const method = mapMethods.find((choice) => choice === event.value);
    if (method && method !== this.model.mapView.state.method) this.model.mapView.set({ method, x: 0, y: 0, zoom: 1 });
  };

  private readonly onColor = (event: ChooseEvent): void => {
    const color = mapColors.find((choice) => choice === event.value);
    if (color) this.model.mapView.set({ color });
  };

  /** As radio buttons do: arrows choose the next and the one before. */
  private readonly onToolKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const place = mapTools.indexOf(this.model.mapView.state.tool);
    const tool = mapTools[(place + step + mapTools.length) % mapTools.length];
    if (!tool) return;
    this.model.mapView.set({ tool });
    this.renderRoot.querySelector<HTMLElement>(`[data-tool=${tool}]`)?.focus();
  };
}

function methodTitle(method: MapMethod): string {
  return { umap: l10n.t('UMAP: neighbours'), pca: l10n.t('PCA: main directions') }[method];
}

function methodHelp(method: MapMethod): string {
  return {
    umap: l10n.t('Images that are alike stand together; distances between clouds mean little.'),
    pca: l10n.t('The plane along which the images differ most; distances are true in it.'),
  }[method];
}

function colorTitle(color: MapColor): string {
  return {
    score: l10n.t('Score'),
    review: l10n.t('Flag and decision'),
    label: l10n.t('Label'),
    group: l10n.t('Group'),
  }[color];
}

function toolTitle(tool: MapTool): string {
  return { lasso: l10n.t('Lasso'), rectangle: l10n.t('Rectangle'), move: l10n.t('Move') }[tool];
}

function toolHelp(tool: MapTool): string {
  return {
    lasso: l10n.t('Drag around images to select them; with Ctrl they are added'),
    rectangle: l10n.t('Drag a rectangle over images to select them; with Ctrl they are added'),
    move: l10n.t('Drag the map; with the other tools hold Space or the middle button'),
  }[tool];
}

declare global {
  interface HTMLElementTagNameMap {
    'map-bar': MapBar;
  }
}
