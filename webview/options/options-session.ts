/** Keeps the page and the editor in step: what it begins with, what it asks, and its state kept across a reload. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { ScanEstimate, TrainingSample } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import {
  optionsPageSchema,
  type OptionsHostApi,
  type OptionsPageState,
  type PlaceKind,
} from '../../src/shared/scan-options';
import { connectEditor, type Editor } from '../host/editor';
import { readDraft, type Draft, type PlaceName } from './draft';
import type { OptionsModel } from './options-model';
import type { AnswerLoader } from './answer-loader';
import { estimateLoader, previewLoader } from './loaders';

const keptSchema = v.object({
  ...optionsPageSchema.entries,
  draft: v.unknown(),
  inspected: v.string(),
  open: v.array(v.string()),
});

interface KeptState extends OptionsPageState {
  readonly draft: Draft;
  readonly inspected: string;
  readonly open: readonly string[];
}

export class OptionsSession {
  readonly preview: AnswerLoader<readonly TrainingSample[]>;
  readonly estimate: AnswerLoader<ScanEstimate>;
  private readonly editor: Editor<OptionsHostApi>;
  private inspection = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly model: OptionsModel) {
    this.editor = connectEditor<OptionsHostApi>({});
    const onChange = () => model.changed();
    this.preview = previewLoader(this.editor.host, onChange);
    this.estimate = estimateLoader(this.editor.host, onChange);
  }

  /** Resolves when the form can be filled in; what went wrong is shown. */
  async start(): Promise<void> {
    this.model.problem = undefined;
    try {
      const state = await this.editor.host.ready();
      const kept = v.safeParse(keptSchema, this.editor.frame.getState());
      const isOfThis = kept.success && kept.output.source === state.source && kept.output.mode === state.mode;
      const draft = isOfThis ? readDraft(kept.output.draft, state.defaults) : undefined;
      if (isOfThis) for (const section of kept.output.open) this.model.open.add(section);
      this.model.receive(state, draft);
      this.unsubscribe ??= this.model.subscribe(() => this.keep());
      this.keep();
      await this.inspect(draft && isOfThis ? kept.output.inspected : state.source, draft === undefined);
    } catch (error) {
      this.fail(error);
    }
  }

  stop(): void {
    this.unsubscribe?.();
    this.preview.forget();
    this.estimate.forget();
    this.editor.close();
  }

  /** Lets the person choose a place; undefined when they backed out. */
  async browse(kind: PlaceKind, near: string): Promise<string | undefined> {
    try {
      return await this.editor.host.browse(kind, near);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  async choosePlace(name: PlaceName, kind: PlaceKind): Promise<void> {
    const { places } = this.model.draft;
    const chosen = await this.browse(kind, places[name] || places.source);
    if (chosen === undefined) return;
    this.model.setPlace(name, chosen);
    if (name === 'source') await this.inspect(chosen, true);
  }

  /** Asks what a source is, and fills in the places that suit it; only the newest answer counts. */
  private async inspect(source: string, fill: boolean): Promise<void> {
    const inspection = ++this.inspection;
    this.model.inspecting = true;
    this.model.report = undefined;
    this.model.changed();
    const before = this.model.draft.places;
    try {
      const report = await this.editor.host.inspect(source);
      if (inspection !== this.inspection) return;
      // What a person chose meanwhile is not overwritten.
      this.model.takeReport(source, report, fill && this.model.draft.places === before);
    } catch (error) {
      if (inspection === this.inspection) this.fail(error);
    } finally {
      if (inspection === this.inspection) {
        this.model.inspecting = false;
        this.model.changed();
      }
    }
  }

  async copyCommand(): Promise<void> {
    const { verdict } = this.model;
    if (!('request' in verdict)) return;
    try {
      await this.editor.host.copyCommand(verdict.request);
      this.model.message = l10n.t('The command is on the clipboard.');
      this.model.changed();
    } catch (error) {
      this.fail(error);
    }
  }

  async begin(): Promise<void> {
    const { verdict } = this.model;
    if (!('request' in verdict) || this.model.starting) return;
    this.model.starting = true;
    this.model.problem = undefined;
    this.model.changed();
    try {
      await this.editor.host.start(verdict.request);
    } catch (error) {
      this.fail(error);
    } finally {
      this.model.starting = false;
      this.model.changed();
    }
  }

  private fail(error: unknown): void {
    const { code, message } = toErrorReport(error);
    if (code !== 'cancelled') this.model.problem = message;
    this.model.changed();
  }

  private keep(): void {
    const { state, draft, inspected, open } = this.model;
    if (!state) return;
    const kept: KeptState = { mode: state.mode, source: state.source, draft, inspected, open: [...open] };
    this.editor.frame.setState(kept);
  }
}
