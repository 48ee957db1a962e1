/** The list of runs in the side bar: grouped by source, newest first, read only as far as it is shown. */
import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { formatCount, formatShare } from '../../shared/format';
import { sourceName } from '../../shared/source-location';
import { displayLocale } from '../language';
import { progressPercent, progressText } from '../progress-text';
import type { ScanQueue } from '../scan-queue';
import type { ActiveRun, ScanRuns } from '../scan-runs';
import { Throttle } from '../throttle';
import { findRunFolders, watchRunFolders } from './find-runs';
import { groupRuns, readSummary, type RunGroup, type RunName, type RunSummary } from './run-summary';

const runsView = 'anomalyReview.runs';
/** Behind entries of the list, not in the palette. */
export const openListedCommand = 'anomalyReview.runs.open';
export const showMoreCommand = 'anomalyReview.runs.showMore';

/** Runs of a source that are shown before a person asks for more. */
const firstShown = 20;
const openGroups = 5;
const refreshEveryMs = 1000;

/** What stands in the list; commands of its menus are given one. */
export type ListEntry =
  | { readonly kind: 'group'; readonly group: RunGroup; readonly isOpen: boolean }
  | { readonly kind: 'run'; readonly run: RunName }
  | { readonly kind: 'more'; readonly group: RunGroup }
  /** A scan that is not begun yet. */
  | { readonly kind: 'waiting'; readonly source: string; readonly isHeld: boolean };

export class RunTree implements vscode.TreeDataProvider<ListEntry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ListEntry | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly entries = new Map<string, ListEntry>();
  private readonly shownFully = new Set<string>();
  private readonly refreshing = new Throttle<undefined>(refreshEveryMs, () => this.changed.fire(undefined));
  private readonly progressing = new Throttle<string>(refreshEveryMs, (folder) => this.redraw(folder));
  private readonly disposables: readonly { dispose(): unknown }[];
  private watchers: vscode.Disposable | undefined;

  constructor(
    private readonly runs: ScanRuns,
    private readonly queue: ScanQueue,
  ) {
    this.disposables = [
      this.changed,
      this.refreshing,
      this.progressing,
      runs.onDidChange(() => this.refresh()),
      runs.onDidEnd(() => this.refresh()),
      queue.onDidChange(() => this.refresh()),
      runs.onDidProgress(({ runFolder }) => runFolder !== undefined && this.progressing.push(runFolder)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.watchers?.dispose();
        this.watchers = undefined;
        this.refresh();
      }),
      vscode.window.createTreeView(runsView, { treeDataProvider: this, showCollapseAll: true }),
    ];
  }

  refresh(): void {
    this.refreshing.push(undefined);
  }

  showMore(group: string): void {
    this.shownFully.add(group);
    this.refresh();
  }

  dispose(): void {
    this.watchers?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  async getChildren(parent?: ListEntry): Promise<ListEntry[]> {
    if (parent === undefined) return this.groups();
    if (parent.kind !== 'group') return [];
    const { group } = parent;
    const isWhole = this.shownFully.has(group.group) || group.runs.length <= firstShown;
    const shown = isWhole ? group.runs : group.runs.slice(0, firstShown);
    const entries = shown.map((run): ListEntry => this.keep(run.runFolder, { kind: 'run', run }));
    return isWhole ? entries : [...entries, { kind: 'more', group }];
  }

  async getTreeItem(entry: ListEntry): Promise<vscode.TreeItem> {
    switch (entry.kind) {
      case 'group':
        return this.groupItem(entry.group, entry.isOpen);
      case 'more':
        return moreItem(entry.group);
      case 'run':
        return this.runItem(entry.run);
      case 'waiting':
        return waitingItem(entry);
    }
  }

  private async groups(): Promise<ListEntry[]> {
    // From now on somebody looks.
    this.watchers ??= watchRunFolders((folder, what) => {
      if (what === 'listed') this.refresh();
      else this.redraw(folder);
    });
    const running = this.runs.all.flatMap(({ runFolder }) => (runFolder === undefined ? [] : [runFolder]));
    const groups = groupRuns([...running, ...(await findRunFolders())]);
    const waiting = this.queue.all.map(({ request, isHeld }): ListEntry => ({
      kind: 'waiting',
      source: request.source,
      isHeld,
    }));
    return [
      ...waiting,
      ...groups.map((group, place): ListEntry => ({ kind: 'group', group, isOpen: place < openGroups })),
    ];
  }

  private async groupItem(group: RunGroup, isOpen: boolean): Promise<vscode.TreeItem> {
    const [newest] = group.runs;
    const summary = newest && (await readSummary(newest.runFolder));
    const title = summary ? sourceName(summary.request.source) : group.title;
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(title, isOpen ? Expanded : Collapsed);
    item.id = group.group;
    item.iconPath = new vscode.ThemeIcon('file-media');
    const place = summary?.request.source ?? dirname(newest?.runFolder ?? '');
    item.description = vscode.workspace.asRelativePath(place, true);
    item.tooltip = place;
    item.accessibilityInformation = { label: `${title}, ${item.description}` };
    return item;
  }

  private async runItem({ runFolder, title }: RunName): Promise<vscode.TreeItem> {
    const summary = await readSummary(runFolder);
    const running = this.runs.all.find((run) => run.runFolder === runFolder);
    const label = summary ? dateText(summary.createdAt) : title;
    const item = new vscode.TreeItem(label);
    item.id = runFolder;
    if (!summary) {
      item.description = l10n.t('cannot be read');
      item.iconPath = new vscode.ThemeIcon('question');
      item.contextValue = 'run.damaged';
      item.tooltip = runFolder;
      return item;
    }
    const state = running ? 'running' : summary.status === 'running' ? 'interrupted' : summary.status;
    const { icon, text } = stateShown(state, summary, running);
    const preset = summary.model?.preset ?? summary.request.settings.preset;
    const shard = summary.request.shard;
    const part = shard ? [l10n.t('part {index} of {of}', { index: shard.index, of: shard.of })] : [];
    item.description = [text, preset, ...part].join(' · ');
    item.iconPath = icon;
    item.contextValue = `run.${state}`;
    item.tooltip = [
      summary.request.source,
      wholeDateText(summary.createdAt),
      ...(running?.progress ? [progressText(running.progress)] : []),
      ...(summary.error ? [summary.error.message] : []),
      runFolder,
    ].join('\n');
    item.accessibilityInformation = { label: `${label}, ${item.description}` };
    item.command = { command: openListedCommand, title: l10n.t('Open'), arguments: [this.entries.get(runFolder)] };
    return item;
  }

  private keep(id: string, entry: ListEntry): ListEntry {
    this.entries.set(id, entry);
    return entry;
  }

  private redraw(runFolder: string): void {
    const entry = this.entries.get(runFolder);
    if (entry) this.changed.fire(entry);
  }
}

function waitingItem({ source, isHeld }: ListEntry & { kind: 'waiting' }): vscode.TreeItem {
  const item = new vscode.TreeItem(sourceName(source));
  item.id = `waiting ${source}`;
  item.iconPath = new vscode.ThemeIcon('clock');
  item.description = isHeld ? l10n.t('not scanned yet') : l10n.t('waits for the scan before it');
  item.contextValue = isHeld ? 'waiting.held' : 'waiting';
  item.tooltip = source;
  item.accessibilityInformation = { label: `${sourceName(source)}, ${item.description}` };
  return item;
}

function moreItem(group: RunGroup): vscode.TreeItem {
  const count = formatCount(group.runs.length - firstShown, displayLocale());
  const item = new vscode.TreeItem(l10n.t('Show {count} older…', { count }));
  item.command = { command: showMoreCommand, title: l10n.t('Show Older'), arguments: [{ kind: 'more', group }] };
  return item;
}

/** As short as it can be told: the side bar is narrow, and what was found stands behind it. */
function dateText(createdAt: string): string {
  const [date, now] = [new Date(createdAt), new Date()];
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  let style: Intl.DateTimeFormatOptions = { dateStyle: 'short' };
  if (date.getFullYear() === now.getFullYear()) style = { day: 'numeric', month: 'short', ...time };
  if (date.toDateString() === now.toDateString()) style = time;
  return new Intl.DateTimeFormat(displayLocale(), style).format(date);
}

function wholeDateText(createdAt: string): string {
  const format = new Intl.DateTimeFormat(displayLocale(), { dateStyle: 'long', timeStyle: 'medium' });
  return format.format(new Date(createdAt));
}

function stateShown(
  state: RunSummary['status'],
  { images, flagged }: RunSummary,
  running: ActiveRun | undefined,
): { icon: vscode.ThemeIcon; text: string } {
  const colored = (name: string, color: string) => new vscode.ThemeIcon(name, new vscode.ThemeColor(color));
  switch (state) {
    case 'running': {
      const percent = running?.progress ? Math.round(progressPercent(running.progress)) : 0;
      return { icon: new vscode.ThemeIcon('loading~spin'), text: formatShare(percent / 100, displayLocale()) };
    }
    case 'done': {
      const locale = displayLocale();
      const of = formatCount(images, locale);
      return {
        icon: colored('pass', 'testing.iconPassed'),
        text:
          flagged === undefined
            ? images === 1
              ? l10n.t('1 image')
              : l10n.t('{images} images', { images: of })
            : l10n.t('{flagged} of {images} flagged', { flagged: formatCount(flagged, locale), images: of }),
      };
    }
    case 'stopped':
      return { icon: new vscode.ThemeIcon('debug-pause'), text: l10n.t('stopped') };
    case 'interrupted':
      return { icon: colored('warning', 'list.warningForeground'), text: l10n.t('interrupted, or running elsewhere') };
    case 'failed':
      return { icon: colored('error', 'list.errorForeground'), text: l10n.t('failed') };
  }
}
