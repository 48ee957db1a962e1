/** What the process ends with; scripts rely on these four. */
import type { ErrorCode } from '../shared/errors';
import type { RunRecord } from '../shared/run';

export const exitStatus = {
  done: 0,
  /** Something broke. */
  broken: 1,
  /** The request was wrong. */
  wrongRequest: 2,
  /** Stopped by the user, resumable. */
  stopped: 3,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Errors that another command line would have avoided; all others are something that broke. */
const wrongRequests: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'source-missing',
  'source-empty',
  'source-invalid',
  'settings-invalid',
  'model-invalid',
  'labels-invalid',
  'run-missing',
  'not-supported',
]);

export function statusOfError(code: ErrorCode): ExitStatus {
  if (code === 'cancelled') return exitStatus.stopped;
  return wrongRequests.has(code) ? exitStatus.wrongRequest : exitStatus.broken;
}

export function statusOfRun(record: RunRecord): ExitStatus {
  switch (record.status) {
    case 'done':
      return exitStatus.done;
    case 'stopped':
      return exitStatus.stopped;
    case 'failed':
      return statusOfError(record.error?.code ?? 'internal');
    case 'running':
    case 'interrupted':
      return exitStatus.broken;
  }
}
