import type * as vscode from 'vscode';
import type { Engine } from './engine';
import type { Memory } from './memory';
import type { OptionsPanels } from './options-panels';
import type { ReviewPanels } from './review-panels';
import type { RunTree } from './run-list/run-tree';
import type { ScanQueue } from './scan-queue';
import type { ScanRuns } from './scan-runs';

/** What panels work with; made once, at activation. */
export interface PanelServices {
  readonly distribution: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly engine: Engine;
  readonly memory: Memory;
  readonly runs: ScanRuns;
}

/** What commands work with. */
export interface Services extends PanelServices {
  /** Disposed with the extension. */
  readonly subscriptions: vscode.ExtensionContext['subscriptions'];
  /** The extension's own folder, whichever folder is open. */
  readonly storage: vscode.Uri;
  readonly panels: ReviewPanels;
  readonly options: OptionsPanels;
  readonly queue: ScanQueue;
  readonly runList: RunTree;
}
