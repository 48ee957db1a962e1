/** Filters beside the one for flags: by folder, decision and label, each choice with how many images it would leave. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatCount } from '../../src/shared/format';
import { locale } from '../localization';
import { topFolder } from '../model/folder-index';
import type { FilterCounts } from '../model/image-filters';
import { decisionFilters, labelFilters, type DecisionFilter, type LabelFilter } from '../model/view-state';
import { steadyChoices, type Choice, type ChooseEvent } from '../panel/choice-list';
import '../panel/choice-list';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

/** A value of its own, since a list takes an empty one for none; no folder's name ends so. */
const everywhere = '/';

@customElement('filter-bar')
export class FilterBar extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 5px 14px;
        align-items: center;
        padding: 0 12px 6px;
      }
      .pair {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        min-width: 0;
      }
      choice-list {
        width: 190px;
      }
      .folder choice-list {
        width: 260px;
      }
      @container (width < 560px) {
        .words {
          display: none;
        }
        .pair,
        choice-list,
        .folder choice-list {
          width: 100%;
        }
        .pair {
          flex: 1 1 40%;
        }
        .pair.folder {
          flex-basis: 100%;
        }
      }
    `,
  ];

  @property({ attribute: false }) counts: FilterCounts | undefined;
  private folders: readonly Choice[] = [];
  private decisions: readonly Choice[] = [];
  private labels: readonly Choice[] = [];

  protected override render(): TemplateResult {
    const { counts, model } = this;
    const { folder, decision, label } = model.view;
    const folders = counts?.folders ?? [];
    this.folders = steadyChoices(this.folders, [
      { value: everywhere, label: l10n.t('All folders') },
      ...folders.map(({ folder: name, images }) => ({
        value: name,
        label: withCount(name === topFolder ? l10n.t('In no folder') : name, images),
      })),
    ]);
    this.decisions = steadyChoices(
      this.decisions,
      decisionFilters.map((value) => ({ value, label: withCount(decisionTitle(value), counts?.decision[value]) })),
    );
    this.labels = steadyChoices(
      this.labels,
      labelFilters.map((value) => ({ value, label: withCount(labelTitle(value), counts?.label[value]) })),
    );
    return html`${
      folders.length > 0 || folder !== ''
        ? this.pair('folder', l10n.t('Folder'), this.folders, folder || everywhere, this.onFolder)
        : nothing
    }
    ${this.pair('decision', l10n.t('Decision'), this.decisions, decision, this.onDecision)}
    ${model.labels ? this.pair('label', l10n.t('Label'), this.labels, label, this.onLabel) : nothing}`;
  }

  private pair(
    name: string,
    title: string,
    choices: readonly Choice[],
    value: string,
    choose: (event: ChooseEvent) => void,
  ): TemplateResult {
    return html`<span class="pair ${name}">
      <span class="words" aria-hidden="true">${title}</span>
      <choice-list label=${title} .choices=${choices} value=${value} @choose=${choose}></choice-list>
    </span>`;
  }

  private readonly onFolder = ({ value }: ChooseEvent): void => {
    this.model.setView({ folder: value === everywhere ? '' : value });
  };

  private readonly onDecision = ({ value }: ChooseEvent): void => {
    const decision = decisionFilters.find((known) => known === value);
    if (decision) this.model.setView({ decision });
  };

  private readonly onLabel = ({ value }: ChooseEvent): void => {
    const label = labelFilters.find((known) => known === value);
    if (label) this.model.setView({ label });
  };
}

/** `Flagged · 9`; zero is said as well. */
export function withCount(title: string, count = 0): string {
  return l10n.t('{0} · {1}', title, formatCount(count, locale));
}

function decisionTitle(decision: DecisionFilter): string {
  const titles: Readonly<Record<DecisionFilter, string>> = {
    any: l10n.t('Decided or not'),
    undecided: l10n.t('Undecided'),
    decided: l10n.t('Decided'),
    bad: l10n.t('Marked bad'),
    good: l10n.t('Marked good'),
  };
  return titles[decision];
}

function labelTitle(label: LabelFilter): string {
  const titles: Readonly<Record<LabelFilter, string>> = {
    any: l10n.t('Any label or none'),
    bad: l10n.t('Labelled bad'),
    good: l10n.t('Labelled good'),
    none: l10n.t('No label'),
  };
  return titles[label];
}

declare global {
  interface HTMLElementTagNameMap {
    'filter-bar': FilterBar;
  }
}
