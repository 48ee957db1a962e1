/** The code of one image, element by element, and what the network draws of it when elements are changed. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LatentComparison, LatentEdit } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import { formatCount, formatScore } from '../../src/shared/format';
import { applyLatentEdits } from '../../src/shared/latent-edits';
import { locale } from '../localization';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { sign } from '../styles/signs';
import { inOrder, readElements, unusualFirst } from './element-choice';
import './latent-row';
import { changeSigns, type LatentEvent } from './latent-row';
import { latentEditorStyles } from './latent-styles';

/** A code may have thousands of elements: so many are listed, and so many more on request. */
const rowsAtOnce = 12;

export type EditLatent = (index: number, edits: readonly LatentEdit[]) => Promise<LatentComparison>;

@customElement('latent-editor')
export class LatentEditor extends ModelElement {
  static override styles = [base, latentEditorStyles];

  @property({ attribute: false }) editLatent: EditLatent = () => Promise.reject(new Error('Not connected.'));
  @property({ type: Number }) index = -1;
  @state() private shown: LatentComparison | undefined;
  @state() private problem: string | undefined;
  /** By element. They stay when another image is looked at: the same change says something of each. */
  @state() private edits: ReadonlyMap<number, LatentEdit> = new Map();
  @state() private filter = '';
  @state() private unusual = false;
  @state() private rows = rowsAtOnce;
  private shownIndex = -1;
  /** The image whose code is wanted; undefined while this is closed. */
  private wanted: number | undefined;
  private run: unknown;
  private busy = false;
  private stale = false;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const wanted = this.open ? this.index : undefined;
    const run = this.model.snapshot?.scores;
    const otherRun = run !== this.run;
    if (otherRun) {
      this.run = run;
      this.edits = new Map();
      this.shown = undefined;
    }
    const ask = wanted !== undefined && (otherRun || wanted !== this.wanted);
    this.wanted = wanted;
    if (ask) void this.refresh();
  }

  private get open(): boolean {
    return this.model.view.latentOpen ?? false;
  }

  protected override render(): TemplateResult {
    const { open } = this;
    return html`<h3>
        <button
          class=${open ? 'quiet open' : 'quiet'}
          type="button"
          aria-expanded=${open ? 'true' : 'false'}
          @click=${() => this.model.setView({ latentOpen: !open })}
        >
          ${sign('next')} ${l10n.t('Edit the code')}
        </button>
      </h3>
      ${open ? this.content() : nothing}`;
  }

  private content(): TemplateResult {
    const { shown, problem } = this;
    const trouble = problem === undefined ? nothing : html`<p class="problem" role="alert">${problem}</p>`;
    if (!shown) {
      return problem === undefined
        ? html`<p class="muted" role="status">${l10n.t('Reading the code…')}</p>`
        : html`${trouble}<vscode-button secondary @click=${() => this.refresh()}
              >${l10n.t('Try again')}</vscode-button
            >`;
    }
    return html`<div class="pictures" role="group" aria-label=${l10n.t('Pictures of the code')}>
        ${picture(shown.original, l10n.t('original'))} ${picture(shown.reconstruction, l10n.t('reconstruction'))}
        ${picture(shown.edited, l10n.t('edited reconstruction'))}
      </div>
      ${trouble} ${this.summary()} ${this.list(shown)}`;
  }

  private summary(): TemplateResult {
    const none = this.edits.size === 0;
    return html`<div class="line">
      <span class="number edits" role="status"
        >${none ? l10n.t('Nothing is changed.') : l10n.t('Changed: {0}', [...this.edits.values()].map(editText).join(', '))}</span
      >
      <vscode-button
        secondary
        ?disabled=${none}
        aria-disabled=${none ? 'true' : 'false'}
        @click=${() => this.change(new Map())}
        >${l10n.t('Reset all')}</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => this.dispatchEvent(new ActionEvent({ type: 'saveLatent', index: this.index, edits: this.edited }))}
        >${l10n.t('Save as picture…')}</vscode-button
      >
    </div>`;
  }

  private list(shown: LatentComparison): TemplateResult {
    const { length } = shown.before;
    const after = codeAfter(shown, this.edited);
    const wanted = readElements(this.filter, length) ?? (this.unusual ? unusualFirst(shown) : inOrder(length));
    const rest = wanted.length - this.rows;
    return html`${length > rowsAtOnce ? this.choice(length) : nothing}
      <ul aria-label=${l10n.t('Elements of the code')}>
        ${repeat(
          wanted.slice(0, this.rows),
          (element) => element,
          (element) => html`<li>${this.row(shown, after, element)}</li>`,
        )}
      </ul>
      ${
        rest > 0
          ? html`<button class="quiet more" type="button" @click=${() => (this.rows += 2 * rowsAtOnce)}>
              ${rest === 1 ? l10n.t('1 more element') : l10n.t('{0} more elements', formatCount(rest, locale))}
            </button>`
          : nothing
      }`;
  }

  private choice(length: number): TemplateResult {
    return html`<div class="line">
      <label
        ><span aria-hidden="true">${l10n.t('Elements')}</span>
        <vscode-textfield
          class="filter"
          .label=${l10n.t('Which elements, from 1 to {0}', length)}
          placeholder=${l10n.t('such as 2, 5-8')}
          .value=${this.filter}
          @input=${this.onFilter}
        ></vscode-textfield>
      </label>
      <label
        ><input
          type="checkbox"
          .checked=${this.unusual}
          @change=${() => (this.unusual = !this.unusual)}
        />${l10n.t('Most unusual first')}</label
      >
    </div>`;
  }

  private row(shown: LatentComparison, after: readonly number[], element: number): TemplateResult {
    const place = element - 1;
    return html`<latent-row
      .element=${element}
      .original=${shown.before[place] ?? 0}
      .value=${after[place] ?? 0}
      .lowest=${shown.lowest[place] ?? NaN}
      .highest=${shown.highest[place] ?? NaN}
      .edit=${this.edits.get(element)}
      @latent=${this.onLatent}
    ></latent-row>`;
  }

  private get edited(): LatentEdit[] {
    return [...this.edits.values()];
  }

  private readonly onLatent = ({ element, edit }: LatentEvent): void => {
    const edits = new Map(this.edits);
    if (edit) edits.set(element, edit);
    else edits.delete(element);
    this.change(edits);
  };

  private readonly onFilter = (event: Event): void => {
    if (event.target instanceof VscodeTextfield) this.filter = event.target.value;
    this.rows = rowsAtOnce;
  };

  private change(edits: ReadonlyMap<number, LatentEdit>): void {
    this.edits = edits;
    void this.refresh();
  }

  /** One question at a time, the next with what is wanted by then: sliders move faster than a network draws. */
  private async refresh(): Promise<void> {
    this.stale = true;
    if (this.busy) return;
    this.busy = true;
    while (this.takeStale() && this.isConnected) await this.ask();
    this.busy = false;
  }

  private takeStale(): boolean {
    const { stale } = this;
    this.stale = false;
    return stale;
  }

  private async ask(): Promise<void> {
    const { index, run } = this;
    try {
      const shown = await this.editLatent(index, this.edited);
      if (run !== this.run || index !== this.index) return;
      this.shown = shown;
      this.shownIndex = index;
      this.problem = undefined;
    } catch (error) {
      if (run !== this.run || index !== this.index) return;
      this.problem = toErrorReport(error).message;
      // Another image's pictures under this one's name would mislead.
      if (this.shownIndex !== index) this.shown = undefined;
    }
  }
}

function picture(uri: string, caption: string): TemplateResult {
  return html`<figure>
    <img src=${uri} alt=${caption} draggable="false" />
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** `2 × 3.00` */
function editText({ element, change, amount }: LatentEdit): string {
  return l10n.t('{0} {1} {2}', element, changeSigns[change], formatScore(amount, locale));
}

/** What the sliders show at once, before the pictures have come. */
function codeAfter(shown: LatentComparison, edits: readonly LatentEdit[]): readonly number[] {
  try {
    return Array.from(applyLatentEdits(Float32Array.from(shown.before), edits));
  } catch {
    return shown.after; // the engine says what is wrong with the edits
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'latent-editor': LatentEditor;
  }
}
