/** The closed set of things that can go wrong, each with a sentence for a person. */

export const errorCodes = [
  'source-missing', // the path does not exist
  'source-unreadable', // it exists but may not be read
  'source-empty', // nothing in it that is an image
  'source-invalid', // a damaged or unsupported array, list or archive
  'settings-invalid', // a setting or option out of range or contradictory
  'model-invalid', // a network specification that cannot work
  'labels-invalid', // a label file that cannot be understood
  'run-missing', // no run folder at the given place
  'run-invalid', // a run folder that is damaged or of another version
  'run-locked', // another process works on the same source or run
  'disk-full',
  'not-writable',
  'not-supported', // a request this version or machine cannot do
  'backend-unavailable', // no compute device passed its self-test
  'training-diverged', // the loss became NaN or infinite
  'cancelled',
  'engine-stopped', // the child process ended unexpectedly
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error whose message says what happened, where, and what to do; safe to show to a user. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What of an error crosses a process border. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
}

export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export function fromErrorReport(report: ErrorReport): UserError {
  return new UserError(report.code, report.message);
}
