/** Areas that do not count, drawn on the mean of the images or of the errors; scores them anew, or trains anew. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import type { MeanPictures } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import { formatCount } from '../../src/shared/format';
import { cornersOf } from '../../src/shared/areas';
import type { Area, RectangleArea } from '../../src/shared/settings';
import { locale } from '../localization';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { controlStyles } from '../styles/controls';
import { dialogStyles } from '../styles/dialog';
import { sameAreas } from './area-edits';
import { areaEntry } from './area-entry';
import './area-picture';
import type { AreaChangeEvent, AreaPicture, AreaShape } from './area-picture';
import { areasDialogStyles } from './areas-dialog-styles';
import { polygonOf } from './polygon-edits';

type Layer = 'image' | 'errors';
type Images = 'all' | 'flagged';
const none: readonly Area[] = [];

@customElement('areas-dialog')
export class AreasDialog extends ModelElement {
  static override styles = [base, dialogStyles, controlStyles, areasDialogStyles];

  @property({ attribute: false }) fetchPictures: (() => Promise<MeanPictures>) | undefined;
  @state() private areas = none;
  @state() private chosen = -1;
  @state() private kind: Area['kind'] = 'ignore';
  @state() private shape: AreaShape = 'rectangle';
  @state() private layer: Layer = 'errors';
  @state() private images: Images = 'flagged';
  @state() private pictures: MeanPictures | undefined;
  @state() private problem: string | undefined;
  /** What was in force before what was applied last: the way back. */
  private former: readonly Area[] | undefined;
  /** Whose areas and pictures these are. */
  private run: string | undefined;
  private readonly dialog = createRef<HTMLDialogElement>();
  private readonly picture = createRef<AreaPicture>();

  /** @param proposed an area to begin with, beside those in force */
  show(proposed?: Area): void {
    const { dialog } = this;
    if (dialog.value?.open) return;
    this.areas = [...this.inForce, ...(proposed ? [proposed] : [])];
    this.chosen = this.areas.length - 1;
    dialog.value?.showModal();
    void this.loadPictures();
  }

  /** What was drawn, seen and applied in one run means nothing in another. */
  protected override willUpdate(): void {
    const run = this.model.snapshot?.runFolder;
    if (run === this.run) return;
    this.run = run;
    this.former = undefined;
    this.pictures = undefined;
    this.dialog.value?.close();
  }

  protected override render(): TemplateResult {
    const changed = !sameAreas(this.areas, this.inForce);
    const seconds = this.secondsToRescore;
    return html`<dialog
      ${ref(this.dialog)}
      aria-labelledby="title"
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      <h2 id="title">${l10n.t('Areas')}</h2>
      <p class="muted">
        ${l10n.t('What lies in an area to ignore does not count; with areas to attend to, only what lies in these does.')}
        ${this.shape === 'rectangle' ? l10n.t('Drag on the picture to draw one; arrow keys move it, with Shift they resize it.') : l10n.t('Click its corners on the picture; a double click, Enter or a click on the first corner closes it, Backspace takes the last one back, Escape all. Corners are moved by dragging or arrow keys; Insert adds one, Delete removes it.')}
      </p>
      <div class="columns">
        <div>${this.choices()} ${this.drawing()}</div>
        <div>
          ${
            this.areas.length === 0
              ? html`<p>${l10n.t('No areas: all of the images counts.')}</p>`
              : html`<ol>
                  ${this.areas.map((area, index) => areaEntry(area, index, { isChosen: index === this.chosen, choose: () => (this.chosen = index), change: (changed) => this.replace(index, changed), remove: () => this.removeArea(index) }))}
                </ol>`
          }
          <vscode-button secondary icon="add" @click=${this.add}>${l10n.t('Add an area')}</vscode-button>
        </div>
      </div>
      ${this.problem === undefined ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      <div class="buttons">
        <vscode-button
          ?disabled=${!changed || !this.isIdle}
          aria-disabled=${changed && this.isIdle ? 'false' : 'true'}
          title=${l10n.t('Scores all images anew with the network as it is. The decisions stay.')}
          @click=${() => this.apply(this.areas)}
          >${seconds === undefined ? l10n.t('Apply') : l10n.t('Apply (about {0} s)', formatCount(seconds, locale))}</vscode-button
        >
        <vscode-button
          secondary
          ?disabled=${!this.isIdle}
          aria-disabled=${this.isIdle ? 'false' : 'true'}
          title=${l10n.t('Scans the source again: the network learns nothing of what does not count.')}
          @click=${this.train}
          >${l10n.t('Train anew with them')}</vscode-button
        >
        ${
          this.former
            ? html`<vscode-button secondary ?disabled=${!this.isIdle} @click=${() => this.apply(this.former ?? none)}
                >${l10n.t('Back to the former areas')}</vscode-button
              >`
            : nothing
        }
        <vscode-button secondary @click=${() => this.dialog.value?.close()}>${l10n.t('Close')}</vscode-button>
      </div>
    </dialog>`;
  }

  private get inForce(): readonly Area[] {
    return this.model.snapshot?.record.request.settings.areas ?? none;
  }

  private get isIdle(): boolean {
    return this.model.snapshot?.record.status === 'done';
  }

  private get secondsToRescore(): number | undefined {
    const { score, baseline } = this.model.snapshot?.record.seconds ?? {};
    return score === undefined ? undefined : Math.max(1, Math.round(score + (baseline ?? 0)));
  }

  private choices(): TemplateResult {
    const isFlagged = this.pictures?.flagged !== undefined;
    return html`<div class="line" role="radiogroup" aria-label=${l10n.t('Picture')}>
        ${this.radio('layer', l10n.t('Mean error'), this.layer === 'errors', () => (this.layer = 'errors'))}
        ${this.radio('layer', l10n.t('Mean image'), this.layer === 'image', () => (this.layer = 'image'))}
      </div>
      ${
        isFlagged
          ? html`<div class="line" role="radiogroup" aria-label=${l10n.t('Of which images')}>
              ${this.radio('images', l10n.t('Of the flagged'), this.images === 'flagged', () => (this.images = 'flagged'))}
              ${this.radio('images', l10n.t('Of all'), this.images === 'all', () => (this.images = 'all'))}
            </div>`
          : nothing
      }
      <div class="line" role="radiogroup" aria-label=${l10n.t('What is drawn')}>
        ${this.radio('kind', l10n.t('Draw to ignore'), this.kind === 'ignore', () => (this.kind = 'ignore'))}
        ${this.radio('kind', l10n.t('Draw to attend'), this.kind === 'attend', () => (this.kind = 'attend'))}
      </div>
      <div class="line" role="radiogroup" aria-label=${l10n.t('Shape')}>
        ${this.radio('shape', l10n.t('Rectangle'), this.shape === 'rectangle', () => (this.shape = 'rectangle'))}
        ${this.radio('shape', l10n.t('Polygon'), this.shape === 'polygon', () => (this.shape = 'polygon'))}
      </div>`;
  }

  private radio(name: string, text: string, checked: boolean, choose: () => void): TemplateResult {
    return html`<label><input type="radio" name=${name} .checked=${checked} @change=${choose} />${text}</label>`;
  }

  private drawing(): TemplateResult {
    const { pictures } = this;
    if (!pictures)
      return html`<div class="waiting muted" role="status">${l10n.t('Drawing the mean of the images…')}</div>`;
    const shown = (this.images === 'flagged' ? pictures.flagged : undefined) ?? pictures.all;
    return html`<area-picture
      ${ref(this.picture)}
      .source=${shown[this.layer]}
      .aspect=${pictures.width / pictures.height}
      .areas=${this.areas}
      .chosen=${this.chosen}
      .kind=${this.kind}
      .shape=${this.shape}
      @area-change=${this.onChange}
    ></area-picture>`;
  }

  private readonly onChange = ({ change }: AreaChangeEvent): void => {
    switch (change.type) {
      case 'draw':
        this.addArea(change.area);
        break;
      case 'move':
        this.replace(change.index, change.area);
        break;
      case 'choose':
        this.chosen = change.index;
        break;
      case 'remove':
        this.removeArea(change.index);
    }
  };

  /** In the middle, from where arrow keys or numbers take it to its place. */
  private readonly add = (): void => {
    const middle: RectangleArea = { kind: this.kind, x0: 0.4, y0: 0.4, x1: 0.6, y1: 0.6 };
    const polygon = this.shape === 'polygon' ? polygonOf(this.kind, cornersOf(middle)) : undefined;
    this.addArea(polygon ?? middle);
  };

  private addArea(area: Area): void {
    this.areas = [...this.areas, area];
    this.chosen = this.areas.length - 1;
    void this.updateComplete
      .then(() => this.picture.value?.updateComplete)
      .then(() => this.picture.value?.focusArea(this.chosen));
  }

  private replace(index: number, area: Area): void {
    this.areas = this.areas.map((former, place) => (place === index ? area : former));
  }

  private removeArea(index: number): void {
    this.areas = this.areas.filter((_, place) => place !== index);
    this.chosen = Math.min(this.chosen, this.areas.length - 1);
    void this.updateComplete.then(() =>
      this.shadowRoot?.querySelector<HTMLElement>('li .remove, [icon="add"]')?.focus(),
    );
  }

  private apply(areas: readonly Area[]): void {
    this.former = this.inForce;
    this.dialog.value?.close();
    this.dispatchEvent(new ActionEvent({ type: 'rescore', areas }));
  }

  private readonly train = (): void => {
    this.dialog.value?.close();
    this.dispatchEvent(new ActionEvent({ type: 'rescan', areas: this.areas }));
  };

  private async loadPictures(): Promise<void> {
    const { run } = this;
    this.problem = undefined;
    try {
      const pictures = await this.fetchPictures?.();
      if (run === this.run) this.pictures = pictures;
    } catch (error) {
      if (run === this.run) this.problem = toErrorReport(error).message;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'areas-dialog': AreasDialog;
  }
}
