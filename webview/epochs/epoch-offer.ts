/** The epochs whose rankings can be opened, and the one at which the tail stands out most. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatScore } from '../../src/shared/format';
import type { EpochReport } from '../../src/shared/run';
import { locale } from '../localization';
import { steadyChoices, type Choice, type ChooseEvent } from '../panel/choice-list';
import '../panel/choice-list';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

/** A longer list is no list to choose from: then only every so many epochs are in it. */
const longestList = 100;
const reviewChoice = 'review';

@customElement('epoch-offer')
export class EpochOffer extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 5px;
      }
      p {
        margin: 0;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
      }
      choice-list {
        flex: 0 1 190px;
      }
    `,
  ];

  private choices: readonly Choice[] = [];

  protected override render(): TemplateResult | typeof nothing {
    const { epochs } = this.model;
    const { standsOutMost: most, epoch } = epochs;
    if (epochs.ranked.length === 0) return nothing;
    this.choices = steadyChoices(this.choices, [
      { value: reviewChoice, label: l10n.t('the last, as reviewed') },
      ...listed(epochs.ranked, [most?.epoch, epoch]).map(epochChoice),
    ]);
    return html`${
        most
          ? html`<p class="line most">
              <span>${l10n.t('The tail stands out most after epoch {0}.', most.epoch)}</span>
              ${
                epoch === most.epoch
                  ? nothing
                  : html`<vscode-button secondary @click=${() => epochs.open(most.epoch)}
                      >${l10n.t('Open its ranking')}</vscode-button
                    >`
              }
            </p>`
          : nothing
      }
      <span class="line">
        <span aria-hidden="true">${l10n.t('Ranking')}</span>
        <choice-list
          label=${l10n.t('Ranking after which epoch')}
          title=${l10n.t('Look at the order in which the images stood after an epoch; your review stays as it is')}
          .choices=${this.choices}
          value=${epoch === undefined ? reviewChoice : String(epoch)}
          @choose=${this.onChoose}
        ></choice-list>
      </span>`;
  }

  private readonly onChoose = (event: ChooseEvent): void => {
    if (event.value === reviewChoice) this.model.epochs.close();
    else this.model.epochs.open(Number(event.value));
  };
}

function listed(ranked: readonly EpochReport[], wanted: readonly (number | undefined)[]): EpochReport[] {
  const stride = Math.ceil(ranked.length / longestList);
  return ranked.filter((report, place) => place % stride === 0 || wanted.includes(report.epoch));
}

function epochChoice({ epoch, scoredSeparation }: EpochReport): Choice {
  const separation = formatScore(scoredSeparation ?? NaN, locale);
  return {
    value: String(epoch),
    label: l10n.t('epoch {0} · {1}', epoch, separation),
    description: l10n.t('After epoch {0} the tail of all losses stood out by {1}.', epoch, separation),
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'epoch-offer': EpochOffer;
  }
}
