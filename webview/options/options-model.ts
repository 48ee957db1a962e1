/** What the page shows: the draft, what is known of the source, and what is going on. Parts subscribe to its changes. */
import type { ModelDescription, SourceReport } from '../../src/shared/contracts';
import type { OptionsState } from '../../src/shared/scan-options';
import { defaultSettings, type ScanSettings } from '../../src/shared/settings';
import {
  emptyDraft,
  isRelevant,
  settingNames,
  settingValues,
  suggestedPlaces,
  type Draft,
  type PlaceName,
  type SettingName,
  type SettingValues,
} from './draft';
import { judgeDraft, type JudgedDraft } from './judge-draft';

export class OptionsModel {
  /** Undefined until the editor has answered. */
  state: OptionsState | undefined;
  report: SourceReport | undefined;
  /** What the report is about: what the page was opened on, or the source chosen since. */
  inspected = '';
  /** A sentence on what went wrong, shown over everything. */
  problem: string | undefined;
  /** What was done and cannot be seen, for screen readers as well. */
  message = '';
  inspecting = false;
  starting = false;
  /** Sections that are unfolded. */
  readonly open = new Set<string>();
  private current: Draft = emptyDraft('', defaultSettings);
  private judged: JudgedDraft | undefined;
  private defaultValues: SettingValues = settingValues(defaultSettings);
  private readonly listeners = new Set<() => void>();

  get draft(): Draft {
    return this.current;
  }

  get models(): readonly ModelDescription[] {
    return this.state?.models ?? [];
  }

  get verdict(): JudgedDraft {
    this.judged ??= judgeDraft(this.current);
    return this.judged;
  }

  /** The first answer of the editor; `kept` is the draft of the page before a reload. */
  receive(state: OptionsState, kept?: Draft): void {
    this.state = state;
    this.problem = undefined;
    this.defaultValues = settingValues(state.defaults);
    this.inspected = state.source;
    this.set(kept ?? emptyDraft(state.source, state.defaults));
  }

  /** A report on what the page was opened on, or on a source chosen since; fills in what it suggests. */
  takeReport(inspected: string, report: SourceReport, fill: boolean): void {
    this.inspected = inspected;
    this.report = report;
    if (fill) this.useSuggestion();
    else this.changed();
  }

  /** Places as the source was recognised, and the threshold that known anomalies allow for. */
  useSuggestion(): void {
    if (!this.report) return;
    const places = suggestedPlaces(this.report);
    const isFree = this.current.values['threshold.method'] === 'auto' && places.knownAnomalies !== '';
    this.set({ ...this.current, places, values: isFree ? this.withThreshold('known-mean') : this.current.values });
  }

  /** The source alone, whatever else it was recognised as. */
  usePlain(): void {
    const { places } = emptyDraft(this.inspected, this.defaults);
    const values = this.thresholdIsOfKnown
      ? this.withThreshold(this.defaultOf('threshold.method'))
      : this.current.values;
    this.set({ ...this.current, places, withSource: 'auto', values });
  }

  private get thresholdIsOfKnown(): boolean {
    return this.current.values['threshold.method'].startsWith('known-');
  }

  private withThreshold(method: string): SettingValues {
    return { ...this.current.values, 'threshold.method': method };
  }

  setPlace(name: PlaceName, path: string): void {
    // A threshold from known anomalies cannot outlive them.
    const isOrphaned = name === 'knownAnomalies' && path === '' && this.thresholdIsOfKnown;
    const values = isOrphaned ? this.withThreshold(this.defaultOf('threshold.method')) : this.current.values;
    this.set({ ...this.current, places: { ...this.current.places, [name]: path }, values });
  }

  setScoreAlso(scoreAlso: readonly string[]): void {
    this.set({ ...this.current, scoreAlso });
  }

  setWithSource(withSource: Draft['withSource']): void {
    this.set({ ...this.current, withSource });
  }

  setValue(name: SettingName, value: string): void {
    this.set({ ...this.current, values: { ...this.current.values, [name]: value } });
  }

  /** Whether a setting differs from the editor's. */
  isChanged(name: SettingName): boolean {
    return isRelevant(name, this.current) && this.current.values[name].trim() !== this.defaultValues[name];
  }

  changedOf(names: readonly SettingName[]): number {
    return names.filter((name) => this.isChanged(name)).length;
  }

  /** In words of the editor's settings; empty where they leave it open. */
  defaultOf(name: SettingName): string {
    return this.defaultValues[name];
  }

  reset(name: SettingName): void {
    this.setValue(name, this.defaultValues[name]);
  }

  /** All settings; the places stay. */
  resetAll(): void {
    this.set({ ...this.current, values: this.defaultValues });
  }

  get anyChanged(): boolean {
    return this.changedOf(settingNames) > 0;
  }

  get defaults(): ScanSettings {
    return this.state?.defaults ?? defaultSettings;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  private set(draft: Draft): void {
    this.current = draft;
    this.judged = undefined;
    this.changed();
  }
}
