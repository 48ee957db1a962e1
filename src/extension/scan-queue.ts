/** Scans that wait for the one before them: several folders at once would only slow each other down. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserError } from '../shared/errors';
import { sourceName } from '../shared/source-location';
import type { Memory, WaitingScan } from './memory';
import { reportError } from './report-error';
import type { ScanRuns } from './scan-runs';

/** For the `when` clause of the command that empties the queue. */
const waitingContext = 'anomalyReview.waiting';

export class ScanQueue implements vscode.Disposable {
  private readonly waiting: WaitingScan[] = [];
  /** What was still to be scanned when the editor was closed: it waits for a person's word. */
  private held: WaitingScan[];
  private begun = 0;
  private isStarting = false;
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly runs: ScanRuns,
    private readonly memory: Memory,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.held = [...memory.startingScans, ...memory.waitingScans];
    memory.setStartingScans([]);
    this.note();
    this.listener = vscode.Disposable.from(
      this.changed,
      runs.onDidStart(({ source }) => this.remove(source)),
      runs.onDidEnd(({ error }) => {
        // With the editor the engine goes, and what waits is kept for the next time.
        if (!(error instanceof UserError) || error.code !== 'cancelled') void this.startNext();
      }),
    );
  }

  /** Which of how many is running; undefined when it is the only one. */
  get position(): { readonly place: number; readonly of: number } | undefined {
    const of = this.begun + this.waiting.length;
    return of > 1 && this.begun > 0 ? { place: this.begun, of } : undefined;
  }

  /** What is to be scanned, in its order. */
  get all(): readonly (WaitingScan & { readonly isHeld: boolean })[] {
    return [
      ...this.waiting.map((scan) => ({ ...scan, isHeld: false })),
      ...this.held.map((scan) => ({ ...scan, isHeld: true })),
    ];
  }

  /** The first starts at once when nothing runs. Sources that wait already are not added twice. */
  async add(scans: readonly WaitingScan[]): Promise<void> {
    for (const scan of scans) if (!this.has(scan.request.source)) this.waiting.push(scan);
    this.held = this.held.filter(({ request }) => !this.has(request.source));
    // What runs already is the first of them.
    if (this.begun === 0 && this.runs.all.length > 0) this.begun = 1;
    this.note();
    await this.startNext();
  }

  /** Nothing waits any more; what runs goes on. */
  clear(): void {
    this.waiting.length = 0;
    this.held = [];
    this.note();
  }

  /** One that was left over is scanned after all, behind those that wait. */
  async release(source: string): Promise<void> {
    await this.add(this.held.filter(({ request }) => request.source === source));
  }

  /** One is not scanned. */
  remove(source: string): void {
    const isOther = ({ request }: WaitingScan) => request.source !== source;
    if (this.all.every(isOther)) return;
    this.held = this.held.filter(isOther);
    this.waiting.splice(0, Infinity, ...this.waiting.filter(isOther));
    this.note();
  }

  /**
   * Scans that still waited when the editor was closed: asked for again only when a person says so. Until then they stay
   * in the list of runs.
   */
  async offerLeft(): Promise<void> {
    const left = this.held;
    if (left.length === 0) return;
    const scan = l10n.t('Scan Them');
    const names = left.map(({ request }) => sourceName(request.source)).join(', ');
    const text = l10n.t('Still to be scanned when the editor was closed: {names}', { names });
    const forget = l10n.t('Forget Them');
    const chosen = await vscode.window.showInformationMessage(text, scan, forget);
    // Meanwhile some may have been scanned or removed in the list.
    const still = left.filter((one) => this.held.includes(one));
    if (chosen === scan) await this.add(still);
    if (chosen === forget) for (const { request } of still) this.remove(request.source);
  }

  dispose(): void {
    this.listener.dispose();
  }

  private async startNext(): Promise<void> {
    if (this.isStarting || this.runs.all.length > 0) return;
    const next = this.waiting.shift();
    if (!next) {
      this.begun = 0;
      this.changed.fire(undefined);
      return;
    }
    this.begun += 1;
    this.isStarting = true;
    try {
      const started = this.runs.start(next.request, next.mode);
      this.note();
      await started;
    } catch (error) {
      reportError(error, this.log); // and on with the one after it
    } finally {
      this.isStarting = false;
    }
    await this.startNext();
  }

  private has(source: string): boolean {
    return this.waiting.some(({ request }) => request.source === source);
  }

  private note(): void {
    this.changed.fire(undefined);
    void vscode.commands.executeCommand('setContext', waitingContext, this.waiting.length + this.held.length > 0);
    this.memory.setWaitingScans([...this.waiting, ...this.held]);
  }
}

/** What becomes of a scan that is asked for while another one runs; undefined: nothing. */
export async function askHowToStart(running: string, name: string): Promise<'after' | 'now' | undefined> {
  type Choice = vscode.QuickPickItem & { readonly how: 'after' | 'now' };
  const choices: Choice[] = [
    {
      label: `$(list-ordered) ${l10n.t('Scan it afterwards')}`,
      description: l10n.t('quickest for both'),
      how: 'after',
    },
    { label: `$(run-all) ${l10n.t('Scan it now, too')}`, description: l10n.t('both take longer'), how: 'now' },
  ];
  const chosen = await vscode.window.showQuickPick(choices, {
    placeHolder: l10n.t('“{running}” is being scanned. When is “{name}” to be scanned?', { running, name }),
  });
  return chosen?.how;
}
