/** The editor side: commands, panels and the engine's process. Activation only registers; work starts on demand. */
import * as vscode from 'vscode';
import type { Remote } from '../shared/channel';
import type { EngineApi } from '../shared/contracts';
import type { OptionsHostApi, OptionsPageState } from '../shared/scan-options';
import { commands } from './commands';
import { Engine } from './engine';
import { KeptState } from './kept-state';
import { useLanguage, watchLanguage } from './language';
import { Memory } from './memory';
import { createOptionsHost } from './options-host';
import { OptionsPanels } from './options-panels';
import { reportError } from './report-error';
import { ReviewPanels } from './review-panels';
import { displayRuns } from './run-display';
import { RunTree } from './run-list/run-tree';
import { registerRunEditor } from './run-list/run-editor';
import { ScanQueue } from './scan-queue';
import { ScanRuns } from './scan-runs';
import { offerUnfinished } from './unfinished-runs';
import { ScanMeasure } from './scan-measure';
import type { Services } from './services';
import { configurationSection } from './settings';
import { tensorFlowPathSetting } from './tensorflow-place';

/** For other extensions, and for tests. */
export interface AnomalyReviewApi {
  /** Starts the engine when it does not run. */
  engine(): Promise<Remote<EngineApi>>;
  /** What a page of *Scan with Options…* can do, without the page. */
  scanOptions(page: OptionsPageState): OptionsHostApi;
}

const idleMs = 5 * 60_000;
const restoringMs = 4000;

let engine: Engine | undefined;

export function activate(context: vscode.ExtensionContext): AnomalyReviewApi {
  const log = vscode.window.createOutputChannel('Anomaly Review', { log: true });
  useLanguage(context.extensionUri, log);
  const started = new Engine(context.asAbsolutePath('dist/engine.js'), context.globalStorageUri, log);
  engine = started;
  // Without a folder or workspace there is no storage of its own.
  const kept = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'remembered.json');
  const state = new KeptState(kept.fsPath, (error) => log.warn(`${kept.fsPath}: ${String(error)}`));
  const memory = new Memory(state, context.globalState);
  const runs = new ScanRuns(started, memory, log);
  const distribution = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const panels = new ReviewPanels({ distribution, log, engine: started, memory, runs });
  const options = new OptionsPanels(() => services);
  const queue = new ScanQueue(runs, memory, log);
  const runList = new RunTree(runs, queue);
  const services: Services = {
    subscriptions: context.subscriptions,
    storage: context.globalStorageUri,
    distribution,
    log,
    engine: started,
    memory,
    runs,
    panels,
    options,
    queue,
    runList,
  };
  context.subscriptions.push(
    log,
    started,
    runs,
    panels,
    options,
    queue,
    runList,
    registerRunEditor(services),
    displayRuns(services),
    afterStart(() => offerUnfinished(services)),
    watchLanguage(),
    vscode.workspace.onDidChangeConfiguration((change) => {
      // What a process has loaded stays loaded; the next one looks where the setting says.
      const isElsewhere = change.affectsConfiguration(`${configurationSection}.${tensorFlowPathSetting}`);
      if (isElsewhere && runs.all.length === 0) void started.stop();
    }),
    everyMinute(() => {
      if (runs.all.length === 0 && !panels.areOpen && !options.areOpen) void started.stopWhenIdle(idleMs);
    }),
    ...Object.entries(commands).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (clicked: unknown, selected: unknown) => {
        try {
          return await command(services, clicked, selected);
        } catch (error) {
          reportError(error, log);
          return undefined;
        }
      }),
    ),
  );
  return {
    engine: () => started.api(),
    scanOptions: (page) => createOptionsHost(page, services, new ScanMeasure(started), () => undefined),
  };
}

/** Once the panels that were open are open again: what they show goes on by itself. */
function afterStart(act: () => void): vscode.Disposable {
  const timer = setTimeout(act, restoringMs);
  return new vscode.Disposable(() => clearTimeout(timer));
}

function everyMinute(act: () => void): vscode.Disposable {
  const timer = setInterval(act, 60_000);
  return new vscode.Disposable(() => clearInterval(timer));
}

/** Waits until the engine has gone, so that a reloaded window finds the run unlocked. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}
