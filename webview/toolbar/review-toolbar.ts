/** Sorting, filtering, searching, the size of the tiles, and what to do with a selection. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { formatCount } from '../../src/shared/format';
import { scoreTitle } from '../../src/shared/score-names';
import { locale } from '../localization';
import { isDisagreement } from '../model/label-counts';
import type { FilterCounts } from '../model/image-filters';
import { countFilters, largestTile, showChoices, smallestTile, type Show } from '../model/view-state';
import { ActionEvent, type PanelAction } from '../panel/action-event';
import { steadyChoices, type Choice, type ChooseEvent } from '../panel/choice-list';
import '../panel/choice-list';
import { ModelElement } from '../panel/model-element';
import { Rested } from '../panel/rested';
import { base } from '../styles/base';
import { controlStyles } from '../styles/controls';
import './view-switch';
import { sign } from '../styles/signs';
import './filter-bar';
import { withCount } from './filter-bar';
import { toolbarStyles } from './toolbar-styles';

@customElement('review-toolbar')
export class ReviewToolbar extends ModelElement {
  static override styles = [base, controlStyles, toolbarStyles];

  private readonly searchField = createRef<VscodeTextfield>();
  private readonly counts = new Rested<FilterCounts | undefined>(
    this,
    () => {
      const { snapshot, list, review, threshold, ranking } = this.model;
      return [snapshot?.paths, list.items, review.decisions, review.unreadable, threshold, ranking?.column];
    },
    () => this.model.snapshot && this.model.filters.counts(this.model.snapshot),
  );
  private sortChoices: readonly Choice[] = [];
  private showList: readonly Choice[] = [];

  /** Unfolds it first where the panel is narrow. */
  async focusSearch(): Promise<void> {
    const { value: field } = this.searchField;
    if (field?.checkVisibility() === false) {
      this.model.setView({ filtersOpen: true });
      await this.updateComplete;
    }
    field?.focus();
    field?.wrappedElement.select();
  }

  protected override render(): TemplateResult {
    const { model } = this;
    const { view } = model;
    const counts = this.counts.value;
    this.sortChoices = steadyChoices(this.sortChoices, this.sorts());
    this.showList = steadyChoices(
      this.showList,
      showChoices
        .filter((show) => model.labels !== undefined || !isDisagreement(show))
        .map((show) => ({ value: show, label: withCount(showTitle(show), counts?.show[show]) })),
    );
    const open = view.filtersOpen === true;
    const selecting = model.selection.size > 0;
    return html`<div class=${classMap({ row: true, open, selecting })}>
        <view-switch .model=${model}></view-switch>
        <span class="pair folds">
          <span class="words" aria-hidden="true">${l10n.t('Sort')}</span>
          <choice-list
            class="sort"
            label=${l10n.t('Sort by')}
            title=${l10n.t('Sort by')}
            .choices=${this.sortChoices}
            value=${this.sortChoices.some((choice) => choice.value === view.sort) ? view.sort : 'score'}
            @choose=${this.onSort}
          ></choice-list>
        </span>
        <span class="pair">
          <span class="words" aria-hidden="true">${l10n.t('Show')}</span>
          <choice-list
            class="show"
            label=${l10n.t('Show')}
            .choices=${this.showList}
            value=${view.show}
            @choose=${this.onShow}
          ></choice-list>
        </span>
        <span class="pair search folds">
          <vscode-textfield
            ${ref(this.searchField)}
            type="search"
            .label=${l10n.t('Search in paths')}
            placeholder=${l10n.t('Search')}
            .value=${view.search}
            @input=${this.onSearch}
            @keydown=${this.onSearchKey}
          ></vscode-textfield>
        </span>
        ${this.filters()} ${selecting ? this.selection() : this.tools()}
      </div>
      ${open ? html`<filter-bar id="filters" .model=${model} .counts=${counts}></filter-bar>` : nothing}`;
  }

  /** They make room for what can be done with a selection, so that it pushes nothing aside. */
  private tools(): TemplateResult {
    const { view, mapView } = this.model;
    return html`${this.grouping()} ${this.areas()} ${this.learning()}
      <label class="end folds" ?hidden=${mapView.isOpen}>
        <span class="words">${l10n.t('Size')}</span>
        <input
          type="range"
          min=${smallestTile}
          max=${largestTile}
          step="8"
          title=${l10n.t('Size of the pictures (Ctrl+wheel)')}
          aria-label=${l10n.t('Size')}
          .value=${String(view.tileSize)}
          @input=${this.onSize}
        />
      </label>`;
  }

  private filters(): TemplateResult {
    const { view, list, snapshot } = this.model;
    const open = view.filtersOpen === true;
    const set = countFilters(view);
    const beside = set - Number(view.show !== 'all') - Number(view.search !== '');
    const title = l10n.t('Filter by folder, decision and label');
    const [shown, all] = [list.items.length, snapshot?.paths.length ?? 0];
    return html`<button
        class="quiet filters"
        type="button"
        aria-label=${beside > 0 ? l10n.t('{0}; {1} set', title, beside) : title}
        title=${title}
        aria-expanded=${open ? 'true' : 'false'}
        aria-controls=${open ? 'filters' : nothing}
        @click=${() => this.model.setView({ filtersOpen: !open })}
      >
        ${sign('funnel')}${beside > 0 ? html`<span class="badge number" aria-hidden="true">${beside}</span>` : nothing}
      </button>
      ${
        set > 0
          ? html`<span class="pair matches"
              ><span class="number"
                >${l10n.t('{0} of {1} shown', formatCount(shown, locale), formatCount(all, locale))}</span
              ><button class="quiet clear" type="button" @click=${this.onClear}>${l10n.t('Clear')}</button></span
            >`
          : nothing
      }`;
  }

  private grouping(): TemplateResult | typeof nothing {
    const { groupView, flagged, ranking } = this.model;
    if (!ranking) return nothing;
    const few = flagged < 2 && !groupView.isOpen;
    return html`<label
      class="groups folds"
      title=${l10n.t('Flagged images that are odd in the same way stand together.')}
    >
      <input type="checkbox" ?disabled=${few} .checked=${groupView.isOpen} @change=${this.onGroups} />
      <span>${l10n.t('Groups')}</span>
    </label>`;
  }

  /** There before the first mark, so that it pushes nothing aside under the hand that marks. */
  private learning(): TemplateResult | typeof nothing {
    const { teaching, review, ranking, snapshot } = this.model;
    const { marks } = teaching;
    const learns = review.learn === true;
    const scored = snapshot?.record.errorScale !== undefined;
    if (!ranking || (!scored && marks === 0 && !learns)) return nothing;
    return html`<span class="pair teaching folds"
      ><label
        class="learn"
        aria-busy=${teaching.isBusy ? 'true' : 'false'}
        title=${l10n.t('Images like those marked bad rank higher, images like those marked good lower.')}
      >
        <input type="checkbox" ?disabled=${marks === 0 && !learns} .checked=${learns} @change=${this.onLearn} />
        <span class="long">${l10n.t('Learn from marks ({0})', formatCount(marks, locale))}</span>
        <span class="short">${l10n.t('Learn ({0})', formatCount(marks, locale))}</span>
      </label>
      ${
        learns
          ? html`<button
              class="quiet anew"
              type="button"
              aria-label=${l10n.t('Sort anew')}
              title=${l10n.t('What was in sight has kept its place. This puts every image where it ranks now.')}
              ?disabled=${!teaching.isHeld}
              @click=${() => this.dispatchEvent(new ActionEvent({ type: 'sortAnew' }))}
            >
              ${sign('sortAnew')}
            </button>`
          : nothing
      }</span
    >`;
  }

  /** There once the network has scored. */
  private areas(): TemplateResult | typeof nothing {
    const { record } = this.model.snapshot ?? {};
    if (record?.errorScale === undefined) return nothing;
    const count = record.request.settings.areas?.length ?? 0;
    return html`<vscode-button
      secondary
      class="areas folds"
      title=${l10n.t('Say which parts of the images do not count')}
      @click=${() => this.dispatchEvent(new ActionEvent({ type: 'areas' }))}
      >${count > 0 ? l10n.t('Areas ({0})…', formatCount(count, locale)) : l10n.t('Areas…')}</vscode-button
    >`;
  }

  private selection(): TemplateResult {
    return html`<span class="end"
      ><span class="selection">
        <span class="number">${l10n.t('{0} selected', formatCount(this.model.selection.size, locale))}</span>
        ${this.decisionButton('bad', l10n.t('Bad'))} ${this.decisionButton('good', l10n.t('Good'))}
        <vscode-button secondary @click=${() => this.model.select([])}>${l10n.t('Deselect')}</vscode-button>
      </span></span
    >`;
  }

  private decisionButton(type: 'bad' | 'good', text: string): TemplateResult {
    const action: PanelAction = { type, index: this.model.view.focused };
    return html`<vscode-button secondary @click=${() => this.dispatchEvent(new ActionEvent(action))}
      >${text}</vscode-button
    >`;
  }

  private sorts(): Choice[] {
    const columns = this.model.scoreNames;
    const { sort } = this.model.view;
    const { epoch } = this.model.epochs;
    return [
      { value: 'score', label: l10n.t('Score') },
      ...columns.map((name) => ({ value: `score:${name}`, label: scoreTitle(name) })),
      { value: 'name', label: l10n.t('Name') },
      { value: 'order', label: l10n.t('Original order') },
      ...(this.model.labels ? [{ value: 'disagreement', label: l10n.t('Contradiction of label') }] : []),
      ...(epoch === undefined ? [] : [{ value: sort, label: l10n.t('Loss after epoch {0}', epoch) }]),
    ];
  }

  private readonly onClear = (): void => {
    this.model.clearFilters();
    // The button goes away with the filters.
    this.dispatchEvent(new ActionEvent({ type: 'focusGrid' }));
  };

  private readonly onGroups = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    if (event.target.checked) void this.model.groupView.open();
    else this.model.groupView.close();
  };

  private readonly onLearn = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const { checked } = event.target;
    this.model.changeReview((book) => book.setLearn(checked));
  };

  private readonly onSort = (event: ChooseEvent): void => {
    if (event.value !== this.model.view.sort) this.model.setView({ sort: event.value });
  };

  private readonly onShow = (event: ChooseEvent): void => {
    const show = showChoices.find((choice) => choice === event.value);
    if (show) this.model.setView({ show });
  };

  private readonly onSearch = (event: Event): void => {
    if (event.target instanceof VscodeTextfield) this.model.setView({ search: event.target.value });
  };

  private readonly onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.model.view.search !== '') {
      this.model.setView({ search: '' });
      event.stopPropagation();
    } else if (event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.dispatchEvent(new ActionEvent({ type: 'focusGrid' }));
    }
  };

  private readonly onSize = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) this.model.setView({ tileSize: Number(event.target.value) });
  };
}

export function showTitle(show: Show): string {
  const titles: Readonly<Record<Show, string>> = {
    all: l10n.t('All'),
    flagged: l10n.t('Flagged'),
    kept: l10n.t('Not flagged'),
    bad: l10n.t('Marked bad'),
    good: l10n.t('Marked good'),
    unreadable: l10n.t('Unreadable'),
    'left-out': l10n.t('Left out of training'),
    disagrees: l10n.t('Label disagrees'),
    missed: l10n.t('Labelled bad, not flagged'),
    'false-alarm': l10n.t('Labelled good, flagged'),
  };
  return titles[show];
}

declare global {
  interface HTMLElementTagNameMap {
    'review-toolbar': ReviewToolbar;
  }
}
