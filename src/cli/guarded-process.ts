/**
 * A run that computes with TensorFlow, in a process of its own: native code that crashes says nothing and takes its
 * process along, so that this one stays and says how to go on.
 */
import { spawn } from 'node:child_process';
import * as v from 'valibot';
import { commandLine, nearPath } from './command-line';
import { exitStatus, type ExitStatus } from './exit-status';
import { onSignal } from './interrupt';
import type { Output } from './output';

const variable = 'ANOMALY_REVIEW_GUARDED';
const isGuarded = process.env[variable] === '1' && process.send !== undefined;
// Programs that this one starts are not meant.
Reflect.deleteProperty(process.env, variable);

const startedSchema = v.object({ run: v.string() });
/** Shells and Windows report a crash as a status; ours end at 3. */
const leastCrashStatus = 128;

/** Whether the run should move to a process of its own: once is enough. */
export function wantsGuard(backend: string): boolean {
  return backend === 'tensorflow' && !isGuarded;
}

/** Tells the process that guards this one, if there is one, where the run is kept. */
export function tellGuard(runFolder: string): void {
  if (!isGuarded) return;
  // Without its guard nobody reads what it says.
  process.once('disconnect', () => process.exit(exitStatus.stopped));
  process.send?.({ run: runFolder });
}

/** Runs this very command line again in a child; resolves to its status, or says what became of it. */
export async function runGuarded(output: Output): Promise<ExitStatus> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [variable]: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // The terminal would send Ctrl-C to both, and the second one ends a run at once: it comes from here only.
    detached: process.platform !== 'win32',
  });
  let run: string | undefined;
  child.on('message', (message) => {
    const parsed = v.safeParse(startedSchema, message);
    if (parsed.success) run = parsed.output.run;
  });
  const stopForwarding = onSignal((signal) => child.kill(signal));
  try {
    const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
      (resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve({ code, signal }));
      },
    );
    const status = Object.values(exitStatus).find((known) => known === code);
    if (status !== undefined && signal === null) return status;
    const isCrash = signal !== null || (code ?? 0) >= leastCrashStatus;
    tellCrash(output, run, signal ?? `status ${String(code)}`, isCrash);
    return exitStatus.broken;
  } finally {
    stopForwarding();
  }
}

function tellCrash(output: Output, run: string | undefined, how: string, isCrash: boolean): void {
  const what = `The process that computes with TensorFlow ${isCrash ? 'crashed' : 'ended unexpectedly'} (${how}).`;
  const resume = run === undefined ? undefined : commandLine('resume', nearPath(run), '--backend', 'onnx');
  const message =
    resume === undefined
      ? `${what} Nothing had been computed yet: try again with --backend onnx.`
      : `${what} What was reached is kept. Go on with ONNX Runtime: ${resume}`;
  output.error({ code: 'engine-stopped', message });
  if (run !== undefined) output.event('stopped', { run, resume });
}
