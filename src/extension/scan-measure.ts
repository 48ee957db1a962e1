/** Estimates of what a scan will take, each measured in an engine process of its own, which can be ended at any time. */
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { ScanEstimate } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { ScanRequest } from '../shared/settings';
import type { Engine } from './engine';

/** Drivers and libraries of a device may load for a while; beyond this nobody waits for an estimate. */
const longestMs = 60_000;

export class ScanMeasure implements vscode.Disposable {
  private underWay: AbortController | undefined;

  constructor(private readonly engine: Pick<Engine, 'startApart'>) {}

  /** Gives up an earlier one. Rejects as `cancelled` when it is given up itself. */
  async estimate(request: ScanRequest): Promise<ScanEstimate> {
    this.cancel();
    const controller = new AbortController();
    this.underWay = controller;
    const timer = setTimeout(() => controller.abort(tookTooLong()), longestMs);
    try {
      return await untilAborted(this.measure(request, controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
      if (this.underWay === controller) this.underWay = undefined;
    }
  }

  cancel(): void {
    this.underWay?.abort(new UserError('cancelled', l10n.t('The estimate is no longer needed.')));
  }

  dispose(): void {
    this.cancel();
  }

  private async measure(request: ScanRequest, signal: AbortSignal): Promise<ScanEstimate> {
    const process = await this.engine.startApart();
    const end = (): void => void process.stop(0);
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', end);
      return await process.api.estimate(request);
    } finally {
      signal.removeEventListener('abort', end);
      await process.stop();
    }
  }
}

function tookTooLong(): UserError {
  return new UserError(
    'cancelled',
    l10n.t('Measuring took more than a minute. The scan itself tells how far it is, and can be stopped at any time.'),
  );
}

/** Rejects with the signal's reason as soon as it is aborted; what `work` makes of it then interests nobody. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : tookTooLong()), {
      once: true,
    });
    work.then(resolve, reject);
  });
}
