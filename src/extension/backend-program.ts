/**
 * `anomaly-review backend …` as a child process: what installs runs apart from the editor and from the engine, and can
 * be ended at any time without leaving anything half.
 */
import * as l10n from '@vscode/l10n';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { UserError, errorCodes } from '../shared/errors';
import type { EngineExecutable } from './engine-executable';

const installPhases = ['packages', 'download', 'unpack', 'compile', 'test'] as const;

const figure = v.exactOptional(v.number());
const installSchema = v.variant('possible', [
  v.object({
    possible: v.literal(true),
    version: v.string(),
    downloadBytes: v.number(),
    neededBytes: v.number(),
    installedBytes: v.number(),
    /** What it would compute on that is not there: then it takes the processor all the same. */
    missing: v.exactOptional(v.string()),
  }),
  v.object({ possible: v.literal(false), message: v.string() }),
]);
const eventSchema = v.variant('event', [
  v.object({
    event: v.literal('backends'),
    tensorflow: v.nullable(v.object({ folder: v.string(), tensorflow: v.string(), tfjs: v.string() })),
    /** For the processor, and for graphics cards of NVIDIA. */
    install: installSchema,
    installGpu: installSchema,
  }),
  v.object({ event: v.literal('progress'), phase: v.picklist(installPhases), done: figure, total: figure }),
  v.object({ event: v.literal('installed'), folder: v.string(), detail: v.string() }),
  v.object({ event: v.literal('removed'), folder: v.string() }),
  v.object({ event: v.literal('error'), code: v.picklist(errorCodes), message: v.string() }),
]);
export type BackendEvent = v.InferOutput<typeof eventSchema>;
export type InstallStep = Extract<BackendEvent, { event: 'progress' }>;

export interface BackendProgram {
  readonly executable: EngineExecutable;
  /** Path of the command line's bundle. */
  readonly script: string;
  /** Besides the executable's own. */
  readonly environment: NodeJS.ProcessEnv;
  /** A line that was not meant for a program. */
  readonly onOutput: (line: string) => void;
}

/** How long a program that was asked to end may tidy up. */
const tidyLimitMs = 20_000;

/**
 * Runs to the end and resolves with the last event.
 * @throws UserError what the program said; `cancelled` after `signal`
 */
export async function runBackendProgram(
  { executable, script, environment, onOutput }: BackendProgram,
  args: readonly string[],
  onEvent: (event: BackendEvent) => void,
  signal: AbortSignal,
): Promise<BackendEvent> {
  const child = spawn(executable.path, [script, 'backend', ...args, '--json'], {
    env: { ...executable.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last: BackendEvent | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), eventSchema), line);
    if (!parsed.success) return; // a plan, or what later versions tell
    last = parsed.output;
    onEvent(parsed.output);
  });
  createInterface({ input: child.stderr }).on('line', onOutput);
  let force: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    child.kill('SIGINT');
    force = setTimeout(() => child.kill('SIGKILL'), tidyLimitMs);
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(by ?? `status ${String(code)}`));
    });
    if (signal.aborted)
      throw new UserError('cancelled', l10n.t('The installation was cancelled; nothing was changed.'));
    if (last?.event === 'error') throw new UserError(last.code, last.message);
    if (last === undefined || last.event === 'progress') {
      throw new UserError('internal', `The program that manages backends ended without a result (${ended}).`);
    }
    return last;
  } finally {
    clearTimeout(force);
    signal.removeEventListener('abort', cancel);
  }
}
