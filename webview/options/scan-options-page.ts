/** The page of *Scan with Options…*: images, network, training and scoring of one scan, and the button that starts it. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { base } from '../styles/base';
import { isRelevant, usualValue, type SettingName } from './draft';
import { sectionFields, sectionNames, sectionTitle, type SectionName } from './fields';
import type { FileKind, SettingField } from './fields/field';
import { amountHelp } from './fields/image-changes';
import { formStyles } from './form-styles';
import type { FieldName, Problems } from './judge-draft';
import { OptionsModel } from './options-model';
import { OptionsSession } from './options-session';
import { pageStyles } from './page-styles';
import './place-field';
import './places-section';
import './scan-estimate';
import './setting-field';
import type { SettingEvent } from './setting-field';
import { folderOf, shortPath } from './short-path';
import './training-preview';

@customElement('scan-options-page')
export class ScanOptionsPage extends LitElement {
  static override styles = [base, formStyles, pageStyles];

  readonly model = new OptionsModel();
  private readonly session = new OptionsSession(this.model);
  @state() private revision = 0;
  /** Fields are marked as wrong at once, but counted only when a start was tried. */
  @state() private tried = false;
  private tables = new Map<SectionName, readonly SettingField[]>();

  override connectedCallback(): void {
    super.connectedCallback();
    this.textContent = '';
    this.model.subscribe(() => this.revision++);
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.stop();
  }

  private async begin(): Promise<void> {
    await this.session.start();
  }

  protected override render(): TemplateResult {
    const { state: begun } = this.model;
    return html`${this.header()}
      <div class="scroller">${begun ? this.form() : this.waiting()}</div>
      ${begun ? this.footer() : nothing}`;
  }

  protected override updated(): void {
    const { verdict, open } = this.model;
    if (open.has('augmentation') && 'request' in verdict) this.session.preview.want(verdict.request);
    else this.session.preview.forget();
    // While it is not known what the source is, the form is not what will be started.
    if ('request' in verdict && !this.model.inspecting && !this.model.starting) {
      this.session.estimate.want(verdict.request);
    } else this.session.estimate.forget();
  }

  private header(): TemplateResult {
    const { state: begun, problem, inspected } = this.model;
    const title = begun?.mode === 'train' ? l10n.t('Train Model') : l10n.t('Scan with Options');
    return html`<header>
      <h1>${title}</h1>
      <span class="muted ellipsis" title=${inspected || nothing}>${shortPath(inspected, folderOf(inspected))}</span>
      ${
        problem === undefined
          ? nothing
          : html`<div class="notice" role="alert">
              <span>${problem}</span>
              ${
                begun
                  ? nothing
                  : html`<vscode-button secondary @click=${() => void this.begin()}
                      >${l10n.t('Try Again')}</vscode-button
                    >`
              }
            </div>`
      }
    </header>`;
  }

  private waiting(): TemplateResult | typeof nothing {
    if (this.model.problem !== undefined) return nothing;
    return html`<div class="waiting" role="status">
      <vscode-progress-ring aria-hidden="true"></vscode-progress-ring>${l10n.t('Starting the engine…')}
    </div>`;
  }

  private form(): TemplateResult {
    const { verdict } = this.model;
    const problems: Problems = 'problems' in verdict ? verdict.problems : new Map();
    const [basics, ...folded] = sectionNames;
    return html`<form @submit=${(event: Event) => event.preventDefault()} @keydown=${this.onKey}>
      <section aria-labelledby="images-title">
        <h2 id="images-title">${l10n.t('Images')}</h2>
        <places-section
          .model=${this.model}
          .session=${this.session}
          .problems=${problems}
          .revision=${this.revision}
        ></places-section>
      </section>
      <section aria-labelledby="basics-title">
        <h2 id="basics-title">${sectionTitle(basics)}</h2>
        ${this.fields(basics, problems)}
      </section>
      ${folded.map((section) => this.folded(section, problems))}
    </form>`;
  }

  private folded(section: SectionName, problems: Problems): TemplateResult {
    const names = this.table(section).map(({ name }) => name);
    const changed = this.model.changedOf(names);
    const wrong = names.filter((name) => problems.has(name)).length;
    return html`<details
      data-section=${section}
      ?open=${this.model.open.has(section)}
      @toggle=${(event: Event) => this.onToggle(section, event)}
    >
      <summary>
        <vscode-icon name="chevron-right" size="14" aria-hidden="true"></vscode-icon>
        <span>${sectionTitle(section)}</span>
        ${changed > 0 ? html`<span class="muted">${l10n.t('{0} changed', changed)}</span>` : nothing}
        ${wrong > 0 ? html`<span class="wrong">${l10n.t('{0} to correct', wrong)}</span>` : nothing}
      </summary>
      ${this.model.open.has(section) ? this.fields(section, problems) : nothing}
      ${section === 'augmentation' && this.model.open.has(section) ? this.preview() : nothing}
    </details>`;
  }

  private fields(section: SectionName, problems: Problems): TemplateResult {
    const { draft } = this.model;
    const shown = this.table(section).filter(({ name }) => isRelevant(name, draft) || name === 'preset');
    return html`<div class="fields">${shown.map((field) => this.field(field, problems.get(field.name) ?? ''))}</div>`;
  }

  private field(field: SettingField, problem: string): TemplateResult {
    const { model } = this;
    const { values } = model.draft;
    const { name } = field;
    const place = field.place ?? '';
    if (field.kind === 'model-file' || field.kind === 'backbone-file') {
      const { kind } = field;
      return html`<place-field
        class=${place}
        data-field=${name}
        label=${field.label}
        path=${values[name]}
        folder=${folderOf(model.inspected)}
        empty=${field.empty ?? ''}
        help=${field.help ?? ''}
        problem=${problem}
        clearable
        .kinds=${[kind]}
        @browse=${() => void this.chooseFile(name, kind)}
        @clear=${() => model.setValue(name, '')}
      ></place-field>`;
    }
    const usual = usualValue(name, values);
    const replaced = name === 'preset' && values.modelFile !== '';
    return html`<setting-field
      class=${place}
      data-field=${name}
      .field=${field}
      .value=${values[name]}
      .empty=${typeof usual === 'number' ? String(usual) : ''}
      .help=${name === 'denoise.amount' ? amountHelp(values) : ''}
      .problem=${problem}
      ?changed=${model.isChanged(name)}
      ?disabled=${replaced}
      @setting=${({ value }: SettingEvent) => model.setValue(name, value)}
      @reset-setting=${() => model.reset(name)}
    ></setting-field>`;
  }

  private preview(): TemplateResult {
    const { preview } = this.session;
    const { values } = this.model.draft;
    const augments = this.table('augmentation').some(
      ({ name }) => name.startsWith('augment.') && !['', '0'].includes(values[name].trim()),
    );
    return html`<training-preview
      .samples=${preview.answer ?? []}
      .problem=${preview.problem ?? ''}
      .busy=${preview.busy}
      .augments=${augments}
      .corrupts=${values['denoise.kind'] !== ''}
    ></training-preview>`;
  }

  private footer(): TemplateResult {
    const { verdict, starting, message, state: begun, anyChanged } = this.model;
    const wrong = 'problems' in verdict ? verdict.problems.size : 0;
    const start = begun?.mode === 'train' ? l10n.t('Start Training') : l10n.t('Start Scan');
    const words = wrong > 0 && this.tried ? l10n.t('{0} to correct before it can start', wrong) : message;
    const { estimate } = this.session;
    return html`<footer>
      ${
        wrong > 0
          ? nothing
          : html`<scan-estimate
              .estimate=${estimate.answer}
              .problem=${estimate.problem ?? ''}
              ?busy=${estimate.busy}
            ></scan-estimate>`
      }
      <vscode-button
        icon="play"
        ?disabled=${starting}
        aria-disabled=${starting ? 'true' : 'false'}
        @click=${() => void this.startScan()}
        >${start}</vscode-button
      >
      <vscode-button
        secondary
        icon="terminal"
        ?disabled=${wrong > 0}
        aria-disabled=${wrong > 0 ? 'true' : 'false'}
        @click=${() => void this.session.copyCommand()}
        >${l10n.t('Copy as Command Line')}</vscode-button
      >
      ${
        anyChanged
          ? html`<vscode-button secondary icon="discard" @click=${() => this.model.resetAll()}
              >${l10n.t('Reset Settings')}</vscode-button
            >`
          : nothing
      }
      <p role="status" class=${wrong > 0 && this.tried ? 'wrong' : 'muted'}>${words}</p>
    </footer>`;
  }

  /** Starts, or leads to the first field that keeps it from starting. */
  private async startScan(): Promise<void> {
    const { verdict } = this.model;
    this.tried = true;
    if ('request' in verdict) {
      await this.session.begin();
      return;
    }
    for (const section of sectionNames) {
      if (this.table(section).some(({ name }) => verdict.problems.has(name))) this.model.open.add(section);
    }
    this.model.changed();
    await this.updateComplete;
    this.firstWrong(verdict.problems)?.focus();
  }

  private firstWrong(problems: Problems): HTMLElement | undefined {
    const places = this.renderRoot.querySelector('places-section')?.renderRoot;
    const fields = [places, this.renderRoot].flatMap((root) => [
      ...(root?.querySelectorAll<HTMLElement>('[data-field]') ?? []),
    ]);
    const wrong: ReadonlySet<string> = new Set<FieldName>(problems.keys());
    return fields.find(({ dataset }) => wrong.has(dataset['field'] ?? ''));
  }

  private async chooseFile(name: SettingName, kind: FileKind): Promise<void> {
    const { places, values } = this.model.draft;
    const chosen = await this.session.browse(kind, values[name] || places.source);
    if (chosen !== undefined) this.model.setValue(name, chosen);
  }

  private onToggle(section: SectionName, { target }: Event): void {
    if (!(target instanceof HTMLDetailsElement)) return;
    if (target.open === this.model.open.has(section)) return;
    if (target.open) this.model.open.add(section);
    else this.model.open.delete(section);
    this.model.changed();
  }

  /** Ctrl+Enter starts from any field. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.startScan();
  };

  private table(section: SectionName): readonly SettingField[] {
    const { models } = this.model;
    const known = this.tables.get(section);
    if (known && this.tablesOf === models) return known;
    if (this.tablesOf !== models) this.tables = new Map();
    this.tablesOf = models;
    const fields = sectionFields(section, models);
    this.tables.set(section, fields);
    return fields;
  }

  private tablesOf: OptionsModel['models'] = [];
}

declare global {
  interface HTMLElementTagNameMap {
    'scan-options-page': ScanOptionsPage;
  }
}
