/** The border between the page of *Scan with Options…* and the editor. */
import * as v from 'valibot';
import type { ModelDescription, ScanEstimate, SourceReport, TrainingSample } from './contracts';
import type { ScanRequest, ScanSettings } from './settings';

export const optionsModes = ['scan', 'train'] as const;
export type OptionsMode = (typeof optionsModes)[number];

/** Everything the page begins with. */
export interface OptionsState {
  readonly mode: OptionsMode;
  /** What the page was opened on; syntax as in {@link ScanRequest}. */
  readonly source: string;
  /** The editor's settings that hold for the source: what the page is reset to. */
  readonly defaults: ScanSettings;
  readonly models: readonly ModelDescription[];
}

/** A place is chosen as a folder or as a file; `labels`, `modelFile` and `backbone` are files of their own kinds. */
export const placeKinds = ['folder', 'images-file', 'labels-file', 'model-file', 'backbone-file'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** What the editor offers to the page. */
export interface OptionsHostApi {
  /** The page is up (or was reloaded). Rejects when the engine cannot be started or a setting is wrong. */
  ready(): Promise<OptionsState>;
  /** What a source turns out to be. */
  inspect(source: string): Promise<SourceReport>;
  /** Shows the editor's open dialog, in the folder of `near`; undefined when the person backed out. */
  browse(kind: PlaceKind, near: string): Promise<string | undefined>;
  /** Training images as they would be augmented and corrupted. */
  preview(request: ScanRequest): Promise<readonly TrainingSample[]>;
  /** What a scan by this request will take; an earlier one that is still measured is given up. */
  estimate(request: ScanRequest): Promise<ScanEstimate>;
  /** Nobody waits for the estimate any more: its promise rejects as `cancelled`. */
  cancelEstimate(): Promise<void>;
  /** Puts the request on the clipboard as a command for the shell of this machine; answers with it. */
  copyCommand(request: ScanRequest): Promise<string>;
  /** Starts, opens the review and closes the page; answers with the run folder. */
  start(request: ScanRequest): Promise<string>;
}

/** What the editor needs of the page's saved state to bring it back after a reload. */
export const optionsPageSchema = v.object({ mode: v.picklist(optionsModes), source: v.string() });
export type OptionsPageState = v.InferOutput<typeof optionsPageSchema>;
