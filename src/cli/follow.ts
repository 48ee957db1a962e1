/** Accompanies a run from its start to its end: progress, Ctrl-C, labels, summary, exit status. */
import { resolve } from 'node:path';
import type { EngineApi } from '../shared/contracts';
import { UserError } from '../shared/errors';
import { judge } from '../shared/judgement';
import type { Review, RunRecord, RunSnapshot } from '../shared/run';
import type { ThresholdSetting } from '../shared/settings';
import { thresholdNeeds } from '../shared/threshold-methods';
import { commandLine, nearPath } from './command-line';
import { exitStatus, statusOfRun } from './exit-status';
import type { ExitStatus } from './exit-status';
import { runGuarded, tellGuard, wantsGuard } from './guarded-process';
import { onInterrupt } from './interrupt';
import { knownAnomalies } from './known-thresholds';
import { evaluateRun, outcome } from './outcome';
import type { Output } from './output';
import { progressReporter } from './progress';
import { labelsFor } from './run-labels';
import { startEngine } from './start-engine';
import { summary } from './summary';

export interface Errand {
  /** What is to compute, as far as it is known beforehand. */
  readonly backend: string;
  /** Starts or resumes the run; answers with its folder. */
  begin(engine: EngineApi): Promise<{ runFolder: string }>;
  /** A label file or `layout` to measure against at the end, in place of those that the run knows. */
  readonly labels?: string | undefined;
  /** What is said after a stop, and the command that goes on; absent: what was reached is kept, and resumed. */
  readonly stopped?: { readonly sentence: string; readonly command: string };
}

export async function followRun(output: Output, errand: Errand): Promise<ExitStatus> {
  if (wantsGuard(errand.backend)) return runGuarded(output);
  const reporter = progressReporter(output);
  const engine = await startEngine(reporter);
  const stop = stopper(engine, errand, output);
  try {
    const { runFolder } = await errand.begin(engine);
    stop.runStarted(runFolder);
    tellGuard(runFolder);
    output.event('started', { run: runFolder });
    const record = await engine.finished(runFolder);
    reporter.end();
    return await conclude(engine, runFolder, record, errand, output);
  } finally {
    reporter.end();
    stop.end();
  }
}

async function conclude(
  engine: EngineApi,
  runFolder: string,
  record: RunRecord,
  errand: Errand,
  output: Output,
): Promise<ExitStatus> {
  switch (record.status) {
    case 'done':
      await showResult(engine, runFolder, errand, output);
      break;
    case 'stopped':
      tellStopped(runFolder, errand, output);
      break;
    default:
      output.error(record.error ?? { code: 'internal', message: `The run ended as ${record.status}: ${runFolder}` });
  }
  return statusOfRun(record);
}

/** What a finished run found, against the labels given or its own. */
export async function showResult(
  engine: EngineApi,
  runFolder: string,
  errand: Pick<Errand, 'labels'>,
  output: Output,
): Promise<void> {
  const snapshot = await engine.open(runFolder);
  const labels = errand.labels === undefined ? snapshot.labels : await labelsFor(errand.labels, snapshot.paths, output);
  const judgement = judge(snapshot, labels);
  const evaluation = judgement && evaluateRun(snapshot, judgement, labels);
  const known = judgement && knownAnomalies(snapshot, judgement, labels);
  output.say(summary(snapshot, judgement, evaluation, known));
  output.event('done', outcome(snapshot, judgement, evaluation, known));
}

/**
 * The review with another threshold. By labels that the run does not keep, a method becomes the value it gives. Throws
 * `settings-invalid` when the method lacks what it needs.
 */
export function reviewWithThreshold(snapshot: RunSnapshot, setting: ThresholdSetting, labels?: Int8Array): Review {
  const judgement = judge({ ...snapshot, review: { ...snapshot.review, threshold: setting } }, labels);
  if (!judgement) {
    throw new UserError('run-invalid', `The run has no scores yet: ${commandLine('resume', snapshot.runFolder)}`);
  }
  const threshold: ThresholdSetting =
    labels && thresholdNeeds(setting.method) === 'labels'
      ? { method: 'value', parameter: judgement.threshold.value }
      : setting;
  return { ...snapshot.review, threshold };
}

function tellStopped(runFolder: string, { stopped }: Errand, output: Output): void {
  const { sentence, command } = stopped ?? {
    sentence: 'Stopped; what was reached is kept. Go on with',
    command: commandLine('resume', nearPath(runFolder)),
  };
  output.remark(`${sentence}: ${command}`);
  output.event('stopped', { run: runFolder, resume: command });
}

/** Ctrl-C may come before the run has a folder: then it is stopped as soon as it has one. */
function stopper(engine: EngineApi, errand: Errand, output: Output): { runStarted(folder: string): void; end(): void } {
  let runFolder: string | undefined;
  let wanted = false;
  const stop = (folder: string) => {
    engine.stop(folder, 'save').catch((error: unknown) => output.remark(String(error)));
  };
  const end = onInterrupt({
    first: () => {
      wanted = true;
      output.remark('\nFinishing the batch and saving … (Ctrl-C again stops at once)');
      if (runFolder !== undefined) stop(runFolder);
    },
    second: () => {
      if (runFolder !== undefined) tellStopped(runFolder, errand, output);
      process.exit(exitStatus.stopped);
    },
  });
  return {
    runStarted: (folder) => {
      runFolder = resolve(folder);
      if (wanted) stop(folder);
    },
    end,
  };
}
