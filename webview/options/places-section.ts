/** Which images: those to score and those that help, and what the source was recognised as. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PlaceKind } from '../../src/shared/scan-options';
import { base } from '../styles/base';
import { arrayPlaces, arrayTexts } from './array-texts';
import { emptyDraft, placeNames, suggestedPlaces, type Draft, type PlaceName } from './draft';
import { formStyles } from './form-styles';
import type { Problems } from './judge-draft';
import { OptionsModel } from './options-model';
import type { OptionsSession } from './options-session';
import './place-field';
import type { BrowseEvent } from './place-field';
import { recognisedText } from './recognised-text';
import './setting-field';
import type { SettingEvent } from './setting-field';
import type { FieldChoice, ShownField } from './fields/field';
import { folderOf } from './short-path';

interface PlaceText {
  readonly name: PlaceName;
  readonly label: string;
  readonly empty: string;
  readonly help?: string;
  readonly kinds: readonly PlaceKind[];
}

@customElement('places-section')
export class PlacesSection extends LitElement {
  static override styles = [
    base,
    formStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
        container-type: inline-size;
        min-width: 0;
      }
      .recognised {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 12px;
        align-items: center;
        padding: 7px 10px;
        border: 1px solid var(--vscode-inputValidation-infoBorder, var(--line));
        border-radius: 3px;
        background: var(--vscode-inputValidation-infoBackground, transparent);
        color: var(--vscode-inputValidation-infoForeground, inherit);
      }
      .recognised p {
        flex: 1 1 260px;
        margin: 0;
        overflow-wrap: anywhere;
      }
      .recognised .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .looking {
        display: flex;
        gap: 8px;
        align-items: center;
        margin: 0;
        color: var(--muted);
      }
      .looking vscode-progress-ring {
        width: 16px;
        height: 16px;
      }
      .arrays,
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
        gap: 8px 14px;
        margin-left: -10px;
      }
      .pair {
        grid-template-columns: minmax(0, 1fr);
      }
      /* Under the field that they belong to: as far in as a place's label is wide. */
      @container (width >= 620px) {
        .arrays,
        .pair {
          margin-left: 190px;
        }
        .only {
          margin-left: 200px;
        }
      }
    `,
  ];

  @property({ attribute: false }) model = new OptionsModel();
  @property({ attribute: false }) session: OptionsSession | undefined;
  @property({ attribute: false }) problems: Problems = new Map();
  /** Changes with every change of the model. */
  @property({ type: Number }) revision = 0;
  private readonly placeTexts = placeTexts();

  protected override render(): TemplateResult {
    const { draft } = this.model;
    const [source, trainOn, ...others] = this.placeTexts.map((text) => this.place(text));
    return html`${this.recognised()} ${source} ${this.arrayLists()} ${trainOn}
    ${draft.places.trainOn === '' ? nothing : this.withSource(draft)} ${others}
    ${draft.scoreAlso.map((path, place) => this.furtherPlace(path, place))} ${this.addPlace()}`;
  }

  private recognised(): TemplateResult | typeof nothing {
    const { report, inspecting, state, draft } = this.model;
    if (inspecting) {
      return html`<p class="looking" role="status">
        <vscode-progress-ring aria-hidden="true"></vscode-progress-ring>${l10n.t('Looking at the images…')}
      </p>`;
    }
    if (!report || !state) return nothing;
    const suggested = suggestedPlaces(report);
    const plain = emptyDraft(this.model.inspected, state.defaults).places;
    if (samePlaces(suggested, plain)) return nothing;
    const isUsed = samePlaces(draft.places, suggested);
    const isPlain = samePlaces(draft.places, plain);
    return html`<div class="recognised" role="region" aria-label=${l10n.t('What was recognised')}>
      <p>${recognisedText(this.model.inspected, report)}</p>
      <span class="actions">
        <vscode-button
          ?secondary=${isUsed}
          ?disabled=${isUsed}
          aria-disabled=${isUsed ? 'true' : 'false'}
          icon=${isUsed ? 'check' : ''}
          @click=${() => this.model.useSuggestion()}
          >${isUsed ? l10n.t('Used') : l10n.t('Use')}</vscode-button
        >
        ${
          report.layout === 'arrays'
            ? nothing
            : html`<vscode-button
                secondary
                ?disabled=${isPlain}
                aria-disabled=${isPlain ? 'true' : 'false'}
                icon=${isPlain ? 'check' : ''}
                @click=${() => this.model.usePlain()}
                >${l10n.t('Scan as a plain folder')}</vscode-button
              >`
        }
      </span>
    </div>`;
  }

  private place({ name, label, empty, help = '', kinds }: PlaceText): TemplateResult {
    const { places } = this.model.draft;
    return html`<place-field
      data-field=${name}
      label=${label}
      .path=${name === 'labels' && places.labels === 'layout' ? l10n.t('from the folder names') : places[name]}
      folder=${folderOf(this.model.inspected)}
      empty=${empty}
      help=${places[name] === '' ? '' : help}
      problem=${this.problems.get(name) ?? ''}
      ?clearable=${name !== 'source'}
      .kinds=${kinds}
      @browse=${(event: BrowseEvent) => void this.session?.choosePlace(name, event.kind)}
      @clear=${() => this.model.setPlace(name, '')}
    >
      ${
        name === 'labels'
          ? html`<vscode-button secondary @click=${() => this.model.setPlace('labels', 'layout')}
              >${l10n.t('Folder names')}</vscode-button
            >`
          : nothing
      }
    </place-field>`;
  }

  private withSource({ withSource }: Draft): TemplateResult {
    const field: ShownField = {
      kind: 'choice',
      label: l10n.t('Train on the scored images, too'),
      choices: [
        { value: 'auto', label: l10n.t('automatic'), description: l10n.t('When they look different from the others') },
        { value: 'yes', label: l10n.t('Yes') },
        { value: 'no', label: l10n.t('No') },
      ],
    };
    return html`<div class="pair">
      <setting-field
        data-field="withSource"
        .field=${field}
        value=${withSource}
        @setting=${({ value }: SettingEvent) =>
          this.model.setWithSource(value === 'yes' || value === 'no' ? value : 'auto')}
      ></setting-field>
    </div>`;
  }

  private furtherPlace(path: string, place: number): TemplateResult {
    const { scoreAlso } = this.model.draft;
    return html`<place-field
      label=${l10n.t('Scored as well')}
      path=${path}
      folder=${folderOf(this.model.inspected)}
      clearable
      @clear=${() => this.model.setScoreAlso(scoreAlso.filter((_path, other) => other !== place))}
    ></place-field>`;
  }

  private addPlace(): TemplateResult {
    return html`<place-field
      label=${l10n.t('More images to score')}
      empty=${l10n.t('none')}
      .kinds=${anyImages}
      @browse=${async ({ kind }: BrowseEvent) => {
        const { places } = this.model.draft;
        const chosen = await this.session?.browse(kind, places.source);
        if (chosen !== undefined) this.model.setScoreAlso([...this.model.draft.scoreAlso, chosen]);
      }}
    ></place-field>`;
  }

  private arrayLists(): TemplateResult | typeof nothing {
    const { report, draft } = this.model;
    if (!report || report.arrays.length === 0) return nothing;
    const { inspected } = this.model;
    const [first, second] = arrayTexts(report.arrays);
    if (!second) return html`<p class="help only">${first?.label}<br />${first?.description}</p>`;
    const placed = arrayPlaces(inspected, report.arrays);
    // Nothing to choose from where the source is a file of its own by now.
    if (!placed.some(({ value }) => value === draft.places.source) && draft.places.source !== inspected) return nothing;
    const usable = placed.filter(({ unusable }) => !unusable);
    const none = { value: inspected, label: l10n.t('Choose an array') };
    const scored = draft.places.source === inspected ? [none, ...usable] : usable;
    const same = { value: '', label: l10n.t('the scored images') };
    return html`<div class="arrays">
      ${this.arrayList('source', l10n.t('Array to score'), scored)}
      ${this.arrayList('trainOn', l10n.t('Array to train on'), [same, ...usable])}
    </div>`;
  }

  private arrayList(place: 'source' | 'trainOn', label: string, choices: readonly FieldChoice[]): TemplateResult {
    return html`<setting-field
      data-array=${place}
      .field=${{ kind: 'choice', label, choices }}
      .value=${this.model.draft.places[place]}
      @setting=${(event: SettingEvent) => this.model.setPlace(place, event.value)}
    ></setting-field>`;
  }
}

const anyImages: readonly PlaceKind[] = ['folder', 'images-file'];

function placeTexts(): readonly PlaceText[] {
  return [
    { name: 'source', label: l10n.t('Images to score'), empty: l10n.t('none chosen'), kinds: anyImages },
    { name: 'trainOn', label: l10n.t('Trained on'), empty: l10n.t('the images to score'), kinds: anyImages },
    {
      name: 'knownAnomalies',
      label: l10n.t('Known anomalies'),
      empty: l10n.t('none'),
      help: l10n.t('Never trained on; the threshold can be taken from their scores.'),
      kinds: anyImages,
    },
    {
      name: 'labels',
      label: l10n.t('Labels'),
      empty: l10n.t('none'),
      help: l10n.t('What the result is measured against.'),
      kinds: ['labels-file'],
    },
    {
      name: 'validation',
      label: l10n.t('Validation images'),
      empty: l10n.t('a share of those trained on'),
      kinds: anyImages,
    },
  ];
}

function samePlaces(one: Draft['places'], other: Draft['places']): boolean {
  return placeNames.every((name) => one[name] === other[name]);
}

declare global {
  interface HTMLElementTagNameMap {
    'places-section': PlacesSection;
  }
}
